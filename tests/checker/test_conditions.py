"""The small language of selectors and judges."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.checker.conditions import Unexpected, any_holds, holds, of_status, resolve


@pytest.mark.parametrize(
    ("condition", "value", "result"),
    [
        ("a", "a", True),
        ("a", "b", False),
        (1, 1.0, True),
        (1, True, False),
        (True, 1, False),
        (False, False, True),
        (["a", "b"], "b", True),
        ([], "b", False),
        ({"min": 2, "max": 4}, 3, True),
        ({"min": 2}, 1, False),
        ({"min": 2}, "3", False),
        ({"min": 0}, True, False),
        ({"matches": "a+"}, "aaa", True),
        ({"matches": "a+"}, "aab", False),
        ({"matches": "a+"}, 7, False),
        ({"glob": "GET *"}, "GET /x", True),
        ({"contains": "b"}, "abc", True),
        ({"contains": 1}, "abc", False),
        ({"contains": 1}, [1, 2], True),
        ({"contains": "k"}, {"k": 1}, True),
        ({"contains": "x"}, None, False),
        ({"type": "number"}, 1.5, True),
        ({"type": "number"}, True, False),
        ({"type": "boolean"}, True, True),
        ({"type": "strings"}, {"a": "b"}, True),
        ({"type": "strings"}, {"a": 1}, False),
        ({"type": "array"}, [], True),
        ({"max_bytes": 5}, "abc", True),
        ({"max_bytes": 4}, "abc", False),
        ({"min_items": 1}, "", False),
        ({"min_items": 1}, {"a": 1}, True),
        ({"min_items": 1}, 5, False),
        ({"not": "a"}, "b", True),
        ({"not": ["a", "b"]}, "b", False),
    ],
)
def test_a_condition_holds_or_not(condition: Any, value: Any, result: bool) -> None:
    assert holds(condition, value) is result


@pytest.mark.parametrize(
    ("condition", "found", "result"),
    [
        ("a", ["b", "a"], True),
        ("a", [], False),
        ({"exists": True}, [None], True),
        ({"exists": True}, [], False),
        ({"exists": False}, [], True),
        ({"exists": False}, [1], False),
        ({"exists": True, "min": 3}, [1, 4], True),
        ({"not": "a"}, [], False),
    ],
)
def test_one_of_many_values_is_enough(condition: Any, found: list[Any], result: bool) -> None:
    assert any_holds(condition, found) is result


def test_a_class_of_statuses_is_written_out() -> None:
    assert holds(of_status("2xx"), 204)
    assert not holds(of_status("2xx"), 300)
    assert holds(of_status(["2xx", 429]), 429)
    assert holds(of_status({"not": "5xx"}), 404)
    assert not holds(of_status({"not": "5xx"}), 503)


def test_expectations_are_filled_in_at_any_depth() -> None:
    expect = {"texts": ["a"], "button": {"payload": "p"}}
    template = {"x": ["$expect.button.payload"], "y": "$expect.texts", "z": "$other", "n": 1}
    assert resolve(template, expect) == {"x": ["p"], "y": ["a"], "z": "$other", "n": 1}


@pytest.mark.parametrize("template", ["$expect.none", "$expect.texts.deeper", {"a": ["$expect.none"]}])
def test_an_expectation_that_the_test_does_not_give_is_said(template: Any) -> None:
    with pytest.raises(Unexpected):
        resolve(template, {"texts": ["a"]})
