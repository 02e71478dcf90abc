from __future__ import annotations

from dataclasses import replace

from understudy.reporter.report import Report
from understudy.reporter.words import counted, facts, group_title, groups, headline, standing


def test_the_headline_counts_and_says_what_the_exit_code_means(report: Report) -> None:
    assert headline(report) == (
        "2 passed, 2 failed, 2 not seen, 1 not applicable in 9.8 s against reference polyai.py with fault duplicate; "
        "exit 1: required, and not earned: V1 (failed), V3 (flaky), V4 (not seen), F2 (not applicable)"
    )


def test_a_green_run_says_what_is_waived(report: Report) -> None:
    rows = tuple(row for row in report.rows if row.gates_green)
    run = {**report.run, "target": {"kind": "real", "url": "http://vendor/", "fault": ""}, "interrupted": True}
    assert headline(replace(report, rows=rows, run=run)) == (
        "1 passed, 1 failed, 1 not seen in 9.8 s against real http://vendor/ (interrupted); "
        "exit 0: every required row passed or is waived (F1)"
    )


def test_a_run_without_rows_says_so(report: Report) -> None:
    assert counted(replace(report, rows=())) == "no rows"


def test_groups_are_in_the_tables_order_and_what_is_in_no_row_comes_last(report: Report) -> None:
    assert [(name, [row.id for row in rows]) for name, rows in groups(report).items()] == [
        ("V", ["V1", "V2", "V3", "V4"]), ("F", ["F1", "F2"]), ("C", ["C1"]), ("beside", ["OM-SELF"]),
    ]  # fmt: skip


def test_an_unknown_group_keeps_its_name() -> None:
    assert (group_title("V"), group_title("XY")) == ("Verification", "XY")


def test_facts_that_a_run_does_not_know_are_left_out(report: Report) -> None:
    run = {name: report.run[name] for name in ("id", "seed", "started", "seconds", "target", "profiles")}
    assert facts(replace(report, run=run)) == [
        ("Target", "reference polyai.py with fault duplicate"),
        ("Started", "2026-11-21T10:00:00.000Z"),
        ("Took", "9.8 s"),
        ("Topologies", "channel"),
        ("Seed", "1"),
        ("Run", "polyai-2026-11-21T100000-ab12"),
    ]


def test_a_generic_verdict_says_on_what_it_rests(report: Report) -> None:
    assert standing(report.verdicts[2]) == "must, documented: guide, step 5, rests on a generic answer"
