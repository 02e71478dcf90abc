"""Reads a record back: one segment, or all segments of a run merged by UTC.

A last line that ``kill -9`` tore becomes a ``gap`` note; damage anywhere else is a ``RecordError`` that names file,
line and remedy. Nothing but the lines in hand is kept in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge
from pathlib import Path

from understudy.errors import RecordError
from understudy.record.entry import Entry
from understudy.record.lines import FORMAT, Header, Lines, parse_header

LINE_MAX = 64 << 20  # no entry is longer: bodies are bounded by the seams


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which entries to read: those that carry one of the named things in any of the given fields, and every gap.

    ``org`` and ``interface`` narrow, the others widen: an entry of the org is kept when its test, conversation or
    customer is named. Give nothing to keep everything.
    """

    org: str = ""
    interfaces: frozenset[str] = frozenset()
    tests: frozenset[str] = frozenset()
    conversations: frozenset[str] = frozenset()
    customers: frozenset[str] = frozenset()

    def keeps(self, entry: Entry) -> bool:
        """Whether the entry belongs to the scope."""
        if entry.kind == "note" and entry.name == "gap":
            return True
        if self.org and entry.org not in ("", self.org):
            return False
        if self.interfaces and entry.interface not in self.interfaces:
            return False
        if not (self.tests or self.conversations or self.customers):
            return True
        return (
            entry.data.get("test") in self.tests
            or entry.conversation in self.conversations
            or entry.customer in self.customers
        )


def segments(path: Path) -> list[Path]:
    """The segment files of a run's folder, of its ``record`` folder, or the one file that ``path`` is."""
    if path.is_file():
        return [path]
    folder = path / "record" if (path / "record").is_dir() else path
    found = sorted(folder.glob("*.jsonl")) if folder.is_dir() else []
    if not found:
        raise RecordError(f"{path}: no record here: give a run's folder or a segment such as 0.jsonl")
    return found


def read_header(path: Path) -> Header | None:
    """The header of a segment; None where the process died before it was written."""
    with path.open("rb") as file:
        line = file.readline(LINE_MAX)
    return _header(path, line) if line else None


def read_record(path: Path, scope: Scope | None = None) -> Iterator[Entry]:
    """All entries in order of UTC; within a process their own order always holds."""
    entries = merge(*(_segment(segment) for segment in segments(path)), key=lambda entry: entry.utc)
    return entries if scope is None else filter(scope.keeps, entries)


def _segment(path: Path) -> Iterator[Entry]:
    with path.open("rb") as file:
        line = file.readline(LINE_MAX)
        if not line:
            yield _torn(_process(path), None, path, 0)
            return
        last: Entry | None = None
        header, process, at = _header(path, line), -1, 1
        process, lines = header.process, Lines()
        while line := file.readline(LINE_MAX):
            at += 1
            try:
                entry = lines.parse(line)
            except ValueError as error:
                if line.endswith(b"\n") or len(line) == LINE_MAX:
                    raise RecordError(
                        f"{path}, line {at}: {error}: the file was changed after it was written; "
                        "restore it, or cut it before this line to judge what came earlier"
                    ) from error
                yield _torn(process, last, path, len(line))
                return
            # a clock set back must not let another process's entries in between: order within a process holds
            if last is not None and entry.utc < last.utc:
                entry.utc = last.utc
            last = entry
            yield entry


def _header(path: Path, line: bytes) -> Header:
    try:
        header = parse_header(line)
    except ValueError as error:
        raise RecordError(
            f"{path}, line 1: {error}: this is not a segment of a record, or its start was lost"
        ) from error
    if not 1 <= header.understudy_record <= FORMAT:
        raise RecordError(
            f"{path}, line 1: format {header.understudy_record}, and this version reads formats up to {FORMAT}: "
            "use the version of understudy that wrote it"
        )
    return header


def _process(path: Path) -> int:
    return int(path.stem) if path.stem.isdigit() else 0


def _torn(process: int, last: Entry | None, path: Path, size: int) -> Entry:
    first = last.number + 1 if last else 0
    moment = (last.mono, last.utc, last.org_time) if last else (0.0, 0.0, 0.0)
    data = {"count": 1, "first": first, "last": None, "reason": "torn line", "file": path.name, "bytes": size}
    return Entry(process, first, "note", "gap", "world", *moment, data=data)
