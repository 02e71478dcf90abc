"""The guide's table in the terminal: a line a row, and beneath what did not pass what was expected and observed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from understudy.checker.verdict import Result, Verdict
from understudy.reporter.report import BESIDE, Report, ReportRow
from understudy.reporter.visible import one_line
from understudy.reporter.words import ASCII_SYMBOLS, SYMBOLS, group_title, groups, headline, standing, told

STYLES: Final = {
    Result.PASSED: "green", Result.FAILED: "bold red", Result.NOT_SEEN: "yellow", Result.NOT_APPLICABLE: "dim",
}  # fmt: skip
WORST: Final = 3  # verdicts that are told beneath a row
TEXT_MAX: Final = 600  # characters of an expectation or observation; the page has the rest
TOLD_OF_FINDINGS: Final = {"source": "source", "switch": "in this run"}
RESULT_WIDTH: Final = len("✓ passed (generic)")
NOTES_WIDTH: Final = 24


def print_report(report: Report, console: Console) -> None:
    """Print table, findings, warnings and a summary in one sentence; readable from 60 columns on."""
    _never_refuse(console)
    console.print(Text(one_line(str(report.suite["title"])), style="bold"))
    if report.suite["guide"] and report.suite["guide"] != report.suite["title"]:
        console.print(Text(one_line(str(report.suite["guide"])), style="dim"))
    shown = {group: rows for group, found in groups(report).items() if (rows := _shown(group, found))}
    indent = max((len(row.id) for rows in shown.values() for row in rows), default=0) + 2
    for group, rows in shown.items():
        console.print()
        console.print(
            Rule(Text(group_title(group), style="bold"), align="left", style="dim", characters=_dash(console))
        )
        for row in rows:
            console.print(_row(row, indent, console))
            if row.result is not Result.PASSED or row.flaky:
                console.print(Padding(Group(*_details(report, row)), (0, 0, 0, indent)))
    for title, lines in (("Findings about the guide", _findings(report)), ("Warnings", _warnings(report))):
        if lines:
            console.print()
            console.print(Rule(Text(title, style="bold"), align="left", style="dim", characters=_dash(console)))
            for line in lines:
                console.print(line)
    console.print()
    console.print(Text(one_line(headline(report)), style="bold red" if report.exit_code else "bold green"))


def _shown(group: str, rows: list[ReportRow]) -> list[ReportRow]:
    """What is in no row is worth a line only where it failed."""
    return [row for row in rows if group != BESIDE or row.result is Result.FAILED]


def _never_refuse(console: Console) -> None:
    """A screen that can't show a character shows its number; the table is not worth an error at the end of a run."""
    reconfigure = getattr(console.file, "reconfigure", None)
    if console.options.ascii_only and reconfigure is not None:
        reconfigure(errors="backslashreplace")


def _dash(console: Console) -> str:
    return "-" if console.options.ascii_only else "─"


def _row(row: ReportRow, indent: int, console: Console) -> Table:
    symbols = ASCII_SYMBOLS if console.options.ascii_only else SYMBOLS
    grid = Table.grid(expand=True, padding=(0, 2, 0, 0))
    grid.add_column(width=indent - 2, no_wrap=True)
    grid.add_column(ratio=1)
    grid.add_column(width=RESULT_WIDTH, no_wrap=True)
    cells = [
        Text(one_line(row.id), style="bold"),
        Text(one_line(row.title)),
        Text(f"{symbols[row.result]} {row.word}", style=STYLES[row.result]),
    ]
    notes = Text(one_line(", ".join(row.notes)), style="dim")
    if console.width >= 100:
        grid.add_column(width=NOTES_WIDTH)
        cells.append(notes)
    elif notes.plain:
        cells[1] = Text.assemble(cells[1], " ", ("(", "dim"), notes, (")", "dim"))
    grid.add_row(*cells)
    return grid


def _details(report: Report, row: ReportRow) -> Iterator[RenderableType]:
    worst = report.worst_of(row) if row.result is not Result.PASSED else []
    if row.flaky:
        yield Text("passed only after it had failed in this run", style="yellow")
    if row.result is Result.NOT_APPLICABLE or not worst:
        yield from (Text(one_line(row.reason, TEXT_MAX), style="dim") for _ in range(bool(row.reason)))
        return
    for verdict in worst[:WORST]:
        yield _verdict(verdict, "" if verdict.title == row.title else verdict.title)
    if len(worst) > WORST:
        yield Text(f"and {len(worst) - WORST} more: see the page", style="dim")
    for text in report.diagnoses_of(worst):
        yield Text.assemble(("diagnosed  ", "dim"), one_line(text, TEXT_MAX))


def _verdict(verdict: Verdict, title: str) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column()
    grid.add_row(Text(one_line(verdict.check)), Text(one_line(title, TEXT_MAX)))
    for name, value in told(verdict):
        grid.add_row(name, Text(one_line(value, TEXT_MAX)))
    rule = " ".join(filter(None, (verdict.rule, f"({standing(verdict)})" if verdict.source else "")))
    if verdict.source:
        grid.add_row("rule", Text(one_line(rule), style="dim"))
    if verdict.entries:
        grid.add_row("evidence", Text(one_line(", ".join(verdict.entries), 200), style="dim"))
    if verdict.reproduce:
        grid.add_row("again", Text(one_line(verdict.reproduce), style="dim"))
    return grid


def _findings(report: Report) -> list[RenderableType]:
    lines: list[RenderableType] = []
    for finding in report.findings:
        more = "; ".join(f"{name}: {finding[key]}" for key, name in TOLD_OF_FINDINGS.items() if finding.get(key))
        detail = f"{finding.get('detail', '')} ({more})" if more else finding.get("detail", "")
        lines.append(Text(one_line(finding["title"])))
        lines.append(Padding(Text(one_line(detail), style="dim"), (0, 0, 0, 2)))
    return lines


def _warnings(report: Report) -> list[RenderableType]:
    return [Text(one_line(warning, TEXT_MAX), style="yellow") for warning in report.warnings]
