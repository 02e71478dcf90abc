"""Telephony's operations and lifecycle rules: the tables of the modules of this package, joined."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from understudy.platform.call import Action
from understudy.platform.lifecycle import Lifecycle
from understudy.telephony import (
    edges,
    number_plans,
    numbers,
    outbound_routes,
    pools,
    sip_api,
    sites,
    stations,
    trunk_bases,
    trunks,
)

ACTIONS: Final[Mapping[str, Action]] = {
    **edges.ACTIONS,
    **number_plans.ACTIONS,
    **numbers.ACTIONS,
    **outbound_routes.ACTIONS,
    **sip_api.ACTIONS,
    **stations.ACTIONS,
    **trunk_bases.ACTIONS,
    **trunks.ACTIONS,
}
RULES: Final[Mapping[str, Lifecycle]] = {
    **edges.RULES,
    **outbound_routes.RULES,
    **pools.RULES,
    **sites.RULES,
    **stations.RULES,
    **trunk_bases.RULES,
}
