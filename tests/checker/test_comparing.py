"""Judges that compare values, each with what it passes, fails and has nothing to say about."""

from __future__ import annotations

import time
from typing import Any

import orjson
import pytest

from understudy.checker.contract import Contracts
from understudy.checker.evidence import link
from understudy.checker.finding import Finding
from understudy.checker.judges import JUDGES
from understudy.checker.scope import Window
from understudy.record.entry import Entry

CONTRACTS = Contracts()
LIST, ONE = {"name": "GET /bots"}, {"name": "GET /bots/1"}


def judged(kind: str, bodies: list[tuple[str, Any]], **parameters: Any) -> Finding:
    entries = [
        Entry(0, n, "message", name, "platform", 0.0, 0.0, 0.0, body=orjson.dumps(body))
        for n, (name, body) in enumerate(bodies)
    ]
    return JUDGES[kind](parameters, Window(entries=link(entries)), CONTRACTS)


@pytest.mark.parametrize(
    ("body", "result"),
    [
        ({"a": [{"id": "x"}, {"id": "y"}]}, "passed"),
        ({"a": [{"id": "x"}]}, "passed"),
        ({"a": [{"id": "x"}, {"id": "y"}, {"id": "x"}]}, "failed"),
        ({"a": [{"id": {"p": 1, "q": 2}}, {"id": {"q": 2, "p": 1}}]}, "failed"),
        ({"a": []}, "not seen"),
    ],
)
def test_no_value_stands_twice_in_one_entry(body: Any, result: str) -> None:
    assert judged("distinct", [("GET /bots", body)], select=LIST, path="body.a.*.id").result == result


def test_the_same_value_may_stand_in_two_entries_and_a_doubled_one_is_named() -> None:
    bodies = [("GET /bots", {"a": [{"id": "x"}]}), ("GET /bots", {"a": [{"id": "x"}]})]
    assert judged("distinct", bodies, select=LIST, path="body.a.*.id").result == "passed"
    finding = judged("distinct", [("GET /bots", {"a": ["x", "x"]})], select=LIST, path="body.a.*")
    assert finding.observed == '1 of 1: GET /bots: body.a.* has twice "x"'


@pytest.mark.parametrize(
    ("shown", "result"),
    [({"id": "b", "n": 2}, "passed"), ({"n": 2, "id": "b"}, "passed"), ({"id": "b", "n": 3}, "failed")],
)
def test_what_one_entry_has_is_among_what_others_have(shown: Any, result: str) -> None:
    bodies = [("GET /bots", {"a": [{"id": "a", "n": 1}, {"id": "b", "n": 2}]}), ("GET /bots/1", shown)]
    finding = judged("among", bodies, select=ONE, path="body", others=LIST, others_path="body.a.*")
    assert finding.result == result
    assert [one.entry.number for one in finding.evidence] == [1, 0]


def test_what_is_not_among_them_is_named() -> None:
    bodies = [("GET /bots", {"a": ["x", "y"]}), ("GET /bots/1", {"id": "z"})]
    finding = judged("among", bodies, select=ONE, path="body.id", others=LIST, others_path="body.a.*")
    assert finding.observed == '"z" is not among 2 values of body.a.*'


@pytest.mark.parametrize("bodies", [[], [("GET /bots", {"a": ["x"]})], [("GET /bots/1", {"id": "x"})]])
def test_nothing_is_said_where_one_side_is_missing(bodies: list[tuple[str, Any]]) -> None:
    finding = judged("among", bodies, select=ONE, path="body.id", others=LIST, others_path="body.a.*")
    assert finding.result == "not seen"


def test_values_nested_deeper_than_can_be_compared_are_no_crash_and_nothing_else() -> None:
    deep = b'{"a":' + b"[" * 300 + b"]" * 300 + b"}"
    entries = link([Entry(0, n, "message", name, "platform", 0.0, 0.0, 0.0, body=deep)
                    for n, name in enumerate(("GET /bots", "GET /bots/1"))])  # fmt: skip
    window, both = Window(entries=entries), {"select": ONE, "path": "body.a", "others": LIST, "others_path": "body.a"}
    found = JUDGES["among"](both, window, CONTRACTS)
    assert found.result == "failed"
    assert "nested too deep to compare" in found.observed
    assert JUDGES["distinct"]({"select": LIST, "path": "body.a"}, window, CONTRACTS).result == "passed"


def test_a_long_list_is_looked_through_in_one_go() -> None:
    body = {"a": [{"id": str(number)} for number in range(30_000)]}
    began = time.process_time()
    assert judged("distinct", [("GET /bots", body)], select=LIST, path="body.a.*.id").result == "passed"
    assert time.process_time() - began < 3.0  # looked at pair by pair it takes minutes
