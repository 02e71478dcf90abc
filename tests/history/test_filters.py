from __future__ import annotations

from typing import Any

import pytest

from understudy.errors import Refused
from understudy.history.filters import Filter, filters_in, named_values

ROW = {"queueId": "Q1", "conference": False, "divisionIds": ["d1", "d2"], "segmentStart": "2026-01-01T10:00:00.000Z"}


def _holds(body: dict[str, Any], row: dict[str, Any] = ROW) -> bool:
    known = {"queueId", "conference", "divisionId", "segmentStart", "userId"}
    return Filter(body, "filter", lambda name: name in known, lambda found, name: found.get(name, ())).holds(row)


def _one(**predicate: Any) -> dict[str, Any]:
    return {"type": "and", "predicates": [predicate]}


@pytest.mark.parametrize(
    ("predicate", "holds"),
    [
        ({"dimension": "queueId", "value": "q1"}, True),
        ({"dimension": "queueId", "operator": "matches", "value": "q2"}, False),
        ({"dimension": "divisionId", "value": "d2"}, True),
        ({"dimension": "conference", "value": "false"}, True),
        ({"dimension": "userId", "operator": "exists"}, False),
        ({"dimension": "userId", "operator": "notExists"}, True),
        ({"dimension": "segmentStart", "value": "2026-01-01T09:00:00Z/2026-01-01T11:00:00Z"}, True),
        ({"dimension": "segmentStart", "value": "2026-01-01T11:00:00Z/2026-01-01T12:00:00Z"}, False),
        ({"type": "property", "property": "colour", "operator": "notExists"}, True),
    ],
)
def test_a_predicate_compares_a_dimension(predicate: dict[str, Any], holds: bool) -> None:
    assert _holds(_one(**predicate)) is holds


@pytest.mark.parametrize(
    ("bounds", "holds"),
    [
        ({"gte": 10}, True),
        ({"gt": 10}, False),
        ({"lt": 10}, False),
        ({"lte": 10, "gt": 9}, True),
        ({"gt": 9, "lt": 10}, False),
    ],
)
def test_a_range_bounds_a_metric(bounds: dict[str, float], holds: bool) -> None:
    assert _holds(_one(metric="tTalk", range=bounds), {"tTalk": [10]}) is holds


def test_clauses_nest_and_or() -> None:
    either = {
        "type": "or",
        "predicates": [{"dimension": "queueId", "value": "q9"}, {"dimension": "queueId", "value": "q1"}],
    }
    body = {"type": "and", "clauses": [either], "predicates": [{"dimension": "userId", "operator": "notExists"}]}
    assert _holds(body)
    assert not _holds({**body, "predicates": [{"dimension": "userId", "operator": "exists"}]})


def test_a_filter_without_predicates_restricts_nothing() -> None:
    assert _holds({"type": "or"})


def test_without_rows_only_absence_holds() -> None:
    absent = Filter(_one(dimension="userId", operator="notExists"), "f", lambda _: True)
    there = Filter(_one(dimension="userId", operator="exists"), "f", lambda _: True)
    assert absent.any_holds([])
    assert not there.any_holds([])


@pytest.mark.parametrize(
    "body",
    [
        {"type": "xor"},
        {},
        _one(dimension="moonPhase", value="full"),
        _one(dimension="queueId"),
        _one(dimension="queueId", value=None, range={}),
        _one(dimension="queueId", operator="resembles", value="q"),
        _one(operator="exists"),
    ],
)
def test_what_can_t_be_judged_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        _holds(body)
    assert refused.value.details[0]["fieldName"] == "filter"


def test_metrics_are_refused_where_rows_have_none() -> None:
    with pytest.raises(Refused, match="tTalk"):
        Filter(_one(metric="tTalk", operator="exists"), "filter", lambda _: True)


def test_a_list_of_filters_skips_what_is_empty() -> None:
    assert filters_in({"segmentFilters": None}, "segmentFilters", lambda _: True) == []
    assert len(filters_in({"f": [{"type": "and"}, None]}, "f", lambda _: True)) == 1


def test_named_values_are_found_in_clauses_too() -> None:
    body = {"clauses": [_one(dimension="queueId", value="a")], "predicates": [{"dimension": "queueId", "value": "b"}]}
    assert named_values(body, "queueId") == ["b", "a"]
    assert named_values(None, "queueId") == []
