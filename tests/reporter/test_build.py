from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from understudy.checker.verdict import Result, Verdict
from understudy.record.entry import Entry
from understudy.reporter.build import Material, build_report
from understudy.reporter.report import Report, ReportRow
from understudy.settings import Settings, Waiver
from understudy.suite import Finding, Row, Suite

TODAY = date(2026, 11, 21)
RUN = {"id": "r", "seed": 7, "started": "", "seconds": 1.0, "profiles": ["channel"],
       "target": {"kind": "reference", "url": "polyai.py", "fault": ""},
       "command": "understudy verify polyai"}  # fmt: skip
V1 = Row("V1", "Title of V1", "V", ("PA-V1.channel", "PA-V1.forward"))
V2 = Row("V2", "Title of V2", "V", ("PA-V2",))
C1 = Row("C1", "Title of C1", "C", ("PA-C1.with", "PA-C1.without"))
SUITE = Suite(
    name="polyai", title="PolyAI", guide="the guide", folder=Path("polyai"), reference="polyai.py", org="org.yaml",
    profiles=("channel", "forward"), required=("V*",), rows=(V1, V2, C1), findings=(Finding("t", "d", "s"),),
)  # fmt: skip


def said(check: str, result: Result = Result.PASSED, test: str = "", **more: Any) -> dict[str, Any]:
    return Verdict(
        check=check, rule=f"{check}.rule", result=result, title="", severity="must", source="guide",
        certainty="documented", expected="e", observed="o", test=test, **more,
    ).to_json()  # fmt: skip


def ran(
    test: str, *verdicts: dict[str, Any], outcome: str = "passed", checks: tuple[str, ...] = ()
) -> list[dict[str, Any]]:
    """The events of a test that ran to its end."""
    profile = test.partition("[")[2].rstrip("]") or "channel"
    told = {"checks": list(checks or {v["check"] for v in verdicts}), "profile": profile,
            "verdicts": [{**verdict, "test": test} for verdict in verdicts]}  # fmt: skip
    base = {"event": "report", "test": test, "seconds": 0.1, "text": ""}
    return [
        {**base, "when": "setup", "outcome": "passed"},
        {**base, "when": "call", "outcome": outcome, **told},
        {**base, "when": "teardown", "outcome": "passed", **told},
    ]


def built(*events: dict[str, Any], rows: tuple[Row, ...] = (V1, V2, C1), **settings: Any) -> Report:
    return build_report(SUITE, rows, Settings(**settings), RUN, Material(list(events), []), TODAY)


def one(report: Report, id_: str) -> ReportRow:
    return next(row for row in report.rows if row.id == id_)


def test_a_test_has_what_was_diagnosed_while_its_check_was_open() -> None:
    border = {"test": "a::t[channel]", "check": "PA-V2"}
    notes = [("check.began", border), ("routing.no_flow", {"reason": "no flow"}), ("check.ended", border)]
    entries = [
        Entry(0, n, "note", name, "world", 1.0, 1.0, 1.0, org="org-1", data=data).to_json()
        for n, (name, data) in enumerate(notes)
    ]
    material = Material(ran("a::t[channel]", said("PA-V2")), entries)
    report = build_report(SUITE, (V2,), Settings(), RUN, material, TODAY)
    assert report.tests[0].diagnoses == ("routing.no_flow: no flow",)
    assert report.diagnoses_of(report.verdicts) == ["routing.no_flow: no flow"]


def test_nothing_passes_by_default() -> None:
    report = built()
    assert {row.id: (row.result, row.reason) for row in report.rows} == {
        "V1": (Result.NOT_SEEN, "no test of this run made it ripe"),
        "V2": (Result.NOT_SEEN, "no test of this run made it ripe"),
        "C1": (Result.NOT_SEEN, "no test of this run made it ripe"),
    }
    assert report.exit_code == 1


def test_a_row_is_the_worst_of_its_verdicts() -> None:
    def result(*results: Result) -> Result:
        return one(built(*ran("a::t", *(said("PA-V2", each) for each in results))), "V2").result

    assert result(Result.PASSED, Result.PASSED) is Result.PASSED
    assert result(Result.PASSED, Result.NOT_SEEN) is Result.NOT_SEEN
    assert result(Result.NOT_SEEN, Result.FAILED, Result.PASSED) is Result.FAILED
    assert result(Result.PASSED, Result.NOT_APPLICABLE) is Result.PASSED
    assert result(Result.NOT_APPLICABLE) is Result.NOT_APPLICABLE


