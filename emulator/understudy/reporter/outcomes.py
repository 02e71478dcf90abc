"""How the tests of a run ended and which verdicts they brought, from pytest's events (``suite_plugin``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from understudy.checker.verdict import Verdict
from understudy.reporter.report import ReportTest

Event = Mapping[str, Any]
WORST_FIRST: Final = ("crashed", "error", "failed", "not run", "skipped", "passed")
RED: Final = ("crashed", "error", "failed")
CRASHED: Final = "???"  # the phase that xdist names when a worker died with the test


def read_verdicts(events: Iterable[Event]) -> list[Verdict]:
    """The verdicts that test reports carry, each once: of a test that ran twice, the last."""
    found: dict[str, list[Verdict]] = {}
    for event in events:
        if event["event"] == "report" and "verdicts" in event:
            found[event["test"]] = [Verdict.from_json(v) for v in event["verdicts"]]
    return [replace(v, test=plain_id(v.test)) for verdicts in found.values() for v in verdicts]


def read_tests(events: Iterable[Event]) -> tuple[ReportTest, ...]:
    """Every collected test with how it ended. One that never told its checks has those of the same test in another
    topology, because both are marked in one place."""
    phases: dict[str, list[Event]] = {}
    for event in events:
        if event["event"] == "collected":
            for test in event["tests"]:
                phases.setdefault(plain_id(test), [])
        elif event["event"] == "report":
            phases.setdefault(plain_id(event["test"]), []).append(event)
    tests = [_test(id_, found) for id_, found in phases.items()]
    marked = {_function(test.id): test.checks for test in tests if test.checks}
    return tuple(test if test.checks else replace(test, checks=marked.get(_function(test.id), ())) for test in tests)


def plain_id(test: str) -> str:
    """A test's id without the group that xdist's ``loadgroup`` puts behind it."""
    head, at, tail = test.rpartition("@")
    return head if at and "]" not in tail and "::" in head else test


def _function(test: str) -> str:
    return test.partition("[")[0]


def _test(id_: str, phases: Sequence[Event]) -> ReportTest:
    if not phases:
        return ReportTest(id=id_, outcome="not run")
    outcomes = [_outcome(attempt) for attempt in _attempts(phases)]
    known = next((p for p in reversed(phases) if p.get("checks")), phases[-1])
    return ReportTest(
        id=id_,
        outcome=outcomes[-1],
        seconds=round(sum(phase["seconds"] for phase in phases), 3),
        profile=str(known.get("profile", "")),
        checks=tuple(known.get("checks", ())),
        text=next((p["text"] for p in phases if p["text"]), ""),
        flaky=outcomes[-1] == "passed" and any(outcome in RED for outcome in outcomes),
    )


def _attempts(phases: Iterable[Event]) -> list[list[Event]]:
    """A test that is run again begins with its set-up."""
    attempts: list[list[Event]] = []
    for phase in phases:
        if phase["when"] == "setup" or not attempts:
            attempts.append([])
        attempts[-1].append(phase)
    return attempts


def _outcome(attempt: Sequence[Event]) -> str:
    outcomes = {_phase(phase) for phase in attempt}
    if outcomes == {"passed"} and all(phase["when"] != "call" for phase in attempt):
        return "not run"  # it was stopped after its set-up
    return next(outcome for outcome in WORST_FIRST if outcome in outcomes)


def _phase(phase: Event) -> str:
    if phase["when"] == CRASHED:
        return "crashed"
    if phase["outcome"] in ("passed", "skipped"):
        return str(phase["outcome"])
    return "failed" if phase["when"] == "call" else "error"  # pytest-rerunfailures says "rerun" of a failure
