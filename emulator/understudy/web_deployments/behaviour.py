"""Web deployments over the Platform API: the tables of this package, joined."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from understudy.platform.call import Action
from understudy.platform.lifecycle import Lifecycle
from understudy.web_deployments import configurations, deployments, guests, identity, push_devices

RULES: Final[Mapping[str, Lifecycle]] = {**configurations.RULES, **deployments.RULES, **identity.RULES}
ACTIONS: Final[Mapping[str, Action]] = {
    **configurations.ACTIONS,
    **deployments.ACTIONS,
    **guests.ACTIONS,
    **push_devices.ACTIONS,
}