def test_a_row_needs_every_one_of_its_checks() -> None:
    report = built(*ran("a::t", said("PA-C1.with")))
    assert one(report, "C1").result is Result.NOT_SEEN
    report = built(*ran("a::t", said("PA-C1.with"), said("PA-C1.without")))
    assert one(report, "C1").result is Result.PASSED


def test_a_check_of_a_topology_that_was_not_run_is_not_applicable() -> None:
    report = built(*ran("a::t", said("PA-V1.channel")))
    row = one(report, "V1")
    assert (row.result, row.qualifier) == (Result.PASSED, "channel")
    (silent,) = [verdict for verdict in report.verdicts if verdict.check == "PA-V1.forward"]
    assert (silent.result, silent.reason) == (
        Result.NOT_APPLICABLE, "the run has no endpoint in the forward topology"
    )  # fmt: skip


def test_a_check_of_a_topology_that_was_run_must_be_seen() -> None:
    run = {**RUN, "profiles": ["channel", "forward"]}
    events = ran("a::t", said("PA-V1.channel"))
    report = build_report(SUITE, (V1,), Settings(), run, Material(events, []), TODAY)
    assert one(report, "V1").result is Result.NOT_SEEN


def test_a_row_names_every_topology_that_earned_it() -> None:
    events = [*ran("a::t[channel]", said("PA-V1.channel")), *ran("a::u[forward]", said("PA-V1.forward"))]
    assert one(built(*events), "V1").qualifier == "channel and forward"


def test_a_test_that_did_not_get_there_earns_nothing() -> None:
    report = built(
        *ran("a::t", said("PA-V2", Result.NOT_SEEN, reason="its test did not get there: x"), outcome="failed")
    )
    row = one(report, "V2")
    assert (row.result, row.reason) == (Result.NOT_SEEN, "its test did not get there: x")


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        ([], "its test was not run"),
        ([{"when": "setup", "outcome": "failed"}], "its test ended as error without a verdict"),
        ([{"when": "???", "outcome": "failed"}], "its test ended as crashed without a verdict"),
    ],
)
def test_a_test_without_a_verdict_takes_the_row_from_its_twin(events: list[dict[str, Any]], reason: str) -> None:
    silent = [{"event": "report", "test": "a::t[forward]", "seconds": 0.1, "text": "", **event} for event in events]
    collected = {"event": "collected", "tests": ["a::t[channel]", "a::t[forward]"]}
    report = built(collected, *ran("a::t[channel]", said("PA-V2")), *silent)
    assert (one(report, "V2").result, one(report, "V2").reason) == (Result.NOT_SEEN, reason)


def test_a_verdict_by_the_way_does_not_stand_for_the_checks_own_test() -> None:
    report = built(*ran("a::other", said("PA-V2"), checks=("PA-V1.channel",)))
    assert one(report, "V2").result is Result.NOT_SEEN
    report = built(*ran("a::other", said("PA-V2", Result.FAILED), checks=("PA-V1.channel",)))
    assert one(report, "V2").result is Result.FAILED


def test_a_verdict_over_the_whole_run_needs_no_test() -> None:
    events = ran("a::other", said("PA-V1.channel"))
    events[1]["verdicts"].append(said("PA-V2"))
    events[2]["verdicts"].append(said("PA-V2"))
    assert one(built(*events), "V2").result is Result.PASSED


def test_pass_after_fail_is_flaky_and_does_not_gate_green() -> None:
    events = [*ran("a::t", said("PA-V2", Result.FAILED), outcome="failed"), *ran("a::t", said("PA-V2"))]
    report = built(*events, rows=(V2,))
    assert (one(report, "V2").result, one(report, "V2").flaky, report.exit_code) == (Result.PASSED, True, 1)


