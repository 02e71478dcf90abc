from __future__ import annotations

from dataclasses import replace
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from understudy.checker.verdict import Result
from understudy.reporter.report import Report
from understudy.reporter.terminal import print_report

GOLDEN = Path(__file__).parent.parent / "vectors" / "reports" / "terminal_100.txt"


def printed(report: Report, width: int, colour: bool = False, encoding: str = "utf-8") -> str:
    screen = TextIOWrapper(BytesIO(), encoding=encoding, newline="\n")
    system: Any = "standard" if colour else None
    print_report(
        report, Console(file=screen, width=width, force_terminal=colour, color_system=system, legacy_windows=False)
    )
    screen.flush()
    text = screen.buffer.getvalue().decode(encoding)
    return "\n".join(one.rstrip() for one in text.split("\n"))


def test_the_table_at_100_columns_reads_as_written(report: Report) -> None:
    assert printed(report, 100) == GOLDEN.read_text("utf-8")


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_no_line_is_wider_than_the_screen_and_nothing_is_lost(report: Report, width: int) -> None:
    text = printed(report, width)
    assert max(len(one) for one in text.split("\n")) <= width
    words = text.replace("\n", " ").split()
    for row in report.rows:
        assert row.id in words
    for told in ("channel", "derived", "flaky", "agreed", "hello,", "0:10,", "topology", "gap"):
        assert any(told in word for word in words), told


def test_colour_comes_with_the_word(report: Report) -> None:
    text = printed(report, 100, colour=True)
    assert "\x1b[1;31m✗ failed" in text
    assert "\x1b[32m✓ passed" in text
    assert "\x1b[33m○ not seen" in text


def test_hostile_text_sends_no_escape_sequence_and_no_markup(report: Report) -> None:
    text = printed(report, 100)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "‹ESC›[31mred" in text


def test_a_screen_without_unicode_gets_other_symbols_and_no_error(report: Report) -> None:
    text = printed(report, 100, encoding="ascii")
    assert "x failed" in text
    assert "\\u2039ESC\\u203a[31mred" in text


def test_many_worst_verdicts_are_counted_not_printed(report: Report) -> None:
    first = report.verdicts[0]
    more = tuple(replace(first, observed=f"{number} texts") for number in range(9))
    text = printed(replace(report, verdicts=(*report.verdicts[1:], *more)), 100)
    assert text.count("PA-V1.channel  Title") == 3
    assert "and 6 more: see the page" in text


def test_what_failed_is_told_with_what_was_diagnosed_meanwhile(report: Report) -> None:
    told = "diagnosed  routing.no_flow: nothing is attached"
    assert printed(report, 100).count(told) == 1
    well = tuple(replace(one, result=Result.PASSED) for one in report.verdicts)
    rows = tuple(replace(one, result=Result.PASSED) for one in report.rows)
    assert told not in printed(replace(report, verdicts=well, rows=rows), 100)


def test_what_is_in_no_row_is_told_only_when_it_failed(report: Report) -> None:
    well = tuple(replace(v, result=Result.PASSED) if v.check == "OM-SELF" else v for v in report.verdicts)
    assert "OM-SELF" in printed(report, 100)
    assert "OM-SELF" not in printed(replace(report, verdicts=well), 100)
