"""The fence of a token, and what it keeps out over the API: an admin-free role in one of two divisions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.platform.catalogue import Catalogue
from understudy.platform.fence import Fence
from understudy.platform.grants import home_division
from understudy.platform.permissions import Permissions
from understudy.world.org import Org
from understudy.world.switches import HIDDEN, ORGANIZATIONS
from understudy.world.tokens import Token

Ask = Callable[..., tuple[int, Any]]
QUEUES = "/api/v2/routing/queues"
EVERYTHING = {"domain": "routing", "entityName": "*", "actionSet": ["*"]}


@pytest.fixture
def north(ask: Ask) -> str:
    """A second division."""
    return str(ask("POST", "/api/v2/authorization/divisions", {"name": "North", "description": ""})[1]["id"])


@pytest.fixture
def fenced(ask: Ask, office: Org, grant: Callable[..., Token], north: str) -> Callable[..., Token]:
    """``fenced(*divisions)``: a client's token that may do everything with queues there, and nowhere else."""

    def make(*divisions: str) -> Token:
        role = ask("POST", "/api/v2/authorization/roles", {"name": "queues", "permissionPolicies": [EVERYTHING]})[1][
            "id"
        ]
        pairs = [{"roleId": role, "divisionId": division} for division in divisions]
        body = {"name": "c", "authorizedGrantType": "CLIENT-CREDENTIALS", "roleDivisions": pairs}
        return grant(ask("POST", "/api/v2/oauth/clients", body)[1]["id"])

    return make


def test_a_mask_holds_in_its_division_and_everywhere(catalogue: Catalogue) -> None:
    permissions = Permissions(catalogue)
    view, _ = permissions.mask_of([{"domain": "routing", "entityName": "queue", "actionSet": ["view"]}])
    edit, _ = permissions.mask_of([{"domain": "routing", "entityName": "queue", "actionSet": ["edit"]}])
    fence = Fence(permissions, view, {"north": edit})
    get, put = catalogue.by_id["getRoutingQueue"], catalogue.by_id["putRoutingQueue"]
    assert [fence.admits(get, "north"), fence.admits(get, "south")] == [True, True]
    assert [fence.admits(put, "north"), fence.admits(put, "south")] == [True, False]
    assert fence.missing(put, "south") == ["routing:queue:edit"]
    assert [fence.reaches("north"), fence.reaches("south")] == [True, True]
    assert [Fence(permissions, 0, {"north": edit}).reaches(one) for one in ("north", "south")] == [True, False]


def test_what_lies_elsewhere_is_neither_listed_nor_read_nor_changed(
    ask: Ask, office: Org, north: str, fenced: Callable[..., Token]
) -> None:
    here = ask("POST", QUEUES, {"name": "here", "division": {"id": north}})[1]
    there = ask("POST", QUEUES, {"name": "there"})[1]
    token = fenced(north)
    assert [one["name"] for one in ask("GET", QUEUES, token=token)[1]["entities"]] == ["here"]
    assert ask("GET", f"{QUEUES}/{here['id']}", token=token)[0] == 200
    target = f"{QUEUES}/{there['id']}"
    for method, path, body in (
        ("GET", target, None),
        ("PUT", target, {"name": "mine"}),
        ("DELETE", target, None),
        ("GET", f"{target}/members", None),
        ("POST", f"{target}/members", []),
        ("GET", f"{target}/wrapupcodes", None),
    ):
        status, refusal = ask(method, path, body, token=token)
        assert (status, refusal["messageParams"]["divisionId"]) == (403, home_division(office)), (method, path)
        assert refusal["code"] in ("missing.permissions", "missing.any.permissions")
    assert ask("GET", target)[1] == there


def test_nothing_is_put_into_a_division_in_which_one_may_not(
    ask: Ask, north: str, fenced: Callable[..., Token]
) -> None:
    token = fenced(north)
    assert ask("POST", QUEUES, {"name": "home"}, token=token)[0] == 403
    mine = ask("POST", QUEUES, {"name": "mine", "division": {"id": north}}, token=token)[1]
    home = ask("GET", "/api/v2/authorization/divisions/home")[1]["id"]
    assert ask("PUT", f"{QUEUES}/{mine['id']}", {"name": "mine", "division": {"id": home}}, token=token)[0] == 403
    assert ask("GET", QUEUES)[1]["total"] == 1


