"""The report as Allure results: one result for each check of a row, a step for each verdict, evidence as attachments.

*Not seen* of a required row is ``broken`` (it was not proven, and nobody got it wrong), else ``skipped``, as is *not
applicable*. What is waived is skipped and known. Ids come from the run, so that rendering again gives the same files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any, Final

import attr
import orjson
from allure_commons.model2 import (
    Attachment,
    Label,
    Parameter,
    Status,
    StatusDetails,
    TestResult,
    TestStepResult,
)
from allure_commons.types import AttachmentType, LabelType, Severity

from understudy.checker.verdict import Result, Verdict, roll_up
from understudy.clock import parse_iso
from understudy.ids import IdStream
from understudy.reporter.exhibit import exhibit
from understudy.reporter.report import Report, ReportRow
from understudy.reporter.visible import one_line, visible
from understudy.reporter.words import facts, group_title

STEPS_MAX: Final = 50  # verdicts of one check
EVIDENCE_MAX: Final = 20  # attachments of one verdict
STAGE: Final = "finished"
SEVERITIES: Final = {"must": Severity.CRITICAL.value, "should": Severity.MINOR.value}
CATEGORIES: Final = (
    {"name": "Failed checks", "matchedStatuses": [Status.FAILED]},
    {"name": "Not seen", "matchedStatuses": [Status.BROKEN]},
    {"name": "Not applicable, not required or waived", "matchedStatuses": [Status.SKIPPED]},
)


def allure(report: Report) -> dict[str, bytes]:
    """The files of an ``allure-results`` folder: name → content."""
    return Results(report).files()


class Results:
    """Makes the files of one report; an entry that several verdicts cite is attached as one file."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self._ids = IdStream(f"allure/{report.run['id']}")
        self._sources: dict[str, str] = {}
        self._files: dict[str, bytes] = {}

    def files(self) -> dict[str, bytes]:
        """Name → content."""
        for row in (*self.report.rows, *self.report.beside):
            for check in row.checks:
                result = self._result(row, check)
                self._files[f"{result.uuid}-result.json"] = _json(attr.asdict(result, filter=_is_told))
        self._files["categories.json"] = _json(CATEGORIES)
        told = (f"{name}={one_line(value)}" for name, value in facts(self.report))
        self._files["environment.properties"] = ("\n".join(told) + "\n").encode("utf-8", "backslashreplace")
        return self._files

    def _result(self, row: ReportRow, check: str) -> TestResult:
        verdicts = [verdict for verdict in self.report.verdicts if verdict.check == check]
        result = roll_up(verdict.result for verdict in verdicts)
        tests = [test for test in self.report.tests if check in test.checks]
        is_flaky = any(test.flaky for test in tests)
        name = f"{self.report.suite['name']}#{row.id}#{check}"
        title = next((verdict.title for verdict in verdicts if verdict.title), row.title)
        worst = [verdict for verdict in verdicts if verdict.result is result]
        start, stop = self._times(verdicts, sum(test.seconds for test in tests))
        return TestResult(
            uuid=self._ids.uuid(),
            historyId=sha256(name.encode()).hexdigest()[:32],
            testCaseId=sha256(name.encode()).hexdigest()[:32],
            name=one_line(f"{check}: {title}"),
            fullName=name,
            titlePath=[self.report.suite["name"], row.id],
            status=_status(row, result),
            statusDetails=StatusDetails(
                message=one_line("; ".join(dict.fromkeys(v.reason or v.observed for v in worst)), 2000)
                if result is not Result.PASSED
                else None,
                known=bool(row.waiver) or None,
                flaky=is_flaky or None,
            ),
            stage=STAGE,
            description=visible("\n\n".join(filter(None, (row.title, f"Waived: {row.waiver}" if row.waiver else "")))),
            labels=self._labels(row, verdicts),
            parameters=[Parameter("result", result.value), *(Parameter("test", test.id) for test in tests)],
            steps=[self._step(row, verdict, start, stop) for verdict in verdicts[:STEPS_MAX]],
            start=start,
            stop=stop,
        )

    def _labels(self, row: ReportRow, verdicts: Sequence[Verdict]) -> list[Label]:
        tags = [name for name in ("derived", "flaky") if getattr(row, name)]
        tags += ["generic"] if any(verdict.generic for verdict in verdicts) else []
        tags += ["required" if row.required else "not required"]
        return [
            Label(LabelType.PARENT_SUITE, str(self.report.suite["title"])),
            Label(LabelType.SUITE, group_title(row.group)),
            Label(LabelType.SUB_SUITE, one_line(f"{row.id}: {row.title}")),
            Label(LabelType.SEVERITY, SEVERITIES.get(row.severity, Severity.NORMAL.value)),
            Label(LabelType.FRAMEWORK, "understudy"),
            *(Label(LabelType.TAG, tag) for tag in tags),
        ]

    def _step(self, row: ReportRow, verdict: Verdict, start: int, stop: int) -> TestStepResult:
        told = {
            "result": verdict.result.value, "rule": verdict.rule, "source": verdict.source,
            "certainty": verdict.certainty, "expected": verdict.expected, "observed": verdict.observed,
            "reason": verdict.reason, "reproduce": verdict.reproduce,
        }  # fmt: skip
        begins, ends = self._times([verdict], 0.0) if self._cited([verdict]) else (start, stop)
        return TestStepResult(
            name=one_line(f"{verdict.rule}: {verdict.title}"),
            status=_status(row, verdict.result),
            statusDetails=StatusDetails(message=one_line(verdict.reason or verdict.observed, 2000))
            if verdict.result is not Result.PASSED
            else None,
            stage=STAGE,
            parameters=[Parameter(name, visible(value)) for name, value in told.items() if value],
            attachments=[self._attachment(id_) for id_ in verdict.entries[:EVIDENCE_MAX] if id_ in self.report.entries],
            start=begins,
            stop=ends,
        )

    def _attachment(self, id_: str) -> Attachment:
        shown = exhibit(self.report.entries[id_])
        if id_ not in self._sources:
            self._sources[id_] = f"{self._ids.uuid()}-attachment.{AttachmentType.TEXT.extension}"
            self._files[self._sources[id_]] = shown.as_text().encode("utf-8", "backslashreplace")
        return Attachment(name=f"{id_} {shown.name}", source=self._sources[id_], type=AttachmentType.TEXT.mime_type)

    def _cited(self, verdicts: Iterable[Verdict]) -> list[float]:
        """When the evidence was recorded, POSIX seconds."""
        cited = (self.report.entries.get(id_) for verdict in verdicts for id_ in verdict.entries)
        return [float(entry["utc"]) for entry in cited if entry is not None]

    def _times(self, verdicts: Sequence[Verdict], seconds: float) -> tuple[int, int]:
        """Start and stop in milliseconds since 1970: those of the evidence, else the run's start."""
        moments = self._cited(verdicts) or [parse_iso(str(self.report.run["started"]))]
        return round(min(moments) * 1000), round(max(max(moments), min(moments) + seconds) * 1000)


def _status(row: ReportRow, result: Result) -> Any:
    if result is Result.PASSED:
        return Status.PASSED
    if row.waiver or result is Result.NOT_APPLICABLE:
        return Status.SKIPPED
    if result is Result.FAILED:
        return Status.FAILED
    return Status.BROKEN if row.required else Status.SKIPPED


def _is_told(_: Any, value: Any) -> bool:
    return value is False or bool(value)


def _json(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2)
