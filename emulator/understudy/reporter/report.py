"""The report of a run: everything a rendering needs, and nothing that is not in ``report.json``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

import orjson

from understudy.checker.verdict import Result, Verdict, roll_up
from understudy.errors import RecordError
from understudy.record.entry import Entry

FORMAT: Final = "understudy-report/1"
NEEDED: Final = {"suite": ("name", "title", "guide"), "run": ("id", "seed", "started", "seconds", "target", "profiles")}
BESIDE: Final = "beside"  # the group of what stands in no row
_Shape = TypeVar("_Shape")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """A row of the guide's table with its result. ``qualifier`` says where it was earned ("channel and forward"),
    ``generic`` that it rests on a generic answer of the emulator; ``waiver`` is the reason of a waiver in force,
    ``reason`` why it was not seen or does not apply."""

    id: str
    title: str
    group: str
    result: Result
    required: bool
    checks: tuple[str, ...]
    derived: bool = False
    severity: str = "must"
    qualifier: str = ""
    generic: bool = False
    reason: str = ""
    waiver: str = ""
    flaky: bool = False

    @property
    def word(self) -> str:
        """The result as it is printed: ``passed (generic)`` where it rests on what the emulator made up."""
        return f"{self.result.value} (generic)" if self.generic and self.result is Result.PASSED else self.result.value

    @property
    def gates_green(self) -> bool:
        """The row lets the run pass: earned, not required, or waived."""
        return not self.required or bool(self.waiver) or self.is_earned

    @property
    def is_earned(self) -> bool:
        """Passed, and not only at the second try."""
        return self.result is Result.PASSED and not self.flaky

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader is told beside the result."""
        told = [self.qualifier, "derived" if self.derived else "", "flaky" if self.flaky else ""]
        if not self.required and not self.is_earned:
            told.append("not required" if self.group != BESIDE else "in no row")
        if self.waiver:
            told.append(f"waived: {self.waiver}")
        return tuple(filter(None, told))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTest:
    """One test: ``outcome`` is passed, failed, skipped, error, crashed or not run."""

    id: str
    outcome: str
    seconds: float = 0.0
    profile: str = ""
    checks: tuple[str, ...] = ()
    text: str = ""
    flaky: bool = False
    diagnoses: tuple[str, ...] = ()  # what Genesys' side found wrong meanwhile


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportConversation:
    """One conversation, for its sequence diagram: entries in order, ``test`` is the one that held it."""

    id: str
    title: str
    test: str
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTable:
    """A table of its own, such as permissions granted and never used."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A run of one suite. ``suite`` and ``run`` are plain facts: name, title, guide; id, seed, salt, started (ISO),
    seconds, version, target {kind, url, fault}, profiles, command, machine, limits, durability, interrupted."""

    suite: Mapping[str, Any]
    run: Mapping[str, Any]
    rows: tuple[ReportRow, ...]
    verdicts: tuple[Verdict, ...]
    tests: tuple[ReportTest, ...]
    conversations: tuple[ReportConversation, ...] = ()
    entries: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # entry id → Entry.to_json()
    tables: tuple[ReportTable, ...] = ()
    findings: tuple[Mapping[str, str], ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 when every required row passed or is waived, else 1."""
        return 0 if all(row.gates_green for row in self.rows) else 1

    @property
    def blocking(self) -> tuple[ReportRow, ...]:
        """The required rows that keep the run from passing."""
        return tuple(row for row in self.rows if not row.gates_green)

    @property
    def counts(self) -> dict[Result, int]:
        """How many rows have each result."""
        return {result: sum(row.result is result for row in self.rows) for result in Result}

    @property
    def meaning(self) -> str:
        """The exit code in words."""
        rows = [f"{row.id} ({_why(row)})" for row in self.blocking]
        if rows:
            return f"exit 1: required, and not earned: {', '.join(rows)}"
        waived = [row.id for row in self.rows if row.required and row.waiver]
        return "exit 0: every required row passed" + (f" or is waived ({', '.join(waived)})" if waived else "")

    @property
    def beside(self) -> tuple[ReportRow, ...]:
        """What was judged in every test and belongs to no row, as rows that gate nothing."""
        held = {check for row in self.rows for check in row.checks}
        found: dict[str, list[Verdict]] = {}
        for verdict in self.verdicts:
            if verdict.check not in held:
                found.setdefault(verdict.check, []).append(verdict)
        return tuple(
            ReportRow(
                id=check,
                title=own[0].title,
                group=BESIDE,
                result=roll_up(v.result for v in own),
                required=False,
                checks=(check,),
                severity=own[0].severity,
            )
            for check, own in found.items()
        )

    def of_row(self, row: ReportRow) -> list[Verdict]:
        """The verdicts of a row, in the order of its checks."""
        place = {check: at for at, check in enumerate(row.checks)}
        return sorted((v for v in self.verdicts if v.check in place), key=lambda v: place[v.check])

    def worst_of(self, row: ReportRow) -> list[Verdict]:
        """The verdicts that made the row what it is, each only once where they say the same."""
        told = {(v.check, v.rule, v.expected, v.observed, v.reason): v for v in reversed(self.of_row(row))}
        return [v for v in reversed(told.values()) if v.result is row.result]

    def diagnoses_of(self, verdicts: Iterable[Verdict]) -> list[str]:
        """What Genesys' side found wrong in the tests of some verdicts, each once."""
        tests = {verdict.test for verdict in verdicts}
        return list(dict.fromkeys(text for test in self.tests if test.id in tests for text in test.diagnoses))

    def to_json(self) -> bytes:
        """The bytes of ``report.json``."""
        made = {"format": FORMAT, **asdict(self), "verdicts": [verdict.to_json() for verdict in self.verdicts]}
        try:
            return orjson.dumps(made, option=orjson.OPT_INDENT_2)
        except TypeError:  # a lone surrogate: bad UTF-8 that came as text
            return orjson.dumps(_encodable(made), option=orjson.OPT_INDENT_2)


def _why(row: ReportRow) -> str:
    return "flaky" if row.result is Result.PASSED else row.result.value


def _encodable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_encodable(key): _encodable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_encodable(item) for item in value]
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value


