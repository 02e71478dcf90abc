from __future__ import annotations

from typing import Any

import pytest

from understudy.reporter.outcomes import plain_id, read_tests, read_verdicts

CHANNEL, FORWARD = "test_a.py::test_x[channel]", "test_a.py::test_x[forward]"


def phase(test: str, when: str, outcome: str = "passed", **more: Any) -> dict[str, Any]:
    return {"event": "report", "test": test, "when": when, "outcome": outcome, "seconds": 0.5, "text": "", **more}


def whole(test: str, outcome: str = "passed", **more: Any) -> list[dict[str, Any]]:
    return [phase(test, "setup"), phase(test, "call", outcome, **more), phase(test, "teardown", **more)]


def collected(*tests: str) -> dict[str, Any]:
    return {"event": "collected", "tests": list(tests)}


def outcome(*events: dict[str, Any]) -> tuple[str, bool]:
    (test,) = read_tests(events)
    return test.outcome, test.flaky


def test_a_test_is_what_its_call_was() -> None:
    for ended in ("passed", "failed", "skipped"):
        assert outcome(*whole(CHANNEL, ended)) == (ended, False)


def test_a_failure_before_or_after_the_call_is_an_error() -> None:
    assert outcome(phase(CHANNEL, "setup", "failed"), phase(CHANNEL, "teardown")) == ("error", False)
    assert outcome(*whole(CHANNEL)[:2], phase(CHANNEL, "teardown", "failed")) == ("error", False)


def test_a_test_that_died_with_its_worker_has_crashed() -> None:
    assert outcome(phase(CHANNEL, "setup"), phase(CHANNEL, "???", "failed", text="worker 'gw0' crashed")) == (
        "crashed", False
    )  # fmt: skip


def test_a_test_that_was_collected_and_never_called_was_not_run() -> None:
    assert outcome(collected(CHANNEL)) == ("not run", False)
    assert outcome(collected(CHANNEL), phase(CHANNEL, "setup")) == ("not run", False)


@pytest.mark.parametrize("first", ["failed", "rerun"])
def test_pass_after_fail_is_flaky(first: str) -> None:
    assert outcome(*whole(CHANNEL, first), *whole(CHANNEL)) == ("passed", True)


def test_pass_after_a_crash_is_flaky() -> None:
    assert outcome(phase(CHANNEL, "???", "failed"), *whole(CHANNEL)) == ("passed", True)


def test_fail_after_pass_has_failed() -> None:
    assert outcome(*whole(CHANNEL), *whole(CHANNEL, "failed")) == ("failed", False)


def test_a_test_has_one_line_however_xdist_names_it() -> None:
    (test,) = read_tests(
        [collected(f"{CHANNEL}@channel"), collected(f"{CHANNEL}@channel"), *whole(f"{CHANNEL}@channel")]
    )
    assert (test.id, test.outcome, test.seconds) == (CHANNEL, "passed", 1.5)


@pytest.mark.parametrize(
    ("id_", "plain"),
    [
        ("a.py::t@channel", "a.py::t"),
        ("a.py::t[x@y]", "a.py::t[x@y]"),
        ("a.py::t[x@y]@channel", "a.py::t[x@y]"),
        ("user@host/a.py::t", "user@host/a.py::t"),
        ("", ""),
    ],
)
def test_only_xdists_group_is_taken_off(id_: str, plain: str) -> None:
    assert plain_id(id_) == plain


def test_checks_profile_and_text_come_from_what_the_test_told() -> None:
    (test,) = read_tests(whole(CHANNEL, "failed", checks=["V1", "V2"], profile="channel", text="expected, observed"))
    assert (test.checks, test.profile, test.text) == (("V1", "V2"), "channel", "expected, observed")


def test_a_test_that_told_nothing_has_the_checks_of_its_twin() -> None:
    tests = read_tests([collected(CHANNEL, FORWARD, "test_a.py::test_y"), *whole(CHANNEL, checks=["V1"])])
    assert [(test.id, test.checks, test.outcome) for test in tests] == [
        (CHANNEL, ("V1",), "passed"), (FORWARD, ("V1",), "not run"), ("test_a.py::test_y", (), "not run"),
    ]  # fmt: skip


def said(check: str, result: str, test: str = CHANNEL) -> dict[str, Any]:
    told = dict.fromkeys(("rule", "title", "severity", "source", "certainty", "expected", "observed"), "")
    return {**told, "check": check, "result": result, "entries": [], "test": test}


def test_verdicts_count_once_and_of_a_test_that_ran_twice_the_last() -> None:
    grouped = f"{CHANNEL}@channel"
    events = [
        *whole(grouped, "failed", verdicts=[said("V1", "failed", grouped)]),
        *whole(grouped, verdicts=[said("V1", "passed", grouped)]),
        *whole(FORWARD, verdicts=[said("V1", "not seen", FORWARD)]),
    ]
    assert [(v.check, v.result.value, v.test) for v in read_verdicts(events)] == [
        ("V1", "passed", CHANNEL), ("V1", "not seen", FORWARD),
    ]  # fmt: skip
