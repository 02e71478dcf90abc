from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.architect.publish import published as form_of
from understudy.platform.deleted import remembered
from understudy.platform.grants import set_pairs
from understudy.world.org import Org
from understudy.world.tokens import Token

Ask = Callable[..., tuple[int, Any]]
FLOWS = "/api/v2/flows"


def test_a_request_can_not_set_what_the_platform_keeps(ask: Ask) -> None:
    status, body = ask("POST", FLOWS, {"name": "Front door", "publishedVersion": {"id": "9.0"}, "active": True})
    assert (status, body["type"], body["active"]) == (200, "INBOUNDSHORTMESSAGE", False)
    assert "publishedVersion" not in body


def test_a_put_leaves_what_the_platform_keeps(ask: Ask, published: str) -> None:
    body = ask("PUT", f"{FLOWS}/{published}", {"name": "Back door", "active": False})[1]
    assert (body["name"], body["active"], body["publishedVersion"]["id"]) == ("Back door", True, "2.0")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (" ", "architect.flow.validate.failed.missing.name"),
        ("a/b", "architect.flow.validate.failed.invalid.name.contains.slash"),
        ("12", "architect.flow.validate.failed.invalid.name.no.alpha"),
    ],
)
def test_a_bad_name_has_its_own_code(ask: Ask, name: str, code: str) -> None:
    status, refusal = ask("POST", FLOWS, {"name": name})
    assert (status, refusal["code"]) == (400, code)


def test_a_deleted_flow_is_gone_and_shown_only_to_who_asks_for_deleted_ones(ask: Ask, flow: str) -> None:
    assert ask("DELETE", f"{FLOWS}/{flow}")[0] < 300
    status, refusal = ask("GET", f"{FLOWS}/{flow}")
    assert (status, refusal["code"]) == (410, "architect.flow.deleted")
    for method, path in (
        ("PUT", f"{FLOWS}/{flow}"),
        ("PUT", f"{FLOWS}/{flow}?deleted=true"),
        ("DELETE", f"{FLOWS}/{flow}"),
        ("POST", f"{FLOWS}/actions/checkout?flow={flow}"),
        ("GET", f"{FLOWS}/{flow}/versions"),
    ):
        assert ask(method, path, {"name": "F"} if method == "PUT" else None)[0] == 410, path
    shown = ask("GET", f"{FLOWS}/{flow}?deleted=true")[1]
    assert (shown["id"], shown["deleted"]) == (flow, True)
    assert ask("GET", FLOWS)[1]["total"] == 0
    assert [one["id"] for one in ask("GET", f"{FLOWS}?deleted=true")[1]["entities"]] == [flow]
    assert ask("POST", FLOWS, {"name": "Front door"})[0] == 200


def test_an_unknown_flow_is_not_found(ask: Ask) -> None:
    for method, path in (("GET", f"{FLOWS}/nope"), ("GET", f"{FLOWS}/nope/versions?deleted=true")):
        status, refusal = ask(method, path)
        assert (status, refusal["code"]) == (404, "architect.flow.not.found")


def test_the_listing_is_filtered_by_version_lock_and_type(ask: Ask, published: str) -> None:
    other = ask("POST", FLOWS, {"name": "Other", "type": "INBOUNDCALL"})[1]["id"]
    ask("POST", f"{FLOWS}/actions/checkout?flow={other}")

    def ids(query: str) -> list[str]:
        return [one["id"] for one in ask("GET", f"{FLOWS}?{query}")[1]["entities"]]

    assert ids("publishVersionId=2.0") == [published]
    assert ids("lockedByClientId=boss") == [other]
    assert ids("lockedBy=boss") == []
    assert ids("editableBy=u1") == [published]
    assert ids("type=inboundcall") == [other]
    assert ids("type=inboundcall,inboundshortmessage&sortBy=name") == [published, other]
    assert ids("publishedAfter=2020-01-01T00:00:00Z") == [published]
    assert ids("publishedAfter=2020-01-01T00:00:00") == [published]
    assert ids("publishedBefore=2020-01-01T00:00:00Z") == []
    assert ids("secure=any") == []
    assert ids("virtualAgentEnabled=false&includeSchemas=true&id=" + other) == [other]
    assert ask("GET", f"{FLOWS}?publishedAfter=soon")[1]["code"] == "invalid.date"


def test_a_division_view_shows_the_fields_of_its_own_model(ask: Ask, published: str) -> None:
    view = ask("GET", f"{FLOWS}/divisionviews")[1]["entities"][0]
    assert (view["id"], view["publishedVersion"]["id"]) == (published, "2.0")
    assert "active" not in view


def test_flows_are_looked_up_by_id_in_order(ask: Ask, flow: str) -> None:
    other = ask("POST", FLOWS, {"name": "Other"})[1]["id"]
    found = ask("GET", f"{FLOWS}/lookup?id={other},nope,{flow}")[1]["entities"]
    assert [one["id"] for one in found] == [other, flow]


def test_several_flows_are_deleted_together_or_not_at_all(ask: Ask, office: Org, published: str) -> None:
    other = ask("POST", FLOWS, {"name": "Other"})[1]["id"]
    path = "/api/v2/routing/message/recipients/i1"
    ask("PUT", path, {"flow": {"id": published}})
    status, refusal = ask("DELETE", f"{FLOWS}?id={other},{published}")
    assert (status, refusal["code"]) == (409, "architect.flow.cannot.delete.used.by.message.addresses")
    assert refusal["details"][0]["entityName"] == "Channel"
    assert ask("GET", f"{FLOWS}/{other}")[0] == 200
    office.entities.put("routing.message.recipients", "i1", {"id": "i1", "name": "Channel"})
    status, operation = ask("DELETE", f"{FLOWS}?id={other},{published}")
    assert (status, operation["actionName"], operation["complete"]) == (200, "DELETE", True)
    assert set(remembered(office, "flows")) == {other, published}
    assert form_of(office, published) is None


def test_a_flow_that_somebody_else_has_locked_is_neither_changed_nor_deleted(
    ask: Ask, office: Org, flow: str, grant: Callable[..., Token]
) -> None:
    role = next(iter(office.entities.of("authorization.roles")))
    user = office.entities.put("users", "u1", {"id": "u1", "name": "Uma"}).id
    set_pairs(office, user, [(role, "*")])
    uma = grant(user)
    assert ask("POST", f"{FLOWS}/actions/checkout?flow={flow}", token=uma)[1]["lockedUser"]["name"] == "Uma"
    for method, path, body in (
        ("PUT", f"{FLOWS}/{flow}", {"name": "New"}),
        ("DELETE", f"{FLOWS}/{flow}", None),
        ("DELETE", f"{FLOWS}?id={flow}", None),
        ("POST", f"{FLOWS}/{flow}/versions", {"yaml": "x"}),
        ("POST", f"{FLOWS}/actions/revert?flow={flow}", None),
    ):
        status, refusal = ask(method, path, body)
        assert (status, refusal["code"]) == (409, "architect.flow.locked.by.user"), path
        assert refusal["details"][0]["entityId"] == user
    assert ask("DELETE", f"{FLOWS}/{flow}", token=uma)[0] < 300
