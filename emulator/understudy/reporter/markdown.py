"""The report as Markdown (GitHub's flavour): the guide's table, what did not pass, findings, tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from understudy.checker.verdict import Result, Verdict
from understudy.reporter.report import Report, ReportRow
from understudy.reporter.visible import one_line
from understudy.reporter.words import SYMBOLS, facts, group_title, groups, headline, standing, told

WORST: Final = 5  # verdicts told of a row
TEXT_MAX: Final = 1_000
# what begins markup inside a line; an underscore within a word does not (CommonMark 0.31 §6.2)
_MARKUP: Final = re.compile(r"[\\`*\[\]|~$]|(?<!\w)_|_(?!\w)")
_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def markdown(report: Report) -> str:
    """The whole document, ending in a newline."""
    return "\n".join(_document(report)) + "\n"


def text(value: str, most: int = 0) -> str:
    """Any text as text: in one line, with nothing that Markdown or HTML would take for markup."""
    plain = re.sub("[&<>]", lambda found: _ENTITIES[found[0]], one_line(value, most))
    return _MARKUP.sub(lambda found: "\\" + found[0], plain)


def code(value: str) -> str:
    """Any text as a code span, fit for a table's cell."""
    plain = one_line(value).replace("|", "\\|")
    fence = "`" * (max((len(run) for run in re.findall("`+", plain)), default=0) + 1)
    edge = " " if plain.startswith("`") or plain.endswith("`") else ""
    return f"{fence}{edge}{plain}{edge}{fence}" if plain else ""


def _document(report: Report) -> Iterator[str]:
    yield f"# {text(str(report.suite['title']))}"
    yield ""
    yield text(str(report.suite["guide"]))
    yield ""
    yield f"**{text(headline(report))}.**"
    yield ""
    for group, rows in groups(report).items():
        yield from (f"## {text(group_title(group))}", "")
        yield from _table(("row", "title", "result", "notes"), (_cells(row) for row in rows))
        unproven = [row for row in rows if row.result is not Result.PASSED or row.flaky]
        for row in unproven:
            yield from _details(report, row)
    yield from _findings(report)
    if report.warnings:
        yield from ("## Warnings", "", *(f"- {text(warning)}" for warning in report.warnings), "")
    for table in report.tables:
        yield from (f"## {text(table.title)}", "")
        yield from _table(table.columns, ([text(cell) for cell in row] for row in table.rows))
        if table.note:
            yield from (text(table.note), "")
    yield from ("## The run", "")
    yield from _table(("fact", "value"), ((name, text(value)) for name, value in facts(report)))


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(text(column) for column in columns)} |"
    yield f"|{' --- |' * len(columns)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)
    yield ""


def _cells(row: ReportRow) -> tuple[str, str, str, str]:
    result = f"{SYMBOLS[row.result]} {row.word}"
    strong = f"**{result}**" if row.result is Result.FAILED else result
    return text(row.id), text(row.title), strong, text(", ".join(row.notes))


def _details(report: Report, row: ReportRow) -> Iterator[str]:
    yield f"### {text(row.id)}: {text(row.title)}"
    yield ""
    if row.flaky:
        yield from ("Passed only after it had failed in this run.", "")
    worst = report.worst_of(row) if row.result is not Result.PASSED else []
    for verdict in worst[:WORST]:
        yield from _verdict(verdict)
    if len(worst) > WORST:
        yield f"- and {len(worst) - WORST} more: see report.html"
    if worst:
        yield ""


def _verdict(verdict: Verdict) -> Iterator[str]:
    yield f"- **{text(verdict.check)}** {text(verdict.result)}: {text(verdict.title, TEXT_MAX)}"
    yield from (f"  - {name}: {text(value, TEXT_MAX)}" for name, value in told(verdict))
    if verdict.source:
        yield f"  - rule: {text(verdict.rule)} ({text(standing(verdict))})"
    if verdict.entries:
        yield f"  - evidence: {', '.join(text(id_) for id_ in verdict.entries)}"
    if verdict.reproduce:
        yield f"  - again: {code(verdict.reproduce)}"


def _findings(report: Report) -> Iterator[str]:
    if not report.findings:
        return
    yield from ("## Findings about the guide", "")
    for finding in report.findings:
        more = [f"{name}: {finding[name]}" for name in ("source", "switch") if finding.get(name)]
        yield f"- **{text(finding['title'])}.** {text(finding.get('detail', ''))}"
        yield from (f"  - {text(line)}" for line in more)
    yield ""
