"""The words that all renderings share: results with their symbols, headline, facts of a run, groups of rows."""

from __future__ import annotations

from typing import Any, Final

from understudy.checker.verdict import Result, Verdict
from understudy.reporter.report import BESIDE, Report, ReportRow

SYMBOLS: Final = {Result.PASSED: "✓", Result.FAILED: "✗", Result.NOT_SEEN: "○", Result.NOT_APPLICABLE: "–"}
ASCII_SYMBOLS: Final = {Result.PASSED: "+", Result.FAILED: "x", Result.NOT_SEEN: "o", Result.NOT_APPLICABLE: "-"}
GROUPS: Final = {
    "V": "Verification", "F": "Faults on the Genesys side", "C": "Configuration", "OM": "Open Messaging",
    BESIDE: "Judged in every test, in no row of this table",
}  # fmt: skip


def group_title(group: str) -> str:
    """What a group of rows is called."""
    return GROUPS.get(group, group)


def groups(report: Report) -> dict[str, list[ReportRow]]:
    """The rows by group, in the table's order; last what stands in no row."""
    found: dict[str, list[ReportRow]] = {}
    for row in (*report.rows, *report.beside):
        found.setdefault(row.group, []).append(row)
    return found


def counted(report: Report) -> str:
    """``3 passed, 1 failed``: results that no row has are left out."""
    return ", ".join(f"{count} {result}" for result, count in report.counts.items() if count) or "no rows"


def target(report: Report) -> str:
    """Against what the run was made."""
    told: dict[str, Any] = report.run["target"]
    fault = f" with fault {told['fault']}" if told.get("fault") else ""
    return f"{told.get('kind', 'target')} {told.get('url', '')}".strip() + fault


def headline(report: Report) -> str:
    """The run in one sentence."""
    stopped = " (interrupted)" if report.run.get("interrupted") else ""
    return (
        f"{counted(report)} in {float(report.run['seconds']):.1f} s against {target(report)}{stopped}; {report.meaning}"
    )


def facts(report: Report) -> list[tuple[str, str]]:
    """The facts of the run, for its header."""
    run = report.run
    found = [
        ("Target", target(report)),
        ("Started", str(run["started"])),
        ("Took", f"{float(run['seconds']):.1f} s" + (", interrupted" if run.get("interrupted") else "")),
        ("Topologies", ", ".join(run["profiles"])),
        ("Seed", str(run["seed"]) + (f", salt {run['salt']}" if run.get("salt") else "")),
        ("Limits", str(run.get("limits", ""))),
        ("Durability", str(run.get("durability", ""))),
        ("Machine", str(run.get("machine", ""))),
        ("Version", str(run.get("version", ""))),
        ("Run", str(run["id"])),
        ("Command", str(run.get("command", ""))),
    ]
    return [(name, value) for name, value in found if value]


def told(verdict: Verdict) -> list[tuple[str, str]]:
    """What a verdict says, by name, for a row's details."""
    found = [("reason", verdict.reason), ("expected", verdict.expected), ("observed", verdict.observed)]
    return [(name, value) for name, value in found if value]


def standing(verdict: Verdict) -> str:
    """On what a verdict rests: severity, certainty, source."""
    parts = [verdict.severity, ": ".join(filter(None, (verdict.certainty, verdict.source)))]
    return ", ".join(filter(None, (*parts, "rests on a generic answer" if verdict.generic else "")))