def read_report(path: Path) -> Report:
    """The inverse of ``Report.to_json``; ``path`` is ``report.json`` or the run's folder. Raises ``RecordError``."""
    file = path / "report.json" if path.is_dir() else path
    try:
        return _report(orjson.loads(file.read_bytes()))
    except FileNotFoundError:
        raise RecordError(f"{file}: no report here: give the folder of a run, such as runs/<suite>-<time>") from None
    except OSError as error:
        raise RecordError(f"{file}: can't be read: {error.strerror}") from error
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        problem = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
        raise RecordError(f"{file}: not a report of understudy: {problem}") from error


def _report(document: Any) -> Report:
    if not isinstance(document, dict):
        raise ValueError("it is no object")
    if document["format"] != FORMAT:
        raise ValueError(f"its format is {document['format']}, not {FORMAT}")
    for name, keys in NEEDED.items():
        for key in keys:
            document[name][key]
    for entry in document["entries"].values():
        Entry.from_json(entry)
    rows = ({**row, "result": Result(row["result"])} for row in document["rows"])
    tables = ({**table, "rows": tuple(tuple(row) for row in table["rows"])} for table in document["tables"])
    return Report(
        suite=document["suite"],
        run=document["run"],
        rows=_made(ReportRow, rows),
        verdicts=tuple(Verdict.from_json(verdict) for verdict in document["verdicts"]),
        tests=_made(ReportTest, document["tests"]),
        conversations=_made(ReportConversation, document["conversations"]),
        entries=document["entries"],
        tables=_made(ReportTable, tables),
        findings=tuple(dict(finding) for finding in document["findings"]),
        warnings=tuple(document["warnings"]),
    )


def _made(shape: type[_Shape], documents: Iterable[Mapping[str, Any]]) -> tuple[_Shape, ...]:
    return tuple(shape(**{k: tuple(v) if isinstance(v, list) else v for k, v in one.items()}) for one in documents)
