"""Judges of the wire, each with what it passes, fails and has nothing to say about."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from understudy.checker.contract import Contracts
from understudy.checker.evidence import link
from understudy.checker.finding import Finding
from understudy.checker.judges import JUDGES
from understudy.checker.scope import Window
from understudy.checker.verdict import Result
from understudy.record.entry import Entry

CONTRACTS = Contracts()
ASK = {"name": "POST *"}


class Log:
    """Exchanges one after the other, on a clock that ``wait`` moves."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.mono = 0.0

    def wait(self, seconds: float) -> Log:
        self.mono += seconds
        return self

    def ask(self, body: Any = None, status: int | None = 200, seconds: float = 0.0, **fields: Any) -> Log:
        exchange = f"0-{len(self.entries)}"
        raw = body if isinstance(body, bytes) else orjson.dumps(body or {})
        self._add("POST /x", exchange=exchange, body=raw, direction="in", **fields)
        self.wait(seconds)
        if status is not None:
            self._add(str(status), exchange=exchange, status=status, direction="out")
        return self

    def _add(self, name: str, **fields: Any) -> None:
        number = len(self.entries)
        self.entries.append(Entry(0, number, "message", name, "platform", self.mono, self.mono, 0.0, **fields))

    def judge(self, kind: str, **parameters: Any) -> Finding:
        return JUDGES[kind](parameters, Window(entries=link(self.entries)), CONTRACTS)

    def says(self, kind: str, **parameters: Any) -> str:
        return self.judge(kind, **parameters).result.value


def test_answered_names_the_worst() -> None:
    log = Log().ask().ask(status=500, seconds=1.5).ask(status=None)
    finding = log.judge("answered", select=ASK, status="2xx")
    assert finding.observed == "2 of 3: POST /x was answered 500 after 1.50 s; POST /x got no answer"
    assert [one.entry.number for one in finding.evidence] == [2, 3, 4]
    assert finding.on_absence


def test_answered_tells_statuses_and_the_slowest() -> None:
    finding = Log().ask().ask(status=204, seconds=0.5).ask().judge("answered", select=ASK, status="2xx", within=1)
    assert finding.observed == "3 of 3 answered as expected (2 times 200, 204; slowest 0.50 s)"
    assert not finding.on_absence


def test_answered_says_why_there_was_no_answer() -> None:
    log = Log().ask(status=None)
    data = {"exchange": "0-0", "cause": "timed out", "detail": "no answer in time"}
    log.entries.append(Entry(0, 1, "note", "webhook.unanswered", "platform", 0.0, 0.0, 0.0, data=data))
    assert log.judge("answered", select=ASK, status=200).observed.endswith("(timed out: no answer in time)")


@pytest.mark.parametrize(
    ("which", "result"), [("each", "failed"), ("any", "passed"), ("first", "failed"), ("last", "passed")]
)
def test_which_of_many_is_judged(which: str, result: str) -> None:
    log = Log().ask(status=500).ask(status=200)
    assert log.says("answered", select=ASK, status=200, which=which) == result


def test_first_and_last_are_taken_of_each_group() -> None:
    log = Log().ask({"d": 1}, status=500).ask({"d": 2}, status=500).ask({"d": 1}, status=200)
    assert log.judge("answered", select=ASK, status=200, which="last", per="body.d").observed.startswith("1 of 2")


@pytest.mark.parametrize("kind", ["answered", "count", "unique", "schema", "field", "spacing"])
def test_a_judge_that_finds_nothing_has_not_seen(kind: str) -> None:
    parameters = {
        "status": 200,
        "min": 0,
        "max": 0,
        "path": "body.a",
        "is": 1,
        "at_least": 1,
        "schema": "open_messaging/outbound",
    }
    assert Log().says(kind, select=ASK, **parameters) == "not seen"
    assert Log().says("follows", trigger=ASK, answer=ASK) == "not seen"
    assert Log().says("ratio", few=ASK, many=ASK, at_most=1, when_at_least=1) == "not seen"


@pytest.mark.parametrize(
    ("parameters", "result"),
    [
        ({"min": 2}, "passed"),
        ({"min": 4}, "failed"),
        ({"max": 2}, "failed"),
        ({"max": 3}, "passed"),
        ({"distinct": "body.a", "max": 2}, "passed"),
        ({"distinct": "body.a", "max": 1}, "failed"),
        ({"per": "body.a", "max": 1}, "failed"),
        ({"per": "body.a", "max": 2}, "passed"),
        ({"per": "body.a", "min": 1, "each_of": ["x", "y"]}, "passed"),
        ({"per": "body.a", "min": 1, "each_of": ["x", "z"]}, "failed"),
    ],
)
def test_count(parameters: dict[str, Any], result: str) -> None:
    log = Log().ask({"a": "x"}).ask({"a": "x"}).ask({"a": "y"})
    assert log.says("count", select=ASK, **parameters) == result


def test_count_of_none_speaks_only_where_something_is_given() -> None:
    assert Log().says("count", select=ASK, max=0) == "not seen"
    assert Log().says("count", select=ASK, max=0, given=ASK) == "passed"
    finding = Log().judge("count", select=ASK, min=1, given=ASK)
    assert (finding.result, finding.on_absence) == (Result.FAILED, True)


