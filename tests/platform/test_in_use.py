from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.errors import Refused
from understudy.platform.catalogue import load_catalogue
from understudy.platform.in_use import NAMED, ids_at, links, refuse_if_used, rules
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
FLOW = "inboundShortMessage: {states: [{state: {actions: [{transferToAcd: {targetQueue: {lit: {name: SALES}}}}]}}]}"


def test_rules_name_resources_that_are_served_and_fields_that_refer() -> None:
    catalogue = load_catalogue()
    known = {operation.resource for operation in catalogue.operations}
    linked = {(link.user, link.target) for link in links()}
    for resource, found in rules().items():
        for rule in found:
            assert {resource, rule.user} <= known
            assert rule.certainty in ("documented", "observed", "assumed")
            assert rule.source
            assert rule.user == "flows" or rule.fields or (rule.user, resource) in linked, rule


@pytest.mark.parametrize(
    ("body", "path", "ids"),
    [
        ({"a": {"id": "1"}}, "a", ["1"]),
        ({"a": [{"id": "1"}, {"id": "2"}, {"name": "x"}, None]}, "a", ["1", "2"]),
        ({"a": [{"b": {"id": "1"}}, {"b": [{"id": "2"}]}, {"c": 1}]}, "a.b", ["1", "2"]),
        ({"a": "1"}, "a", ["1"]),
        ({"a": None}, "a.b", []),
        ({"a": {"id": 7}}, "a", []),
        ("odd", "a", []),
    ],
)
def test_ids_are_found_at_any_depth(body: Any, path: str, ids: list[str]) -> None:
    assert list(ids_at(body, path)) == ids


def test_a_queue_that_a_published_flow_names_is_not_deleted(ask: Ask, office: Org) -> None:
    queue = ask("POST", "/api/v2/routing/queues", {"name": "Sales"})[1]
    office.entities.put("flows", "f1", {"id": "f1", "name": "Front door"}, {"yaml": FLOW})
    status, refusal = ask("DELETE", queue["selfUri"])
    assert (status, refusal["code"]) == (409, "architect.dependency.object.in.use")
    assert refusal["message"] == "Sales is used by 1 of flows: Front door"
    assert refusal["details"] == [
        {"errorCode": "architect.dependency.object.in.use", "entityId": "f1", "entityName": "Front door"}
    ]
    office.entities.put("flows", "f1", {"id": "f1", "name": "Front door"}, {"yaml": ""})
    assert ask("DELETE", queue["selfUri"])[0] < 300


def test_a_flow_that_names_itself_is_not_in_its_own_way(office: Org) -> None:
    text = "inboundShortMessage: {states: [{state: {actions: [{transferToFlow: {targetFlow: {name: Loop}}}]}}]}"
    flow = office.entities.put("flows", "f1", {"id": "f1", "name": "Loop"}, {"yaml": text})
    refuse_if_used(office, "flows", flow)
    other = office.entities.put("flows", "f2", {"id": "f2", "name": "Other"}, {"yaml": text})
    with pytest.raises(Refused) as caught:
        refuse_if_used(office, "flows", flow)
    assert caught.value.code == "architect.flow.cannot.delete.used.in.flows"
    refuse_if_used(office, "flows", flow, "deactivate")
    refuse_if_used(office, "flows", other)


def test_of_many_users_some_are_named(office: Org) -> None:
    flow = office.entities.put("flows", "f1", {"id": "f1", "name": "Flow"})
    for number in range(NAMED + 5):
        body = {"id": f"q{number}", "name": f"Q{number}", "queueFlow": {"id": "f1"}}
        office.entities.put("routing.queues", f"q{number}", body)
    with pytest.raises(Refused) as caught:
        refuse_if_used(office, "flows", flow)
    assert len(caught.value.details) == NAMED
    assert caught.value.message.startswith(f"Flow is used by {NAMED + 5} of routing.queues: Q0, Q1")


def test_what_no_rule_protects_is_deleted_although_it_is_used(ask: Ask, office: Org) -> None:
    skill = ask("POST", "/api/v2/routing/skills", {"name": "Dutch"})[1]
    assert ask("DELETE", skill["selfUri"])[0] < 300
