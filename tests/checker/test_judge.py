"""From entries to verdicts: nothing passes by default, nothing absent passes over a gap."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from understudy.checker.judge import judge, judge_record, standard_rulebook
from understudy.checker.rules import Rulebook, load_rulebook
from understudy.checker.verdict import Result
from understudy.record.entry import Entry
from understudy.record.lines import Header, entry_line

RULES = """
[[rule]]
id = "X-01"
title = "each request is answered"
severity = "must"
scope = "check"
source = "s"
certainty = "documented"
expected = "200 to each, texts $expect.texts."
judge = { kind = "answered", select = { name = "POST *" }, status = 200 }

[[rule]]
id = "X-01.extra"
check = "X-01"
title = "a note is there"
severity = "should"
scope = "check"
optional = true
source = "s"
certainty = "assumed"
expected = "a note"
judge = { kind = "count", select = { kind = "note", name = "extra" }, min = 1, max = 1 }

[[rule]]
id = "X-02"
title = "never"
severity = "must"
scope = "check"
source = "s"
certainty = "documented"
expected = "no PUT"
judge = { kind = "count", select = { name = "PUT *" }, max = 0, given = { name = "POST *" } }

[[rule]]
id = "X-03"
title = "token requests of everybody"
severity = "must"
scope = "check"
reach = "org"
source = "s"
certainty = "documented"
expected = "one"
judge = { kind = "count", select = { interface = "oauth" }, min = 1 }

[[rule]]
id = "X-04"
title = "whole run"
severity = "must"
scope = "run"
source = "s"
certainty = "documented"
expected = "two"
judge = { kind = "count", select = { name = "POST *" }, min = 2 }

[[rule]]
id = "X-05"
title = "each user's requests"
severity = "must"
scope = "conversation"
source = "s"
certainty = "documented"
expected = "one each"
judge = { kind = "count", select = { name = "POST *" }, max = 1 }

[[rule]]
id = "X-06"
check = "X-always"
title = "always"
severity = "must"
scope = "message"
always = true
source = "s"
certainty = "documented"
expected = "a body"
judge = { kind = "field", select = { name = "POST *" }, path = "body.ok", is = true }
"""


@pytest.fixture
def book(tmp_path: Path) -> Rulebook:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "rules.toml").write_text(RULES)
    return load_rulebook(tmp_path)


class Log:
    """A test's entries."""

    def __init__(self, test: str = "t") -> None:
        self.test = test
        self.entries: list[Entry] = []

    def note(self, name: str, **data: Any) -> Log:
        return self._add("note", name, "test", data={"test": self.test, **data})

    def ask(self, status: int | None = 200, name: str = "POST /x", interface: str = "platform", **fields: Any) -> Log:
        exchange = f"0-{len(self.entries)}"
        data = {"test": self.test, **fields.pop("data", {})}
        self._add(
            "message", name, interface, exchange=exchange, direction="in", data=data, body=b'{"ok":true}', **fields
        )
        if status is not None:
            self._add("message", str(status), interface, exchange=exchange, direction="out", status=status)
        return self

    def window(self, check: str, *inside: Log, **expect: Any) -> Log:
        self.note("check.began", check=check, expect=expect)
        return self

    def ended(self, check: str) -> Log:
        return self.note("check.ended", check=check)

    def _add(self, kind: Any, name: str, interface: str, **fields: Any) -> Log:
        number = len(self.entries)
        self.entries.append(Entry(0, number, kind, name, interface, float(number), float(number), 0.0, **fields))
        return self


def results(log: Log, book: Rulebook, *checks: str, test: str | None = "t") -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for verdict in judge(log.entries, checks, test, book):
        found.setdefault(verdict.rule, []).append(verdict.result.value)
    found.pop("X-06", None)
    return found


def test_a_verdict_carries_rule_source_expected_observed_and_entries(book: Rulebook) -> None:
    log = Log().window("X-01", texts=["a", "b"]).ask().ended("X-01")
    (verdict,) = [one for one in judge(log.entries, ("X-01",), "t", book) if one.rule == "X-01"]
    assert verdict.result is Result.PASSED
    assert verdict.expected == '200 to each, texts ["a","b"].'
    assert verdict.observed == "1 of 1 answered as expected (200; slowest 1.00 s)"
    assert (verdict.entries, verdict.test, verdict.source) == (("0:1", "0:2"), "t", "s")
    assert (verdict.certainty, verdict.severity, verdict.generic) == ("documented", "must", False)


def test_an_expectation_that_is_not_there_is_told_in_words(book: Rulebook) -> None:
    log = Log().window("X-01").ask().ended("X-01")
    assert judge(log.entries, ("X-01",), "t", book)[0].expected == "200 to each, texts what the test expects."


def test_each_window_is_judged(book: Rulebook) -> None:
    log = Log()
    for status in (200, 500):
        log.window("X-01").ask(status).ended("X-01")
    assert results(log, book, "X-01") == {"X-01": ["passed", "failed"]}


def test_an_optional_rule_is_silent_unless_it_sees_something(book: Rulebook) -> None:
    log = Log().window("X-01").ask().note("extra").ended("X-01")
    assert results(log, book, "X-01") == {"X-01": ["passed"], "X-01.extra": ["passed"]}
    empty = Log().window("X-01").ended("X-01")
    assert results(empty, book, "X-01") == {"X-01": ["not seen"]}


