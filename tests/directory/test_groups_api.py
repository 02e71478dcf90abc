from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.platform.grants import home_division
from understudy.world.org import Org
from understudy.world.tokens import Token

Ask = Callable[..., tuple[int, Any]]
Person = Callable[..., dict[str, Any]]
GROUPS = "/api/v2/groups"
NEW = {"name": "Tier 1", "type": "official", "rulesVisible": True, "visibility": "public"}


@pytest.fixture
def group(ask: Ask) -> dict[str, Any]:
    status, body = ask("POST", GROUPS, NEW)
    assert status == 200
    return dict(body)


def test_a_group_is_created_listed_changed_and_deleted(ask: Ask, group: dict[str, Any]) -> None:
    assert (group["version"], group["memberCount"], group["state"], group["rolesEnabled"]) == (1, 0, "active", True)
    assert [one["id"] for one in ask("GET", GROUPS)[1]["entities"]] == [group["id"]]
    target = f"{GROUPS}/{group['id']}"
    status, changed = ask("PUT", target, {"description": "first line", "visibility": "ownerIds", "version": 1})
    assert (status, changed["name"], changed["visibility"]) == (200, "Tier 1", "owners")
    assert ask("PUT", target, {"version": 1})[0] == 409
    assert ask("PUT", target)[0] == 409
    assert ask("GET", target)[1] == changed
    assert ask("DELETE", target)[0] == 204
    assert ask("GET", target)[0] == 404


def test_two_groups_do_not_share_a_name(ask: Ask, group: dict[str, Any]) -> None:
    assert ask("POST", GROUPS, {**NEW, "name": "TIER 1"})[1]["code"] == "general.conflict"


@pytest.mark.parametrize("body", [{"name": None, "version": 1}, {"visibility": None, "version": 1}])
def test_a_group_keeps_a_name_and_a_visibility(ask: Ask, group: dict[str, Any], body: Any) -> None:
    assert ask("PUT", f"{GROUPS}/{group['id']}", body)[0] == 400
    assert ask("GET", f"{GROUPS}/{group['id']}")[1] == group


def test_owners_are_users(ask: Ask, group: dict[str, Any], person: Person) -> None:
    ann = person()
    assert ask("POST", GROUPS, {**NEW, "name": "B", "ownerIds": ["nobody"]})[0] == 404
    owned = ask("POST", GROUPS, {**NEW, "name": "B", "ownerIds": [ann["id"]]})[1]
    assert [one["id"] for one in owned["owners"]] == [ann["id"]]
    listed = ask("GET", f"{GROUPS}/{owned['id']}/individuals")[1]
    assert [one["id"] for one in listed["entities"]] == [ann["id"]]
    assert ask("GET", f"{GROUPS}/{owned['id']}/members")[1]["total"] == 0
    emptied = ask("PUT", f"{GROUPS}/{owned['id']}", {"ownerIds": [], "version": 1})[1]
    assert emptied["owners"] == []


def test_members_are_added_and_removed_against_the_version(ask: Ask, group: dict[str, Any], person: Person) -> None:
    ann, ben = person(), person("Ben Roe")
    target = f"{GROUPS}/{group['id']}/members"
    body = {"memberIds": [ann["id"], ben["id"]], "version": 1}
    assert ask("POST", target, body) == (202, {})
    assert ask("POST", target, body)[1]["code"] == "general.conflict"
    assert ask("POST", target, {"memberIds": ["nobody"], "version": 2})[0] == 404
    assert [one["name"] for one in ask("GET", target)[1]["entities"]] == ["Ann Lee", "Ben Roe"]
    assert ask("GET", f"{target}?sortOrder=descending&pageSize=1")[1]["entities"][0]["name"] == "Ben Roe"
    assert ask("GET", f"{GROUPS}/{group['id']}")[1]["memberCount"] == 2
    expanded = ask("GET", f"{target}?expand=groups,presence")[1]["entities"][0]
    assert expanded["groups"][0]["id"] == group["id"]
    assert expanded["presence"]["presenceDefinition"]["systemPresence"] == "Offline"
    assert ask("DELETE", f"{target}?ids={ann['id']},nobody")[0] == 202
    assert [one["id"] for one in ask("GET", target)[1]["entities"]] == [ben["id"]]


def test_members_have_the_roles_of_their_groups(
    ask: Ask, office: Org, group: dict[str, Any], person: Person, grant: Callable[..., Token]
) -> None:
    ann = person()
    policy = {"domain": "routing", "entityName": "queue", "actionSet": ["view"]}
    role = ask("POST", "/api/v2/authorization/roles", {"name": "r", "permissionPolicies": [policy]})[1]["id"]
    token = grant(user=ann["id"])
    assert ask("GET", "/api/v2/routing/queues", token=token)[0] == 403
    body = {"subjectIds": [group["id"]], "divisionIds": [home_division(office)]}
    assert ask("POST", f"/api/v2/authorization/roles/{role}?subjectType=PC_GROUP", body)[0] == 204
    ask("POST", f"{GROUPS}/{group['id']}/members", {"memberIds": [ann["id"]]})
    assert ask("GET", "/api/v2/routing/queues", token=token)[0] == 200
    assert ask("GET", f"/api/v2/users/{ann['id']}/roles")[1]["permissions"] == ["routing:queue:view"]
    ask("DELETE", f"{GROUPS}/{group['id']}/members?ids={ann['id']}")
    assert ask("GET", "/api/v2/routing/queues", token=token)[0] == 403


def test_a_deleted_group_grants_nothing_and_is_in_no_queue(ask: Ask, group: dict[str, Any], person: Person) -> None:
    ann = person()
    ask("POST", f"{GROUPS}/{group['id']}/members", {"memberIds": [ann["id"]]})
    member = {"id": group["id"], "type": "GROUP"}
    queue = ask("POST", "/api/v2/routing/queues", {"name": "Q", "memberGroups": [member]})[1]["id"]
    assert ask("GET", f"/api/v2/routing/queues/{queue}")[1]["memberCount"] == 1
    ask("DELETE", f"{GROUPS}/{group['id']}")
    assert ask("GET", f"/api/v2/routing/queues/{queue}")[1]["memberCount"] == 0
    assert ask("GET", f"{GROUPS}/{group['id']}/members")[0] == 404
