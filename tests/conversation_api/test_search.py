from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.conversations.commands import CustomerMessage
from understudy.conversations.model import Leg
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
PATH = "/participants/attributes/search"


@pytest.fixture
def people(office: Org) -> None:
    for name, tier in (("ann", "gold"), ("bob", "silver"), ("cem", "gold")):
        leg = Leg("open_messaging", "i1", name)
        office.perform(CustomerMessage(leg, text="x", attributes={"tier": tier, "name": name}))


def exact(field: str, *values: str, **more: Any) -> dict[str, Any]:
    return {"type": "EXACT", "fields": [field], "values": list(values), **more}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ([], ["ann", "bob", "cem"]),
        ([exact("tier", "gold")], ["ann", "cem"]),
        ([exact("attributes.tier", "gold"), exact("name", "cem")], ["cem"]),
        ([exact("tier", "gold", operator="NOT")], ["bob"]),
        ([{"type": "EXACT", "operator": "OR", "group": [exact("name", "ann"), exact("name", "bob")]}], ["ann", "bob"]),
        ([{"type": "EXACT", "fields": ["name", "tier"], "value": "silver"}], ["bob"]),
        ([exact("purpose", "agent")], []),
        ([{"type": "DATE_RANGE", "fields": ["startTime"], "startValue": "2026-01-02T00:00:00Z"}], []),
        ([{"type": "DATE_RANGE", "fields": ["startTime"], "endValue": "2026-01-02T00:00:00Z"}], ["ann", "bob", "cem"]),
        ([exact("nothing", "x")], []),
    ],
)
def test_participants_are_found_by_what_they_hold(ask: Ask, people: None, query: list[Any], names: list[str]) -> None:
    status, body = ask("POST", PATH, {"query": query})
    assert status == 200
    assert [one["attributes"]["name"] for one in body["results"]] == names


def test_order_and_fields_are_as_asked(ask: Ask, people: None) -> None:
    body = ask("POST", PATH, {"query": [], "sortOrder": "DESC", "returnFields": ["name", "purpose"]})[1]
    assert body["results"][0] == {"name": "cem", "purpose": "customer"}
    assert "cursor" not in body


def test_a_long_result_goes_on_behind_its_cursor(ask: Ask, office: Org) -> None:
    for number in range(101):
        leg = Leg("open_messaging", "i1", f"c{number}")
        office.perform(CustomerMessage(leg, text="x", attributes={"n": str(number)}))
    first = ask("POST", PATH, {"query": []})[1]
    rest = ask("POST", PATH, {"query": [], "cursor": first["cursor"]})[1]
    assert (len(first["results"]), [one["attributes"]["n"] for one in rest["results"]]) == (100, ["100"])
    assert "cursor" not in rest


def test_strange_queries_are_refused(ask: Ask, people: None) -> None:
    deep: dict[str, Any] = exact("a", "b")
    for _ in range(9):
        deep = {"type": "EXACT", "group": [deep]}
    assert ask("POST", PATH, {"query": [deep]})[0] == 400
    assert ask("POST", PATH, {"query": [], "cursor": "x"})[0] == 400
    wrong = {"type": "DATE_RANGE", "fields": ["startTime"], "startValue": "soon"}
    assert ask("POST", PATH, {"query": [wrong]})[1]["code"] == "invalid.date"
