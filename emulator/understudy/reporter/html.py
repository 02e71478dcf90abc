"""The report as one page that needs nothing else: no host, no framework, nothing that runs but a few lines of its own.

The templates are material (``reports/``). Everything from the run is escaped, and what can't be seen is made visible;
the page's own policy (CSP) allows its one style and one script by their hashes and nothing besides.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from understudy.checker.verdict import Result, Verdict, roll_up
from understudy.material import material
from understudy.reporter.exhibit import Exhibit, anchor, exhibit
from understudy.reporter.path import Path, paths
from understudy.reporter.report import Report, ReportConversation, ReportRow, ReportTest
from understudy.reporter.sequence import Diagram, diagram
from understudy.reporter.visible import visible
from understudy.reporter.words import SYMBOLS, counted, facts, group_title, groups

CONVERSATIONS_MAX: Final = 200
EXHIBITS_MAX: Final = 200  # entries of one conversation whose bytes are shown
LOOSE_MAX: Final = 300  # cited entries that belong to no conversation
PAGE_MAX: Final = 16 << 20  # characters of evidence on the page, about
CITED_MAX: Final = 24  # entries named as evidence of one verdict
WORST_FIRST: Final = (Result.FAILED, Result.NOT_SEEN, Result.PASSED, Result.NOT_APPLICABLE)
FRAME: Final = 900  # characters of markup around one exhibit


@dataclass(frozen=True, slots=True)
class ShownVerdict:
    """A verdict, and how often the run came to it: what passed by one rule is told once, with all its evidence."""

    verdict: Verdict
    times: int
    entries: Sequence[str]


@dataclass(frozen=True, slots=True)
class ShownCheck:
    """A check of a row with all that was said of it."""

    id: str
    title: str
    result: Result
    verdicts: Sequence[ShownVerdict]
    tests: Sequence[ReportTest]


@dataclass(frozen=True, slots=True)
class ShownConversation:
    """A conversation with its drawing, its paths through flows and its bytes. ``left_out`` exhibits are not on the
    page."""

    conversation: ReportConversation
    anchor: str
    diagram: Diagram
    paths: Sequence[Path]
    exhibits: Sequence[Exhibit]
    left_out: int
    checks: Mapping[str, Result]

    @property
    def is_failing(self) -> bool:
        """A failed verdict has evidence here."""
        return Result.FAILED in self.checks.values()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What fits on the page: conversations in order, cited entries outside them, and what was left out."""

    conversations: Sequence[ShownConversation]
    loose: Sequence[Exhibit]
    left_out: int
    loose_left_out: int
    anchors: frozenset[str]


def html(report: Report) -> str:
    """The whole page."""
    folder = material("reports")
    environment = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, finalize=_finalize, keep_trailing_newline=False,
    )  # fmt: skip
    style, script = ((folder / name).read_text("utf-8") for name in ("page.css", "page.js"))
    return environment.get_template("page.html.j2").render(
        report=report,
        style=Markup(style),
        script=Markup(script),
        policy=_policy(style, script),
        groups=[(group_title(name), rows) for name, rows in groups(report).items()],
        checks_of=lambda row: _checks(report, row),
        evidence=_evidence(report),
        counted=counted(report),
        facts=facts(report),
        bar=_bar(report),
        symbols=SYMBOLS,
        slug=lambda result: result.value.replace(" ", "-"),
        anchor=anchor,
        Result=Result,
    )


def _finalize(value: Any) -> Any:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _policy(style: str, script: str) -> str:
    def allowed(text: str) -> str:
        return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"

    return (
        f"default-src 'none'; style-src {allowed(style)}; script-src {allowed(script)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _bar(report: Report) -> list[tuple[Result, int, float, float]]:
    """The summary bar: result, rows, where it begins and how wide it is, in hundredths."""
    total, at, parts = len(report.rows), 0.0, []
    for result, count in report.counts.items():
        if count:
            width = 100 * count / total
            parts.append((result, count, round(at, 3), round(width, 3)))
            at += width
    return parts


def _checks(report: Report, row: ReportRow) -> list[ShownCheck]:
    found = []
    for id_ in row.checks:
        verdicts = [verdict for verdict in report.verdicts if verdict.check == id_]
        tests = [test for test in report.tests if id_ in test.checks]
        title = next((verdict.title for verdict in verdicts if verdict.title), row.title)
        found.append(ShownCheck(id_, title, roll_up(v.result for v in verdicts), _merged(verdicts), tests))
    return found


def _merged(verdicts: Sequence[Verdict]) -> list[ShownVerdict]:
    """The worst first; in the order of the run otherwise."""
    alike: dict[tuple[str, ...], list[Verdict]] = {}
    for one in verdicts:
        said = () if one.result is Result.PASSED else (one.expected, one.observed, one.reason)
        alike.setdefault((one.result.value, one.rule, *said), []).append(one)
    merged = [
        ShownVerdict(own[0], len(own), list(dict.fromkeys(id_ for v in own for id_ in v.entries))[:CITED_MAX])
        for own in alike.values()
    ]
    return sorted(merged, key=lambda shown: WORST_FIRST.index(shown.verdict.result))


def _evidence(report: Report) -> Evidence:
    """Conversations with failing evidence come first where not all fit; all stand in the order of the run."""
    failing = {id_ for v in report.verdicts if v.result is Result.FAILED for id_ in v.entries}
    order = sorted(report.conversations, key=lambda one: failing.isdisjoint(one.entries))
    chosen: dict[str, ShownConversation] = {}
    room = PAGE_MAX
    for conversation in order[:CONVERSATIONS_MAX]:
        shown = _conversation(report, conversation, failing)
        room -= sum(_weight(one) for one in shown.exhibits)
        if room < 0:
            break
        chosen[conversation.id] = shown
    within = {id_ for conversation in report.conversations for id_ in conversation.entries}
    loose = [id_ for id_ in report.entries if id_ not in within]
    exhibits = [exhibit(report.entries[id_]) for id_ in loose[:LOOSE_MAX]]
    conversations = [chosen[one.id] for one in report.conversations if one.id in chosen]
    anchors = {one.anchor for shown in conversations for one in shown.exhibits} | {one.anchor for one in exhibits}
    return Evidence(
        conversations, exhibits, len(report.conversations) - len(conversations), len(loose) - len(exhibits),
        frozenset(anchors),
    )  # fmt: skip


def _conversation(report: Report, conversation: ReportConversation, failing: set[str]) -> ShownConversation:
    lines = [report.entries[id_] for id_ in conversation.entries if id_ in report.entries]
    own, aside = set(conversation.entries), {row.id for row in report.beside}
    results: dict[str, list[Result]] = {}
    for verdict in report.verdicts:
        if not own.isdisjoint(verdict.entries) and not (verdict.check in aside and verdict.result is Result.PASSED):
            results.setdefault(verdict.check, []).append(verdict.result)
    return ShownConversation(
        conversation=conversation,
        anchor=f"c-{report.conversations.index(conversation) + 1}",
        diagram=diagram(lines, failing),
        paths=paths(lines, [id_ for id_ in conversation.entries if id_ in report.entries][:EXHIBITS_MAX]),
        exhibits=[exhibit(line) for line in lines[:EXHIBITS_MAX]],
        left_out=max(0, len(lines) - EXHIBITS_MAX),
        checks={check: roll_up(found) for check, found in results.items()},
    )


def _weight(one: Exhibit) -> int:
    headers = sum(len(name) + len(value) + 40 for name, value in one.headers)
    return FRAME + headers + len(one.body.text) + len(one.body.pretty)
