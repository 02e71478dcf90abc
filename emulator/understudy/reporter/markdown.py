"""The report as Markdown (GitHub's flavour): the guide's table, what did not pass, findings, tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from understudy.checker.verdict import Result, Verdict
from understudy.reporter.path import Path, paths
from understudy.reporter.report import Report, ReportRow
from understudy.reporter.visible import one_line
from understudy.reporter.words import SYMBOLS, facts, group_title, groups, headline, standing, told

WORST: Final = 5  # verdicts told of a row
TEXT_MAX: Final = 1_000
PATHS_MAX: Final = 12  # drawings; the page has all of them
LABEL_MAX: Final = 120
TITLE_MAX: Final = 100  # of a conversation
_LABEL: Final = re.compile(r"[^\w .,:;!?()/+=×“”…✗-]")  # what a label of Mermaid would not take for text
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
    yield from _paths(report)
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


def _paths(report: Report) -> Iterator[str]:
    """Paths through flows, each once with who took it, those in which something failed first; as Mermaid diagrams,
    which GitHub draws."""
    alike: dict[tuple[str, ...], tuple[Path, list[str]]] = {}
    for conversation in report.conversations:
        for path in paths(report.entries[id_] for id_ in conversation.entries if id_ in report.entries):
            alike.setdefault(tuple(_mermaid(path)), (path, []))[1].append(conversation.title)
    if not alike:
        return
    yield from ("## Paths through flows", "")
    for drawing, (path, titles) in sorted(alike.items(), key=lambda one: not one[1][0].is_failing)[:PATHS_MAX]:
        named = ", ".join(text(title, TITLE_MAX) for title in titles[:WORST])
        more = f" and {len(titles) - WORST} more" if len(titles) > WORST else ""
        yield from (f"### {text(path.flow)}: {text(path.outcome or 'no outcome seen')}", "", f"Taken by {named}{more}.")
        yield from ("", *drawing, "")
    if len(alike) > PATHS_MAX:
        yield from (f"And {len(alike) - PATHS_MAX} more: see report.html.", "")


def _mermaid(path: Path) -> Iterator[str]:
    yield from ("```mermaid", "flowchart TD")
    for number, box in enumerate(path.boxes):
        mark, colour = ("✗ ", ":::failed") if box.is_failing else ("", "")
        words = label(f"{mark}{box.title}{f': {box.told}' if box.is_failing and box.told else ''}")
        yield f'  n{number}["{words}"]{colour}' if box.form == "action" else f'  n{number}(["{words}"]){colour}'
    for arrow in path.arrows:
        branch = f'|"{label(arrow.label.strip())}"|' if arrow.label.strip() else ""
        yield f"  n{arrow.start} -->{branch} n{arrow.end}"
    failed = [str(number) for number, arrow in enumerate(path.arrows) if arrow.is_failing]
    if failed:
        yield f"  linkStyle {','.join(failed)} stroke:#b3261e"
    if any(box.is_failing for box in path.boxes):
        yield "  classDef failed fill:#fcebea,stroke:#b3261e,color:#b3261e"
    yield "```"


def label(value: str) -> str:
    """Any text as a label of a Mermaid diagram: what could be markup there as an entity by its number."""
    return _LABEL.sub(lambda found: f"#{ord(found[0])};", one_line(value, LABEL_MAX))


def _findings(report: Report) -> Iterator[str]:
    if not report.findings:
        return
    yield from ("## Findings about the guide", "")
    for finding in report.findings:
        more = [f"{name}: {finding[name]}" for name in ("source", "switch") if finding.get(name)]
        yield f"- **{text(finding['title'])}.** {text(finding.get('detail', ''))}"
        yield from (f"  - {text(line)}" for line in more)
    yield ""
