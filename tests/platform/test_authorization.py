from __future__ import annotations

from collections.abc import Callable
from typing import Any

from understudy.platform.grants import home_division, pairs_of, set_pairs
from understudy.world.org import Org
from understudy.world.tokens import Token

Ask = Callable[..., tuple[int, Any]]
ROLES = "/api/v2/authorization/roles"
DIVISIONS = "/api/v2/authorization/divisions"
QUEUE_VIEW = {"domain": "routing", "entityName": "queue", "actionSet": ["view"]}


def _client(ask: Ask, role: str) -> str:
    body = {"name": "limited", "authorizedGrantType": "CLIENT-CREDENTIALS", "roleIds": [role]}
    status, client = ask("POST", "/api/v2/oauth/clients", body)
    assert status == 200, client
    return str(client["id"])


def test_a_role_is_created_granted_and_enforced(ask: Ask, grant: Callable[..., Token]) -> None:
    status, role = ask("POST", ROLES, {"name": "Viewer", "permissionPolicies": [QUEUE_VIEW]})
    assert status == 200
    assert role["default"] is False
    token = grant(_client(ask, role["id"]))
    assert ask("GET", "/api/v2/routing/queues", token=token)[0] == 200
    status, refusal = ask("POST", "/api/v2/routing/queues", {"name": "Q"}, token=token)
    assert (status, refusal["code"]) == (403, "missing.any.permissions")
    assert refusal["message"].endswith("assigned: [routing:queue:add]")


def test_a_changed_role_takes_effect_at_once(ask: Ask, grant: Callable[..., Token]) -> None:
    role = ask("POST", ROLES, {"name": "Viewer", "permissionPolicies": [QUEUE_VIEW]})[1]
    token = grant(_client(ask, role["id"]))
    assert ask("GET", "/api/v2/routing/queues", token=token)[0] == 200
    nothing = {"name": "Viewer", "permissionPolicies": []}
    assert ask("PUT", f"{ROLES}/{role['id']}", nothing)[0] == 200
    assert ask("GET", "/api/v2/routing/queues", token=token)[0] == 403


def test_wildcards_of_a_policy_are_enforced(ask: Ask, grant: Callable[..., Token]) -> None:
    policy = {"domain": "routing", "entityName": "*", "actionSet": ["*"]}
    role = ask("POST", ROLES, {"name": "Router", "permissionPolicies": [policy]})[1]
    token = grant(_client(ask, role["id"]))
    assert ask("POST", "/api/v2/routing/queues", {"name": "Q"}, token=token)[0] == 200
    assert ask("GET", ROLES, token=token)[0] == 403


def test_a_deleted_roles_grants_go_with_it(ask: Ask, office: Org, grant: Callable[..., Token]) -> None:
    role = ask("POST", ROLES, {"name": "Viewer", "permissionPolicies": [QUEUE_VIEW]})[1]
    client = _client(ask, role["id"])
    token = grant(client)
    assert ask("DELETE", f"{ROLES}/{role['id']}")[0] in (200, 204)
    assert pairs_of(office, client) == set()
    assert ask("GET", "/api/v2/routing/queues", token=token)[0] == 403


def test_a_policy_without_a_domain_is_refused(ask: Ask) -> None:
    status, refusal = ask("POST", ROLES, {"name": "Bad", "permissionPolicies": [{"actionSet": ["*"]}]})
    assert (status, refusal["code"]) == (400, "required.field.missing")


def test_a_default_role_stays(ask: Ask, office: Org) -> None:
    office.entities.put("authorization.roles", "built-in", {"id": "built-in", "name": "employee", "default": True})
    assert ask("DELETE", f"{ROLES}/built-in")[0] == 400
    assert office.entities.get("authorization.roles", "built-in") is not None


def test_the_home_division_is_found_and_stays(ask: Ask, office: Org) -> None:
    status, home = ask("GET", f"{DIVISIONS}/home")
    assert (status, home["id"], home["homeDivision"]) == (200, home_division(office), True)
    assert ask("DELETE", f"{DIVISIONS}/{home['id']}")[0] == 400
    renamed = ask("PUT", f"{DIVISIONS}/{home['id']}", {"name": "House", "description": "x"})[1]
    assert (renamed["name"], renamed["homeDivision"]) == ("House", True)


def test_a_new_division_is_no_home_whatever_it_says(ask: Ask, office: Org) -> None:
    body = {"name": "Second", "description": "x", "homeDivision": True}
    status, division = ask("POST", DIVISIONS, body)
    assert (status, division["homeDivision"]) == (200, False)
    assert home_division(office) != division["id"]


def test_a_deleted_divisions_grants_go_with_it(ask: Ask, office: Org) -> None:
    division = ask("POST", DIVISIONS, {"name": "Second", "description": "x"})[1]["id"]
    office.entities.put("users", "u", {"id": "u", "name": "Ann"})
    set_pairs(office, "u", {("r", division), ("r", home_division(office))})
    ask("DELETE", f"{DIVISIONS}/{division}")
    assert pairs_of(office, "u") == {("r", home_division(office))}


def test_permissions_are_listed_by_domain(ask: Ask) -> None:
    status, listing = ask("GET", "/api/v2/authorization/permissions?query=messaging&queryType=domain")
    assert status == 200
    actions = {p["action"] for one in listing["entities"] for p in one["permissionMap"].get("integration", ())}
    assert {"add", "delete", "edit", "view"} <= actions
    status, listing = ask("GET", "/api/v2/authorization/permissions?queryType=permission&query=routing:queue:join")
    found = listing["entities"][0]["permissionMap"]["queue"]
    assert [(p["domain"], p["action"]) for p in found] == [("routing", "join")]


def test_roles_are_found_by_permission_and_count_their_users(ask: Ask, office: Org) -> None:
    role = ask("POST", ROLES, {"name": "viewers", "permissionPolicies": [QUEUE_VIEW]})[1]["id"]
    office.entities.put("users", "ann", {"id": "ann", "name": "Ann", "version": 1})
    set_pairs(office, "ann", {(role, home_division(office))})
    found = ask("GET", f"{ROLES}?permission=routing:queue:view&name=viewers&userCount=true")[1]["entities"]
    assert [(one["id"], one["userCount"]) for one in found] == [(role, 1)]
    assert ask("GET", f"{ROLES}?permission=routing:queue:edit&name=viewers")[1]["total"] == 0
    assert ask("GET", f"{ROLES}/{role}?userCount=true")[1]["userCount"] == 1
    assert ask("GET", f"{ROLES}?permission=nonsense")[1]["total"] == 0


def test_a_division_has_a_name(ask: Ask) -> None:
    assert ask("POST", DIVISIONS, {"description": "nameless"})[1]["code"] == "required.field.missing"
