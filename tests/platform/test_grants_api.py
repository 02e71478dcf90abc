from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.platform.grants import home_division, pairs_of, set_pairs
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
AUTH = "/api/v2/authorization"


@pytest.fixture
def staff(office: Org) -> Org:
    """Users ann and ben, roles r1 and r2, division d2 beside the home division."""
    for user in ("ann", "ben"):
        office.entities.put("users", user, {"id": user, "name": user.title()})
    for role in ("r1", "r2"):
        policy = {"domain": "routing", "entityName": "queue", "actionSet": ["view"]}
        office.entities.put("authorization.roles", role, {"id": role, "name": role, "permissionPolicies": [policy]})
    office.entities.put(
        "authorization.divisions", "d2", {"id": "d2", "name": "D2", "description": "", "selfUri": "/d2"}
    )
    return office


def _grants(*pairs: tuple[str, str]) -> dict[str, Any]:
    return {"grants": [{"roleId": role, "divisionId": division} for role, division in pairs]}


def test_subjects_get_a_role_in_every_division_named(ask: Ask, staff: Org) -> None:
    home = home_division(staff)
    body = {"subjectIds": ["ann", "ben"], "divisionIds": [home, "d2"]}
    assert ask("POST", f"{AUTH}/roles/r1?subjectType=PC_USER", body)[0] == 204
    assert pairs_of(staff, "ann") == pairs_of(staff, "ben") == {("r1", home), ("r1", "d2")}


def test_a_subject_tells_its_grants(ask: Ask, staff: Org) -> None:
    set_pairs(staff, "ann", {("r1", "d2")})
    status, body = ask("GET", f"{AUTH}/subjects/ann")
    assert status == 200
    (grant,) = body["grants"]
    assert (grant["subjectId"], grant["division"]["name"], grant["role"]["name"]) == ("ann", "D2", "r1")
    assert grant["role"]["policies"] == [{"domain": "routing", "entityName": "queue", "actions": ["view"]}]


def test_a_client_asks_for_its_own_grants(ask: Ask, office: Org) -> None:
    status, body = ask("GET", f"{AUTH}/subjects/me")
    assert (status, body["id"]) == (200, next(iter(office.entities.of("oauth.clients"))))
    assert [grant["role"]["name"] for grant in body["grants"]] == ["admin"]


def test_bulk_operations_add_remove_and_replace(ask: Ask, staff: Org) -> None:
    ask("POST", f"{AUTH}/subjects/ann/bulkadd", _grants(("r1", "d2"), ("r2", "d2")))
    assert pairs_of(staff, "ann") == {("r1", "d2"), ("r2", "d2")}
    ask("POST", f"{AUTH}/subjects/ann/bulkremove", _grants(("r1", "d2"), ("never", "granted")))
    assert pairs_of(staff, "ann") == {("r2", "d2")}
    assert ask("POST", f"{AUTH}/subjects/ann/bulkreplace", _grants(("r1", "*")))[0] == 204
    assert pairs_of(staff, "ann") == {("r1", "*")}


def test_one_grant_is_added_and_removed_by_its_path(ask: Ask, staff: Org) -> None:
    assert ask("POST", f"{AUTH}/subjects/ann/divisions/d2/roles/r1")[0] == 204
    assert pairs_of(staff, "ann") == {("r1", "d2")}
    assert ask("DELETE", f"{AUTH}/subjects/ann/divisions/d2/roles/r1")[0] == 204
    assert pairs_of(staff, "ann") == set()


@pytest.mark.parametrize(
    ("target", "body", "status"),
    [
        (f"{AUTH}/subjects/nobody/bulkadd", _grants(("r1", "d2")), 404),
        (f"{AUTH}/subjects/ann/bulkadd", _grants(("r9", "d2")), 400),
        (f"{AUTH}/subjects/ann/bulkadd", _grants(("r1", "d9")), 400),
        (f"{AUTH}/subjects/ann/bulkadd", None, 400),
        (f"{AUTH}/subjects/ann/bulkadd", [], 400),
        (f"{AUTH}/subjects/ann/bulkadd", {"grants": [None]}, 400),
        (f"{AUTH}/subjects/ann/bulkadd", {"grants": None}, 400),
        (f"{AUTH}/roles/r9", {"subjectIds": ["ann"], "divisionIds": []}, 404),
        (f"{AUTH}/roles/r1", {"subjectIds": ["nobody"], "divisionIds": []}, 404),
        (f"{AUTH}/roles/r1", {"subjectIds": ["ann"]}, 400),
        (f"{AUTH}/subjects/ann/divisions/d9/roles/r1", None, 404),
        (f"{AUTH}/subjects/ann/divisions/d2/roles/r9", None, 404),
    ],
)
def test_what_names_nothing_is_refused_and_changes_nothing(
    ask: Ask, staff: Org, target: str, body: Any, status: int
) -> None:
    assert ask("POST", target, body)[0] == status
    assert pairs_of(staff, "ann") == set()


def test_users_join_and_leave_a_role(ask: Ask, staff: Org) -> None:
    assert ask("PUT", f"{AUTH}/roles/r1/users/add", ["ann", "ben"]) == (200, ["ann", "ben"])
    status, listing = ask("GET", f"{AUTH}/roles/r1/users")
    assert (status, [one["id"] for one in listing["entities"]], listing["total"]) == (200, ["ann", "ben"], 2)
    assert ask("PUT", f"{AUTH}/roles/r1/users/remove", ["ann"]) == (200, ["ann"])
    assert [one["id"] for one in ask("GET", f"{AUTH}/roles/r1/users")[1]["entities"]] == ["ben"]


def test_grants_are_listed_by_role_and_by_division(ask: Ask, staff: Org) -> None:
    set_pairs(staff, "ann", {("r1", "d2"), ("r1", home_division(staff))})
    (one,) = ask("GET", f"{AUTH}/roles/r1/subjectgrants")[1]["entities"]
    assert (one["id"], one["type"], sorted(d["name"] for d in one["divisions"])) == ("ann", "PC_USER", ["D2", "Home"])
    (grant,) = ask("GET", f"{AUTH}/divisions/d2/grants")[1]["entities"]
    assert (grant["subjectId"], grant["role"]["id"]) == ("ann", "r1")


def test_a_users_roles_are_told_and_replaced(ask: Ask, staff: Org) -> None:
    set_pairs(staff, "ann", {("r1", "d2")})
    status, body = ask("PUT", "/api/v2/users/ann/roles", ["r1", "r2"])
    assert status == 200
    assert pairs_of(staff, "ann") == {("r1", "d2"), ("r2", home_division(staff))}
    assert body["permissions"] == ["routing:queue:view"]
    assert ask("GET", "/api/v2/users/ann/roles") == (200, body)
    assert ask("PUT", "/api/v2/users/ann/roles", ["r9"])[0] == 400
