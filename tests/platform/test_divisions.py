from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.platform.catalogue import Catalogue
from understudy.platform.divisions import LIMIT, count_objects, move_home, objects
from understudy.platform.grants import home_division, set_pairs
from understudy.platform.resources import load_resources
from understudy.world.org import Org
from understudy.world.tokens import Token

Ask = Callable[..., tuple[int, Any]]
DIVISIONS = "/api/v2/authorization/divisions"
PERMITTED = "/api/v2/authorization/divisionspermitted"


@pytest.fixture
def north(ask: Ask) -> str:
    return str(ask("POST", DIVISIONS, {"name": "North", "description": ""})[1]["id"])


def test_what_can_be_moved_lives_in_a_division(catalogue: Catalogue) -> None:
    resources = load_resources(catalogue)
    known = {word for word, resource in objects().items() if resource in resources and resources[resource].division}
    assert {"QUEUE", "USER", "FLOW", "DATATABLES", "WRAPUPCODE", "SKILL"} <= known


def test_objects_are_moved_together_or_not_at_all(ask: Ask, office: Org, north: str) -> None:
    ids = [ask("POST", "/api/v2/routing/queues", {"name": name})[1]["id"] for name in ("a", "b")]
    assert ask("POST", f"{DIVISIONS}/{north}/objects/QUEUE", [*ids, "nothing"])[0] == 404
    assert count_objects(office, north) == {}
    assert ask("POST", f"{DIVISIONS}/{north}/objects/queue", ids)[0] == 204
    moved = ask("GET", f"/api/v2/routing/queues/{ids[0]}")[1]["division"]
    assert moved == {"id": north, "name": "North", "selfUri": f"{DIVISIONS}/{north}"}
    assert ask("GET", f"{DIVISIONS}/{north}?objectCount=true")[1]["objectCounts"] == {"QUEUE": 2}
    assert ask("GET", f"/api/v2/routing/queues?divisionId={north}")[1]["total"] == 2
    assert ask("POST", f"{DIVISIONS}/{north}/objects/ROCKET", ids)[0] == 400
    assert ask("POST", f"{DIVISIONS}/nowhere/objects/QUEUE", ids)[0] == 404


def test_a_division_that_holds_something_is_deleted_only_by_force(ask: Ask, office: Org, north: str) -> None:
    queue = ask("POST", "/api/v2/routing/queues", {"name": "a", "division": {"id": north}})[1]["id"]
    assert ask("DELETE", f"{DIVISIONS}/{north}")[1]["code"] == "general.conflict"
    assert ask("DELETE", f"{DIVISIONS}/{north}?force=true")[0] == 204
    assert ask("GET", f"/api/v2/routing/queues/{queue}")[1]["division"]["id"] == home_division(office)


def test_moving_home_leaves_the_rest_alone(ask: Ask, office: Org, north: str) -> None:
    ask("POST", "/api/v2/routing/queues", {"name": "a", "division": {"id": north}})
    move_home(office, "elsewhere")
    assert count_objects(office, north) == {"QUEUE": 1}


def test_there_are_only_so_many_divisions(ask: Ask, office: Org) -> None:
    most = ask("GET", f"{DIVISIONS}/limit")[1]
    assert most == int(office.limits.value(*LIMIT))
    for number in range(most - 1):
        office.entities.put("authorization.divisions", f"d{number}", {"id": f"d{number}", "name": f"d{number}"})
    status, refusal = ask("POST", DIVISIONS, {"name": "North", "description": ""})
    assert (status, refusal["limit"]["value"]) == (400, most)


def test_the_divisions_of_a_permission(ask: Ask, office: Org, north: str, grant: Callable[..., Token]) -> None:
    policy = {"domain": "routing", "entityName": "queue", "actionSet": ["view"]}
    role = ask("POST", "/api/v2/authorization/roles", {"name": "r", "permissionPolicies": [policy]})[1]["id"]
    office.entities.put("users", "ann", {"id": "ann", "name": "Ann", "version": 1})
    set_pairs(office, "ann", {(role, north)})
    token = grant(user="ann")
    assert [one["name"] for one in ask("GET", f"{PERMITTED}/me?permission=routing:QUEUE:view", token=token)[1]] == [
        "North"
    ]
    assert ask("GET", f"{PERMITTED}/me?permission=routing:queue:edit", token=token)[1] == []
    assert ask("GET", f"{PERMITTED}/me?permission=routing:queue:view&name=sou", token=token)[1] == []
    paged = ask("GET", f"{PERMITTED}/paged/me?permission=routing:queue:view", token=token)[1]
    assert (paged["total"], paged["allDivsPermitted"]) == (1, False)
    set_pairs(office, "ann", {(role, "*")})
    paged = ask("GET", f"{PERMITTED}/paged/ann?permission=routing:queue:view&pageSize=1")[1]
    assert (paged["total"], paged["allDivsPermitted"], len(paged["entities"])) == (2, True, 1)
    assert ask("GET", f"{PERMITTED}/me?permission=queues")[0] == 400
    assert ask("GET", f"{PERMITTED}/me")[0] == 400
    assert ask("GET", f"{PERMITTED}/paged/nobody?permission=routing:queue:view")[0] == 404
