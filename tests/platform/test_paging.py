from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from understudy.platform.call import Call
from understudy.platform.catalogue import Catalogue
from understudy.platform.paging import listing, select
from understudy.world.entities import Entity
from understudy.world.org import Org
from understudy.world.tokens import Token
from understudy.world.world import World

Ask = Callable[..., tuple[int, Any]]
QUEUES = "/api/v2/routing/queues"
NUMBERED = {"entities", "pageSize", "pageNumber", "total", "pageCount", "firstUri", "lastUri", "nextUri"} | {
    "previousUri",
    "selfUri",
}


@pytest.fixture
def queues(ask: Ask) -> list[dict[str, Any]]:
    return [ask("POST", QUEUES, {"name": name})[1] for name in ("Sales", "Support", "sales north", "Orders", "Billing")]


def names(page: dict[str, Any]) -> list[str]:
    return [entity["name"] for entity in page["entities"]]


@pytest.mark.usefixtures("queues")
def test_a_page_has_every_field_and_the_last_one_no_next(ask: Ask) -> None:
    first = ask("GET", f"{QUEUES}?pageSize=2")[1]
    assert names(first) == ["Sales", "Support"]
    assert {key: first[key] for key in ("pageSize", "pageNumber", "total", "pageCount")} == {
        "pageSize": 2,
        "pageNumber": 1,
        "total": 5,
        "pageCount": 3,
    }
    assert first["selfUri"] == f"{QUEUES}?pageSize=2&pageNumber=1"
    assert first["firstUri"] == f"{QUEUES}?pageSize=2&pageNumber=1"
    assert first["lastUri"] == f"{QUEUES}?pageSize=2&pageNumber=3"
    assert first["nextUri"] == f"{QUEUES}?pageSize=2&pageNumber=2"
    assert "previousUri" not in first
    last = ask("GET", f"{QUEUES}?pageSize=2&pageNumber=3")[1]
    assert names(last) == ["Billing"]
    assert "nextUri" not in last
    assert last["previousUri"] == f"{QUEUES}?pageSize=2&pageNumber=2"


@pytest.mark.usefixtures("queues")
def test_following_next_uri_reads_everything_once(ask: Ask) -> None:
    target, read = f"{QUEUES}?pageSize=2&name=*s*", []
    while target:
        page = ask("GET", target)[1]
        read += names(page)
        target = page.get("nextUri")
    assert read == ["Sales", "Support", "sales north", "Orders"]


@pytest.mark.usefixtures("queues")
def test_a_page_behind_the_last_is_empty(ask: Ask) -> None:
    page = ask("GET", f"{QUEUES}?pageNumber=9")[1]
    assert (page["entities"], page["total"]) == ([], 5)
    assert "nextUri" not in page


def test_an_empty_listing_has_one_empty_page(ask: Ask) -> None:
    page = ask("GET", QUEUES)[1]
    assert (page["entities"], page["total"], page["pageCount"], page["pageSize"]) == ([], 0, 0, 25)
    assert page["lastUri"].endswith("pageNumber=1")


@pytest.mark.usefixtures("queues")
@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("sales", ["Sales"]),
        ("SALES*", ["Sales", "sales north"]),
        ("*or*", ["Support", "sales north", "Orders"]),
        ("*", ["Sales", "Support", "sales north", "Orders", "Billing"]),
        ("S.les", []),
        ("", []),
    ],
)
def test_a_name_filter_takes_asterisks_and_no_case(pattern: str, found: list[str], ask: Ask) -> None:
    assert names(ask("GET", f"{QUEUES}?name={pattern}")[1]) == found


def test_an_id_filter_takes_several_forms(ask: Ask, queues: list[dict[str, Any]]) -> None:
    first, second = queues[0]["id"], queues[3]["id"]
    for query in (f"id={first}&id={second}", f"id={first},{second}", f"id={first}%2C{second}"):
        assert names(ask("GET", f"{QUEUES}?{query}")[1]) == ["Sales", "Orders"]


def test_a_division_filter_chooses_by_division(ask: Ask, queues: list[dict[str, Any]]) -> None:
    home = queues[0]["division"]["id"]
    assert ask("GET", f"{QUEUES}?divisionId={home}")[1]["total"] == 5
    assert ask("GET", f"{QUEUES}?divisionId=another")[1]["total"] == 0


@pytest.mark.usefixtures("queues")
def test_order_follows_sort_by_and_sort_order(ask: Ask) -> None:
    views = f"{QUEUES}/divisionviews"  # its default sortBy is name
    assert names(ask("GET", views)[1]) == ["Billing", "Orders", "Sales", "sales north", "Support"]
    assert names(ask("GET", f"{views}?sortOrder=desc")[1])[0] == "Support"
    assert names(ask("GET", f"{QUEUES}?sortOrder=desc")[1])[0] == "Billing"  # the newest: created last


@pytest.mark.parametrize(
    "query", ["pageSize=0", "pageSize=-1", "pageSize=501", "pageNumber=0", "pageSize=a", "pageSize=²"]
)
def test_a_page_out_of_bounds_is_refused(query: str, ask: Ask) -> None:
    status, body = ask("GET", f"{QUEUES}?{query}")
    assert (status, body["code"]) == (400, "invalid.query.param.value")
    assert body["details"][0]["fieldName"] == query.partition("=")[0]


def test_a_cursor_walks_forth_and_back(ask: Ask) -> None:
    for number in range(4):
        ask("POST", "/api/v2/authorization/divisions", {"name": f"Division {number}", "description": ""})
    query = "/api/v2/authorization/divisions/query"
    first = ask("GET", f"{query}?pageSize=2")[1]
    second = ask("GET", first["nextUri"])[1]
    third = ask("GET", second["nextUri"])[1]
    assert [len(page["entities"]) for page in (first, second, third)] == [2, 2, 1]
    assert "nextUri" not in third
    assert "previousUri" not in first
    assert ask("GET", second["previousUri"])[1]["entities"] == first["entities"]
    assert ask("GET", f"{query}?after=nothing")[0] == 400


def call_of(office: Org, catalogue: Catalogue, operation: str, **query: str) -> Call:
    token = Token("t", "c", office.id, 0, 1)
    return Call(World(), office, token, catalogue.by_id[operation], {}, query, None, "")


def test_bare_entities_stay_bare_and_further_totals_are_told(office: Org, catalogue: Catalogue) -> None:
    call = call_of(office, catalogue, "getRoutingQueues")
    entities = [Entity("t", str(n), {"id": n}, encoded=b'{"id":%d}' % n) for n in range(2)]
    assert listing(call, entities, {"entities"}) == b'{"entities":[{"id":0},{"id":1}]}'
    page = orjson.loads(listing(call, entities, NUMBERED | {"totalNumberOfEntities"}))
    assert page["totalNumberOfEntities"] == 2


def test_a_filter_that_the_emulator_ignores_makes_the_listing_inexact(office: Org, catalogue: Catalogue) -> None:
    entities = [Entity("flows", "1", {"id": "1", "name": "a", "type": "BOT", "active": True})]
    fields = {"name", "type", "active"}
    known = select(call_of(office, catalogue, "getFlows", type="bot"), entities, fields)
    assert (len(known.entities), known.is_exact) == (1, True)
    ignored = select(call_of(office, catalogue, "getFlows", publishedAfter="2026-01-01"), entities, fields)
    assert (len(ignored.entities), ignored.is_exact) == (1, False)
    other = select(call_of(office, catalogue, "getFlows", type="voice", nameOrDescription="a"), entities, fields)
    assert len(other.entities) == 0
