from __future__ import annotations

from typing import Any

import pytest

from understudy.directory.criteria import DEEPEST, LONGEST, check, matches, names, values_in
from understudy.errors import Refused

ANN = {"name": ["Ann Lee"], "email": ["ann@example.org"], "version": ["7"], "skills": ["en", "billing"]}


def _is_meant(*criteria: dict[str, Any]) -> bool:
    return matches(criteria, lambda field: ANN.get(field, []))


@pytest.mark.parametrize(
    ("criterion", "is_met"),
    [
        ({"type": "EXACT", "fields": ["name"], "value": "ANN LEE"}, True),
        ({"type": "EXACT", "fields": ["name"], "value": "ann"}, False),
        ({"type": "EXACT", "fields": ["name"], "values": ["x", "ann lee"]}, True),
        ({"type": "EXACT", "fields": ["title", "email"], "value": "ann@example.org"}, True),
        ({"type": "STARTS_WITH", "fields": ["name"], "value": "lee"}, True),
        ({"type": "STARTS_WITH", "fields": ["name"], "value": "ee"}, False),
        ({"type": "CONTAINS", "fields": ["email"], "value": "EXAMPLE"}, True),
        ({"type": "TERM", "fields": ["name"], "value": "lee"}, True),
        ({"type": "TERM", "fields": ["name"], "value": "le"}, False),
        ({"type": "TERMS", "fields": ["skills"], "values": ["fr", "en"]}, True),
        ({"type": "REQUIRED_FIELDS", "fields": ["name", "email"]}, True),
        ({"type": "REQUIRED_FIELDS", "fields": ["name", "title"]}, False),
        ({"type": "REQUIRED_FIELDS"}, False),
        ({"type": "MATCH_ALL"}, True),
        ({"type": "QUERY_STRING", "fields": ["name", "email"], "value": "lee exam*"}, True),
        ({"type": "QUERY_STRING", "fields": ["name"], "value": "lee exam"}, False),
        ({"type": "REGEX", "fields": ["name"], "value": "a.. .*e"}, True),
        ({"type": "REGEX", "fields": ["name"], "value": "a."}, False),
        ({"type": "RANGE", "fields": ["version"], "startValue": "5", "endValue": "10"}, True),
        ({"type": "RANGE", "fields": ["version"], "endValue": "6"}, False),
        ({"type": "LESS_THAN", "fields": ["version"], "value": "10"}, True),
        ({"type": "LESS_THAN_EQUAL_TO", "fields": ["version"], "value": "7.0"}, True),
        ({"type": "GREATER_THAN", "fields": ["version"], "value": "7"}, False),
        ({"type": "GREATER_THAN_EQUAL_TO", "fields": ["name"], "value": "Aa"}, True),
        ({"type": "EXACT", "fields": ["name"]}, False),
        ({"type": "EXACT", "value": "ann lee"}, False),
    ],
)
def test_a_criterion_of_each_type(criterion: dict[str, Any], is_met: bool) -> None:
    assert _is_meant(criterion) is is_met


YES, NO = {"type": "MATCH_ALL"}, {"type": "REQUIRED_FIELDS"}


@pytest.mark.parametrize(
    ("criteria", "is_met"),
    [
        ([], True),
        ([YES, NO], False),
        ([NO, {**YES, "operator": "OR"}], True),
        ([YES, {**NO, "operator": "NOT"}], True),
        ([{**YES, "operator": "NOT"}], False),
        ([NO, {**YES, "operator": "OR"}, {**NO, "operator": "AND"}], False),
        ([YES, {"type": "EXACT", "group": [NO, {**YES, "operator": "OR"}]}], True),
        ([YES, {"type": "EXACT", "operator": "NOT", "group": [YES]}], False),
    ],
)
def test_criteria_are_combined_from_left_to_right(criteria: list[dict[str, Any]], is_met: bool) -> None:
    assert _is_meant(*criteria) is is_met


def test_expressions_that_may_take_for_ever_are_refused() -> None:
    check([{"type": "REGEX", "value": "a.*b."}])
    with pytest.raises(Refused, match=r"invalid\.value"):
        check([{"type": "EXACT", "group": [{"type": "REGEX", "value": "(a+)+$"}]}])


def test_a_query_is_bounded() -> None:
    deep: dict[str, Any] = YES
    for _ in range(DEEPEST):
        deep = {"type": "EXACT", "group": [deep]}
    for query in ([deep], [YES] * (LONGEST + 1)):
        with pytest.raises(Refused, match=r"bad\.request"):
            check(query)


def test_a_field_is_named_at_any_depth() -> None:
    query = [{"type": "EXACT", "group": [{"type": "EXACT", "fields": ["state"]}]}]
    assert (names(query, "state"), names(query, "name")) == (True, False)


def test_every_plain_value_counts() -> None:
    assert values_in({"a": [1, {"b": True}], "c": None}) == ["1", "true"]