@pytest.mark.parametrize(
    ("parameters", "result"),
    [
        ({}, "passed"),
        ({"within": 3}, "passed"),
        ({"within": 1}, "failed"),
        ({"not_before": 2}, "passed"),
        ({"not_before": 2.5}, "failed"),
        ({"not_before": 2.04, "slack": 0.05}, "passed"),
        ({"within": {"path": "body.limit", "plus": 1}}, "passed"),
        ({"within": {"path": "body.limit"}}, "failed"),
        ({"within": {"path": "body.id"}}, "passed"),
        ({"max": 0, "min": 0}, "failed"),
        ({"same": [{"trigger": "body.id", "answer": "body.of"}]}, "passed"),
        ({"same": [{"trigger": "body.id", "answer": "body.limit"}]}, "failed"),
        ({"same": [{"trigger": "body.id", "answer": "text", "how": "within"}]}, "passed"),
        ({"same": [{"trigger": "body.id", "answer": "body.of", "how": "differs"}]}, "failed"),
        ({"same": [{"trigger": "body.limit", "answer": "body.of", "how": "differs"}]}, "passed"),
        ({"since": "response", "within": 1.5}, "passed"),
    ],
)
def test_follows(parameters: dict[str, Any], result: str) -> None:
    log = Log().ask({"id": "m1", "limit": 1}, seconds=0.5).wait(1.5).ask({"of": "m1"})
    trigger, answer = {"body": {"id": "m1"}}, {"body": {"of": {"exists": True}}}
    assert log.says("follows", trigger=trigger, answer=answer, **parameters) == result


def test_what_came_before_the_trigger_does_not_follow_it() -> None:
    log = Log().ask({"of": "m1"}).ask({"id": "m1"})
    finding = log.judge("follows", trigger={"body": {"id": "m1"}}, answer={"body": {"of": "m1"}})
    assert finding.observed == "1 of 1: 0 followed POST /x"
    assert finding.on_absence


def test_a_trigger_without_an_answer_starts_no_clock() -> None:
    finding = Log().ask(status=None).judge("follows", trigger=ASK, answer=ASK, since="response")
    assert finding.observed == "1 of 1: POST /x was never answered"


def test_that_nothing_follows_rests_on_absence() -> None:
    finding = Log().ask({"id": 1}).judge("follows", trigger=ASK, answer={"name": "X"}, min=0, max=0)
    assert (finding.result, finding.on_absence) == (Result.PASSED, True)


def test_unique_needs_two() -> None:
    assert Log().ask({"a": 1}).says("unique", select=ASK, path="body.a") == "not seen"
    assert Log().ask({"a": 1}).ask({"a": 2}).says("unique", select=ASK, path="body.a") == "passed"
    finding = Log().ask({"a": 1}).ask({"a": 1}).judge("unique", select=ASK, path="body.a")
    assert finding.observed == "body.a: 1 in 2 entries"


def test_schema_names_place_and_problem() -> None:
    name = "open_messaging/inbound_event"
    finding = Log().ask({"channel": {}, "events": 7}).judge("schema", select=ASK, schema=name)
    assert finding.result == "failed"
    assert "events: 7 is not of type" in finding.observed
    assert Log().ask(b"{").judge("schema", select=ASK, schema=name).observed == "1 of 1: POST /x: the body is no JSON"


def test_strict_only_leaves_to_another_rule_what_is_wrong_beside_unknown_fields() -> None:
    name = "open_messaging/inbound_event"
    log = Log().ask({"channel": {}, "surprise": 1}).ask(b"{")
    assert log.says("schema", select=ASK, schema=name, strict=True) == "failed"
    assert log.says("schema", select=ASK, schema=name, strict="only") == "not seen"


def test_field_asks_one_or_all_values() -> None:
    log = Log().ask({"a": [1, 2]})
    assert log.says("field", select=ASK, path="body.a.*", **{"is": 1}) == "passed"
    assert log.says("field", select=ASK, path="body.a.*", all_values=True, **{"is": 1}) == "failed"
    assert log.judge("field", select=ASK, path="body.b", **{"is": 1}).observed == "1 of 1: POST /x: body.b is absent"


def test_spacing_is_measured_in_each_group() -> None:
    log = Log().ask({"who": "a"}).wait(3).ask({"who": "b"}).wait(3).ask({"who": "a"})
    assert log.says("spacing", select=ASK, per="body.who", at_least=5) == "passed"
    finding = log.wait(4.5).ask({"who": "a"}).judge("spacing", select=ASK, per="body.who", at_least=5)
    assert finding.observed == "POST /x only 4.50 s after the one before, 1 times closer than 5 s"
    assert log.says("spacing", select=ASK, per="body.who", at_least=5, slack=0.6) == "passed"


def test_ratio_speaks_when_there_are_many() -> None:
    few, many = {"body": {"t": "few"}}, {"body": {"t": "many"}}
    log = Log().ask({"t": "few"}).ask({"t": "many"}).ask({"t": "many"})
    assert log.says("ratio", few=few, many=many, at_most=1, when_at_least=2) == "passed"
    assert log.says("ratio", few=few, many=many, at_most=1, when_at_least=3) == "not seen"
    assert log.ask({"t": "few"}).judge("ratio", few=few, many=many, at_most=1, when_at_least=2).observed == "2 for 2"
