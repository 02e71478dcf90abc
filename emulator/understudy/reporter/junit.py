"""The report as JUnit XML, as CI systems read it: a suite for each group of rows, a case for each check.

*Failed* is a failure. *Not seen* is a failure of type ``not seen`` where the row is required, else skipped; *not
applicable* and what is waived are skipped with their reason. A flaky row that is required is a failure of type
``flaky``: what does not gate green in the exit code does not do so here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from xml.etree import ElementTree

from understudy.checker.verdict import Result, Verdict, roll_up
from understudy.reporter.report import Report, ReportRow
from understudy.reporter.visible import one_line, visible
from understudy.reporter.words import facts, group_title, groups, standing, told

TEXT_MAX: Final = 20_000  # characters of one element


def junit(report: Report) -> str:
    """The document with its XML declaration; valid XML 1.0 whatever a peer said."""
    root = _element(None, "testsuites", name=f"understudy {report.suite['name']}", time=_seconds(report.run["seconds"]))
    for group, rows in groups(report).items():
        suite = _element(root, "testsuite", name=f"{report.suite['name']}: {group_title(group)}")
        suite.set("timestamp", visible(str(report.run["started"])).removesuffix("Z"))
        properties = _element(suite, "properties")
        for name, value in facts(report):
            _element(properties, "property", name=name, value=value)
        for row in rows:
            for check in row.checks:
                _case(suite, report, row, check)
        _count(suite)
    _count(root)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _case(suite: ElementTree.Element, report: Report, row: ReportRow, check: str) -> None:
    verdicts = [verdict for verdict in report.verdicts if verdict.check == check]
    result = roll_up(verdict.result for verdict in verdicts)
    seconds = sum(test.seconds for test in report.tests if check in test.checks)
    title = next((verdict.title for verdict in verdicts if verdict.title), row.title)
    case = _element(suite, "testcase", classname=f"{report.suite['name']}.{row.id}", name=f"{check}: {title}")
    case.set("time", _seconds(seconds))
    worst = [verdict for verdict in verdicts if verdict.result is result]
    _outcome(case, row, check, result, worst, is_flaky=any(t.flaky and check in t.checks for t in report.tests))
    _element(case, "system-out").text = _text("\n\n".join(_lines(verdict) for verdict in verdicts))


def _outcome(
    case: ElementTree.Element, row: ReportRow, check: str, result: Result, worst: Sequence[Verdict], *, is_flaky: bool
) -> None:
    message = "; ".join(dict.fromkeys(verdict.reason or verdict.observed for verdict in worst)) or row.title
    if result is Result.PASSED and not (is_flaky and row.required):
        return
    if row.waiver:
        _element(case, "skipped", message=f"waived: {row.waiver} ({result}: {message})")
    elif result is Result.PASSED:
        _failure(case, "flaky", f"{check} passed only after it had failed in this run", worst)
    elif result is Result.FAILED or (result is Result.NOT_SEEN and row.required):
        _failure(case, result.value, message, worst)
    else:
        _element(case, "skipped", message=f"{result}: {message}")


def _failure(case: ElementTree.Element, kind: str, message: str, worst: Sequence[Verdict]) -> None:
    failure = _element(case, "failure", type=kind, message=message)
    failure.text = _text("\n\n".join(_lines(verdict) for verdict in worst))


def _lines(verdict: Verdict) -> str:
    lines = [
        f"{verdict.check} {verdict.result}: {verdict.title}",
        *(f"{name}: {value}" for name, value in told(verdict)),
    ]
    if verdict.source:
        lines.append(f"rule: {verdict.rule} ({standing(verdict)})")
    if verdict.generic:
        lines.append("generic: this rests on a generic answer of the emulator")
    if verdict.entries:
        lines.append(f"evidence: {', '.join(verdict.entries)}")
    return "\n".join([*lines, f"again: {verdict.reproduce}"])


def _count(element: ElementTree.Element) -> None:
    for name, path in (("tests", "testcase"), ("failures", "failure"), ("skipped", "skipped")):
        element.set(name, str(sum(1 for _ in element.iter(path))))
    element.set("errors", "0")
    if element.tag == "testsuite":
        element.set("time", _seconds(sum(float(case.get("time", 0)) for case in element.iter("testcase"))))


def _element(parent: ElementTree.Element | None, tag: str, **attributes: str) -> ElementTree.Element:
    clean = {name: one_line(value, 2000) for name, value in attributes.items()}
    return ElementTree.Element(tag, clean) if parent is None else ElementTree.SubElement(parent, tag, clean)


def _text(value: str) -> str:
    return visible(value)[:TEXT_MAX]


def _seconds(value: float) -> str:
    return f"{float(value):.3f}"
