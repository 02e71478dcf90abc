from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.platform.grants import home_division, pairs_of, set_pairs
from understudy.platform.queue_members import members_of, set_members
from understudy.world.org import Org
from understudy.world.tokens import Token

Ask = Callable[..., tuple[int, Any]]
USERS = "/api/v2/users"


def _new(ask: Ask, office: Org, email: str = "ann@example.org") -> dict[str, Any]:
    status, user = ask("POST", USERS, {"name": "Ann", "email": email, "divisionId": home_division(office)})
    assert status == 200, user
    return dict(user)


def test_a_user_logs_in_by_email(ask: Ask, office: Org) -> None:
    user = _new(ask, office)
    assert (user["username"], user["version"], user["state"]) == ("ann@example.org", 1, "active")


def test_an_email_belongs_to_one_user(ask: Ask, office: Org) -> None:
    _new(ask, office)
    body = {"name": "Other", "email": "ANN@example.org", "divisionId": home_division(office)}
    status, refusal = ask("POST", USERS, body)
    assert (status, refusal["code"]) == (409, "general.conflict")


@pytest.mark.parametrize("email", ["ann", "@", "ann@", "@example.org"])
def test_an_email_has_two_sides(ask: Ask, office: Org, email: str) -> None:
    body = {"name": "Ann", "email": email, "divisionId": home_division(office)}
    assert ask("POST", USERS, body)[0] == 400


def test_a_patch_names_the_current_version(ask: Ask, office: Org) -> None:
    user = _new(ask, office)
    target = f"{USERS}/{user['id']}"
    status, changed = ask("PATCH", target, {"title": "Agent", "version": 1})
    assert (status, changed["title"], changed["version"]) == (200, "Agent", 2)
    assert ask("PATCH", target, {"title": "Boss", "version": 1})[0] == 409
    assert ask("GET", target)[1]["title"] == "Agent"


def test_a_deleted_user_is_nowhere_a_member_and_has_no_token(
    ask: Ask, office: Org, grant: Callable[..., Token]
) -> None:
    id_ = _new(ask, office)["id"]
    queue = ask("POST", "/api/v2/routing/queues", {"name": "Q"})[1]["id"]
    set_members(office, queue, {id_: True})
    set_pairs(office, id_, {("r", "d")})
    token = grant(user=id_)
    assert ask("DELETE", f"{USERS}/{id_}")[0] == 200
    assert members_of(office, queue) == {}
    assert pairs_of(office, id_) == set()
    assert token.revoked
    assert ask("GET", f"{USERS}/{id_}")[0] == 404


def test_client_credentials_are_not_a_user(ask: Ask, office: Org, grant: Callable[..., Token]) -> None:
    id_ = _new(ask, office)["id"]
    status, refusal = ask("GET", f"{USERS}/me")
    assert (status, refusal["code"]) == (400, "not.a.user")
    assert ask("GET", f"{USERS}/me", token=grant(user=id_))[1]["id"] == id_


def test_routing_status_is_set_and_told(ask: Ask, office: Org) -> None:
    target = f"{USERS}/{_new(ask, office)['id']}/routingstatus"
    assert ask("GET", target)[1]["status"] == "OFF_QUEUE"
    before = office.changes.end
    status, body = ask("PUT", target, {"status": "IDLE"})
    assert (status, body["status"]) == (200, "IDLE")
    assert "user.routingStatus" in [change.kind for change in office.changes.read(before)]
    assert ask("GET", target)[1] == body


@pytest.mark.parametrize("body", [None, {}, {"status": "ASLEEP"}, {"status": 1}, []])
def test_a_bad_routing_status_is_refused(ask: Ask, office: Org, body: Any) -> None:
    target = f"{USERS}/{_new(ask, office)['id']}/routingstatus"
    assert ask("PUT", target, body)[0] == 400
    assert ask("GET", target)[1]["status"] == "OFF_QUEUE"


def test_a_user_who_does_not_exist_has_no_routing_status(ask: Ask) -> None:
    assert ask("GET", f"{USERS}/nobody/routingstatus")[0] == 404


def test_the_organization_is_told_and_changed_by_version(ask: Ask, office: Org) -> None:
    status, body = ask("GET", "/api/v2/organizations/me")
    assert (status, body["id"], body["name"], body["version"]) == (200, office.id, office.name, 1)
    status, changed = ask("PUT", "/api/v2/organizations/me", {"supportURI": "https://x.example", "version": 1})
    assert (status, changed["supportURI"], changed["version"]) == (200, "https://x.example", 2)
    assert ask("PUT", "/api/v2/organizations/me", {"version": 1})[0] == 409