def test_the_refusal_is_a_404_by_the_switch(ask: Ask, office: Org, north: str, fenced: Callable[..., Token]) -> None:
    there = ask("POST", QUEUES, {"name": "there"})[1]["id"]
    token = fenced(north)
    office.entities.of(ORGANIZATIONS)[office.id].hidden[HIDDEN] = {"authorization.hidden_object": "404"}
    assert ask("GET", f"{QUEUES}/{there}", token=token)[0] == 404


def test_all_divisions_general_admin_and_an_org_with_one_division_know_no_fence(
    ask: Ask, office: Org, grant: Callable[..., Token], north: str, fenced: Callable[..., Token]
) -> None:
    boss = grant()
    assert (ask("GET", QUEUES, token=boss)[0], boss.fence) == (200, None)
    everywhere = fenced("*")
    assert (ask("GET", QUEUES, token=everywhere)[0], everywhere.fence) == (200, None)
    bound = ask("POST", "/api/v2/oauth/clients", {"name": "d", "authorizedGrantType": "CLIENT-CREDENTIALS",
        "roleIds": ask("GET", "/api/v2/oauth/clients")[1]["entities"][1]["roleIds"]})[1]["id"]  # fmt: skip
    token = grant(bound)
    assert ask("GET", QUEUES, token=token)[0] == 200
    assert token.fence is not None
    assert ask("DELETE", f"/api/v2/authorization/divisions/{north}")[0] == 204
    assert (ask("GET", QUEUES, token=token)[0], token.fence) == (200, None)


def test_a_permission_everywhere_and_another_in_one_division(
    ask: Ask, office: Org, north: str, grant: Callable[..., Token]
) -> None:
    roles = []
    for name, action in (("viewer", "view"), ("editor", "edit")):
        policy = {"domain": "routing", "entityName": "queue", "actionSet": [action]}
        roles.append(
            ask("POST", "/api/v2/authorization/roles", {"name": name, "permissionPolicies": [policy]})[1]["id"]
        )
    pairs = [{"roleId": roles[0], "divisionId": "*"}, {"roleId": roles[1], "divisionId": north}]
    body = {"name": "c", "authorizedGrantType": "CLIENT-CREDENTIALS", "roleDivisions": pairs}
    token = grant(ask("POST", "/api/v2/oauth/clients", body)[1]["id"])
    home = ask("POST", QUEUES, {"name": "home"})[1]["id"]
    assert ask("GET", f"{QUEUES}/{home}", token=token)[0] == 200
    assert ask("PUT", f"{QUEUES}/{home}", {"name": "x"}, token=token)[0] == 403


def test_a_search_finds_only_what_lies_inside(ask: Ask, office: Org, north: str, grant: Callable[..., Token]) -> None:
    for name, division in (("Ann", north), ("Ben", home_division(office))):
        body = {"name": name, "email": f"{name}@example.org", "divisionId": division}
        assert ask("POST", "/api/v2/users", body)[0] == 200
    policy = {"domain": "directory", "entityName": "user", "actionSet": ["*"]}
    role = ask("POST", "/api/v2/authorization/roles", {"name": "r", "permissionPolicies": [policy]})[1]["id"]
    pairs = [{"roleId": role, "divisionId": north}]
    client = {"name": "c", "authorizedGrantType": "CLIENT-CREDENTIALS", "roleDivisions": pairs}
    token = grant(ask("POST", "/api/v2/oauth/clients", client)[1]["id"])
    found = ask("POST", "/api/v2/users/search", {"query": [{"type": "MATCH_ALL"}]}, token=token)[1]
    assert [one["name"] for one in found["results"]] == ["Ann"]
    # the catalogue asks for no permission to list users, so no division keeps anybody from it
    assert ask("GET", "/api/v2/users", token=token)[1]["total"] == 2


def test_what_lies_in_a_division_that_is_no_more_is_neither_listed_nor_read(
    ask: Ask, office: Org, north: str, fenced: Callable[..., Token]
) -> None:
    body = {"id": "lost", "name": "lost", "division": {"id": "gone", "name": "Gone"}}
    office.entities.put("routing.queues", "lost", body)
    token = fenced(north)
    assert ask("GET", QUEUES, token=token)[1]["entities"] == []
    assert ask("GET", f"{QUEUES}/lost", token=token)[0] == 403