def test_a_check_that_never_began_is_not_seen_and_says_where(book: Rulebook) -> None:
    (verdict,) = [v for v in judge(Log().note("x").entries, ("X-02",), "t", book) if v.rule == "X-02"]
    assert (verdict.result, verdict.reason) == (Result.NOT_SEEN, "X-02 never began in t")


def test_a_window_that_was_cut_off_is_not_seen(book: Rulebook) -> None:
    log = Log().window("X-01").ask()
    assert results(log, book, "X-01") == {"X-01": ["not seen"]}


def test_a_skipped_check_is_not_applicable_once_with_its_reason(book: Rulebook) -> None:
    log = Log().note("check.skipped", check="X-01", reason="no user side")
    found = judge(log.entries, ("X-01",), "t", book)
    assert [(one.result, one.reason) for one in found] == [(Result.NOT_APPLICABLE, "no user side")]


def test_a_check_without_a_rule_is_not_seen(book: Rulebook) -> None:
    (verdict,) = judge([], ("X-99",), "t", book)
    assert (verdict.result, verdict.reason) == (Result.NOT_SEEN, "contracts/ has no rule for X-99")


def test_absence_passes_only_without_a_gap_and_where_it_could_have_been(book: Rulebook) -> None:
    log = Log().window("X-02").ask().ended("X-02")
    assert results(log, book, "X-02") == {"X-02": ["passed"]}
    assert results(Log().window("X-02").ended("X-02"), book, "X-02") == {"X-02": ["not seen"]}
    gapped = Log().window("X-02").ask().note("gap", count=4, first=3, last=3).ended("X-02")
    (verdict,) = [one for one in judge(gapped.entries, ("X-02",), "t", book) if one.rule == "X-02"]
    assert (verdict.result, "lacks 4 entries" in verdict.reason) == (Result.NOT_SEEN, True)


def test_presence_is_proven_in_spite_of_a_gap(book: Rulebook) -> None:
    log = Log().window("X-02").ask().ask(name="PUT /x").note("gap", count=4, first=5, last=5).ended("X-02")
    assert results(log, book, "X-02") == {"X-02": ["failed"]}


def test_a_missing_answer_may_stand_in_the_gap(book: Rulebook) -> None:
    log = Log().window("X-01").ask(None).note("gap", count=1, first=2, last=2).ended("X-01")
    assert results(log, book, "X-01") == {"X-01": ["not seen"]}


def test_a_rule_that_reaches_the_org_sees_what_belongs_to_nobody(book: Rulebook) -> None:
    log = Log().window("X-03").ask(interface="oauth", data={"test": ""}).ended("X-03")
    assert results(log, book, "X-03") == {"X-03": ["passed"]}


def test_run_and_conversation_scopes(book: Rulebook) -> None:
    log = Log().ask(customer="ann").ask(customer="bob").ask(customer="bob")
    assert results(log, book, "X-04", "X-05") == {"X-04": ["passed"], "X-05": ["passed", "failed"]}


def test_rules_that_hold_always_speak_in_every_test_that_shows_something(book: Rulebook) -> None:
    assert [one.rule for one in judge(Log().ask().entries, (), "t", book)] == ["X-06"]
    assert judge(Log().note("x").entries, (), "t", book) == []
    asked = [one.rule for one in judge(Log().ask().entries, ("X-always",), "t", book)]
    assert asked == ["X-06"]


def test_no_verdict_cites_more_than_twelve_entries(book: Rulebook) -> None:
    log = Log().window("X-01")
    for _ in range(20):
        log.ask(500)
    (verdict,) = [one for one in judge(log.ended("X-01").entries, ("X-01",), "t", book) if one.rule == "X-01"]
    assert len(verdict.entries) == 12


def test_a_verdict_on_a_generic_answer_says_so(book: Rulebook) -> None:
    log = Log().window("X-01").ask(data={"generic": True}).ended("X-01")
    assert judge(log.entries, ("X-01",), "t", book)[0].generic


def test_a_record_is_judged_again_by_the_checks_it_holds(book: Rulebook, tmp_path: Path) -> None:
    log = Log().window("X-01").ask().ended("X-01").window("X-02").ask().ended("X-02")
    header = Header(run="r", process=0, salt="s", redaction="f", created=0.0)
    path = tmp_path / "0.jsonl"
    path.write_bytes(header.line() + b"".join(map(entry_line, log.entries)))
    found = {one.rule: one.result.value for one in judge_record(path, (), book)}
    assert found == {"X-01": "passed", "X-02": "passed", "X-06": "passed"}
    assert judge_record(path, ("X-02",), book)[0].rule == "X-02"


def test_all_tests_are_judged_where_none_is_named(book: Rulebook) -> None:
    log = Log("t").window("X-01").ask().ended("X-01")
    log.test = "u"
    log.window("X-01").ask(500).ended("X-01")
    assert results(log, book, "X-01", test=None) == {"X-01": ["passed", "failed"]}
    assert results(log, book, "X-01", test="u") == {"X-01": ["failed"]}


def test_the_standard_rules_are_read_once() -> None:
    assert standard_rulebook() is standard_rulebook()
