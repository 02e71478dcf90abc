from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.platform.catalogue import load_catalogue
from understudy.platform.fence import Fence
from understudy.platform.grants import home_division
from understudy.platform.permissions import Permissions
from understudy.world.org import Org
from understudy.world.tokens import Token

Ask = Callable[..., tuple[int, Any]]
PATH = "/api/v2/architect/dependencytracking"
CONSUMED = "/consumedresources?id=q1&objectType=QUEUE"


@pytest.fixture
def ivr(ask: Ask, published: str) -> str:
    """An IVR that leads to the published flow, which leads to the queue q1."""
    body = {"name": "Front line", "openHoursFlow": {"id": published}}
    id_: str = ask("POST", "/api/v2/architect/ivrs", body)[1]["id"]
    return id_


def ids(listing: dict[str, Any]) -> list[str]:
    return [one["id"] for one in listing["entities"]]


def test_objects_are_found_by_name(ask: Ask, ivr: str, published: str) -> None:
    assert set(ids(ask("GET", f"{PATH}?name=front*")[1])) == {published, ivr}
    assert ids(ask("GET", f"{PATH}?name=front%20door")[1]) == [published]
    assert ids(ask("GET", f"{PATH}?name=front*&objectType=IVRCONFIGURATION")[1]) == [ivr]
    assert ids(ask("GET", f"{PATH}?name=*door")[1]) == [published]
    assert ids(ask("GET", f"{PATH}?name=*oo*")[1]) == [published]
    assert set(ids(ask("GET", f"{PATH}?name=front*&objectType=QUEUE,IVRCONFIGURATION")[1])) == {ivr}
    found = ask("GET", f"{PATH}?name=Front%20door&consumedResources=true&consumingResources=true")[1]["entities"][0]
    assert (found["type"], found["version"]) == ("INBOUNDSHORTMESSAGEFLOW", "2.0")
    assert [one["name"] for one in found["consumedResources"]] == ["Support"]
    assert [one["type"] for one in found["consumingResources"]] == ["IVRCONFIGURATION"]


def test_an_object_is_shown_with_its_neighbours_of_a_type(ask: Ask, ivr: str, published: str) -> None:
    path = f"{PATH}/object?id={published}&objectType=inboundshortmessageflow"
    assert "consumedResources" not in ask("GET", path)[1]
    shown = ask("GET", f"{path}&consumedResources=true&consumedResourceType=ACDSKILL&version=1.0")[1]
    assert (shown["consumedResources"], shown["version"]) == ([], "1.0")


def test_what_is_consumed_and_who_consumes(ask: Ask, ivr: str, published: str) -> None:
    of_flow = f"id={published}&objectType=INBOUNDSHORTMESSAGEFLOW"
    assert ids(ask("GET", f"{PATH}/consumedresources?{of_flow}&version=2.0")[1]) == ["q1"]
    assert ids(ask("GET", f"{PATH}/consumedresources?{of_flow}&version=2.0&resourceType=USER,QUEUE")[1]) == ["q1"]
    assert ids(ask("GET", f"{PATH}/consumedresources?{of_flow}&version=2.0&resourceType=USER")[1]) == []
    assert ids(ask("GET", f"{PATH}/consumingresources?{of_flow}")[1]) == [ivr]
    of_queue = "id=q1&objectType=QUEUE"
    assert ids(ask("GET", f"{PATH}/consumingresources?{of_queue}&flowFilter=published")[1]) == [published]
    ask("POST", f"/api/v2/flows/actions/checkout?flow={published}")
    assert ids(ask("GET", f"{PATH}/consumingresources?{of_queue}&flowFilter=checkedIn&resourceType=QUEUE")[1]) == []


def test_types_are_listed_and_shown(ask: Ask) -> None:
    listed = ask("GET", f"{PATH}/types?pageSize=200")[1]
    assert listed["total"] == len(listed["entities"]) > 80
    assert ask("GET", f"{PATH}/types/queue")[1]["name"] == "Queue"
    assert ask("GET", f"{PATH}/types/nope")[1]["code"] == "architect.dependency.invalid.type"


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("?name=", 400, "architect.dependency.object.name.not.specified"),
        ("?name=x&objectType=CAR", 400, "architect.dependency.object.invalid.type"),
        ("/object?id=nope&objectType=QUEUE", 404, "architect.dependency.object.not.found"),
        ("/object?id=q1&objectType=USER", 404, "architect.dependency.object.not.found"),
        (f"{CONSUMED}&version=", 400, "architect.dependency.object.version.not.specified"),
        (CONSUMED, 400, "bad.request"),
        ("/consumingresources?id=q1&objectType=QUEUE&flowFilter=odd", 400, "architect.dependency.invalid.filter"),
    ],
)
def test_a_bad_question_has_its_own_code(ask: Ask, query: str, status: int, code: str) -> None:
    answer = ask("GET", PATH + query)
    assert (answer[0], answer[1]["code"]) == (status, code)


def test_neighbours_behind_the_fence_are_not_told(
    ask: Ask, office: Org, grant: Callable[..., Token], published: str, ivr: str
) -> None:
    token, permissions = grant(), Permissions(load_catalogue())
    everything, _ = permissions.mask_of([{"domain": "*", "entityName": "*", "actionSet": ["*"]}])
    token.mask, token.mask_version = everything, office.grants_version
    token.fence = Fence(permissions, 0, {home_division(office): everything})
    of_flow = f"id={published}&objectType=INBOUNDSHORTMESSAGEFLOW"
    paths = [f"{PATH}/consumedresources?{of_flow}&version=2.0", f"{PATH}/consumingresources?{of_flow}"]
    assert [ids(ask("GET", path, token=token)[1]) for path in paths] == [["q1"], [ivr]]
    for type_, id_ in (("routing.queues", "q1"), ("architect.ivrs", ivr)):
        office.entities.put(type_, id_, {**office.entities.of(type_)[id_].body, "division": {"id": "elsewhere"}})
    assert [ids(ask("GET", path, token=token)[1]) for path in paths] == [[], []]