def test_a_generic_answer_is_told_at_the_row() -> None:
    row = one(built(*ran("a::t", said("PA-V2", generic=True))), "V2")
    assert (row.generic, row.word, row.qualifier) == (True, "passed (generic)", "channel")
    assert one(built(*ran("a::t", said("PA-V2", Result.FAILED, generic=True))), "V2").word == "failed"


def test_what_is_not_required_does_not_gate() -> None:
    failing = ran("a::t", said("PA-C1.with", Result.FAILED), said("PA-C1.without"), outcome="failed")
    assert built(*failing, rows=(C1,)).exit_code == 0
    assert built(*failing, rows=(C1,), required=("C1",)).exit_code == 1


def waived(*ids: str, until: date = date(2026, 11, 21)) -> dict[str, Waiver]:
    return {id_: Waiver("agreed", until) for id_ in ids}


def test_a_waiver_in_force_lets_the_run_pass() -> None:
    report = built(rows=(V2,), waivers=waived("V2"))
    assert (one(report, "V2").result, one(report, "V2").waiver, report.exit_code) == (Result.NOT_SEEN, "agreed", 0)


def test_a_waiver_that_has_ended_does_not_and_is_told() -> None:
    report = built(rows=(V2,), waivers=waived("V2", until=date(2026, 11, 20)))
    assert (one(report, "V2").waiver, report.exit_code) == ("", 1)
    assert report.warnings == ("the waiver of V2 ended on 2026-11-20: agreed",)


def test_a_waiver_of_one_check_does_not_cover_another() -> None:
    events = ran("a::t", said("PA-C1.with", Result.FAILED), said("PA-C1.without", Result.FAILED), outcome="failed")
    assert one(built(*events, waivers=waived("PA-C1.with")), "C1").waiver == ""
    assert one(built(*events, waivers=waived("PA-C1.with", "PA-C1.without")), "C1").waiver == "agreed"


def test_a_waiver_covers_a_required_row_that_does_not_apply() -> None:
    events = ran("a::t", said("PA-V2", Result.NOT_APPLICABLE, reason="no user side"), outcome="skipped")
    assert built(*events, rows=(V2,)).exit_code == 1
    assert built(*events, rows=(V2,), waivers=waived("PA-V2")).exit_code == 0


def test_a_row_that_passed_needs_no_waiver() -> None:
    assert one(built(*ran("a::t", said("PA-V2")), waivers=waived("V2")), "V2").waiver == ""


def test_a_pattern_that_requires_nothing_is_told() -> None:
    assert built(required=("V*", "W*")).warnings == (
        "required = 'W*' names no row of polyai that must be earned: it gates nothing",
    )


def test_every_verdict_says_how_to_do_it_again() -> None:
    command = "understudy verify polyai --target http://vendor/hook --config='my settings.toml' --only V2"
    run = {**RUN, "command": command, "target": {"kind": "real", "url": "http://vendor/hook", "fault": ""}}
    report = build_report(SUITE, (V2,), Settings(), run, Material([], []), TODAY)
    assert report.verdicts[0].reproduce == (
        "understudy verify polyai --only PA-V2 --seed 7 --target http://vendor/hook --config 'my settings.toml'"
    )
    run = {**RUN, "target": {"kind": "reference", "url": "polyai.py", "fault": "duplicate"}}
    report = build_report(SUITE, (V2,), Settings(), run, Material(ran("a::t", said("OM-SELF")), []), TODAY)
    assert [verdict.reproduce for verdict in report.verdicts] == [
        "understudy verify polyai --seed 7 --fault duplicate",
        "understudy verify polyai --only PA-V2 --seed 7 --fault duplicate",
    ]


def test_findings_tables_and_warnings_are_carried_along() -> None:
    material = Material([], [], warnings=("a gap",))
    report = build_report(SUITE, (V2,), Settings(), RUN, material, TODAY)
    assert report.findings == ({"title": "t", "detail": "d", "source": "s", "switch": ""},)
    assert report.warnings == ("a gap",)
    assert report.suite == {"name": "polyai", "title": "PolyAI", "guide": "the guide"}


def test_a_severity_of_should_never_gates() -> None:
    row = replace(V2, severity="should")
    assert build_report(SUITE, (row,), Settings(), RUN, Material([], []), TODAY).exit_code == 0
