"""Open Messaging joined to the world: the literal tables of its actions, lifecycle rules and commands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from understudy.attachments import behaviour as attachments
from understudy.attachments import store
from understudy.attachments.store import AddMedia
from understudy.open_messaging import configuration_api, forward, inbound_api, integration
from understudy.open_messaging.forward import CustomerSays
from understudy.open_messaging.integration import CompleteIntegration
from understudy.platform.call import Action
from understudy.platform.lifecycle import Lifecycle
from understudy.world.org import Handler

__all__ = ["ACTIONS", "HANDLERS", "RULES", "AddMedia", "CompleteIntegration", "CustomerSays"]

ACTIONS: Final[Mapping[str, Action]] = {
    **inbound_api.ACTIONS,
    **configuration_api.ACTIONS,
    **attachments.ACTIONS,
}
RULES: Final[Mapping[str, Lifecycle]] = {**configuration_api.RULES}
HANDLERS: Final[Mapping[type, Handler]] = {**integration.HANDLERS, **forward.HANDLERS, **store.HANDLERS}
