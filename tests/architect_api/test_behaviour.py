from __future__ import annotations

from collections.abc import Callable
from typing import Any

from understudy.architect_api import behaviour
from understudy.platform.catalogue import Catalogue
from understudy.platform.resources import load_resources

Ask = Callable[..., tuple[int, Any]]


def test_every_operation_of_architect_and_flows_in_tier_1_has_a_behaviour(catalogue: Catalogue) -> None:
    resources = load_resources(catalogue)
    served = {id_ for resource in resources.values() for _, id_ in resource.pairs()} | behaviour.ACTIONS.keys()
    groups = ("architect", "flows")
    missing = [one.id for one in catalogue.operations if one.tier == 1 and one.group in groups and one.id not in served]
    assert missing == []


def test_only_a_published_flow_is_attached_to_an_address(ask: Ask, flow: str) -> None:
    path = "/api/v2/routing/message/recipients/i1"
    status, refusal = ask("PUT", path, {"flow": {"id": flow}})
    assert (status, refusal["code"]) == (400, "invalid.flow")
    assert ask("PUT", path, {"flow": {"id": "nope"}})[0] == 400


def test_a_published_flow_is_attached_to_an_address(ask: Ask, published: str) -> None:
    status, body = ask("PUT", "/api/v2/routing/message/recipients/i1", {"flow": {"id": published}})
    assert (status, body["flow"]["id"]) == (200, published)
