"""A segment of the record on disk: one line of JSON per entry behind a header line.

``Entry.from_json`` reads what ``entry_line`` writes; the header names format, run, process and salt, and tells by a
hash whether two segments share the redaction key.

Where one body went to many peers it stands on disk once: the lines that follow say whose body it is (``body_as``).
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from understudy.record.entry import Entry

FORMAT = 2  # 2 knows ``body_as``; a segment of format 1 is one that has none
SHARED_MIN = 256  # bytes; a shorter body is not worth a reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The first line of a segment. ``created`` is POSIX seconds."""

    run: str
    process: int
    salt: str
    redaction: str
    created: float
    understudy_record: int = FORMAT

    def line(self) -> bytes:
        """The header as it stands on disk."""
        return orjson.dumps(asdict(self)) + b"\n"


def parse_header(line: bytes) -> Header:
    """The inverse of ``Header.line``; raises ``ValueError`` for anything else."""
    try:
        return Header(**orjson.loads(line))
    except (TypeError, orjson.JSONDecodeError) as error:
        raise ValueError(f"not a header line: {error}") from error


def entry_line(entry: Entry, body_as: int | None = None) -> bytes:
    """An entry as one line with its newline; never raises, whatever a peer or a seam put into headers or ``data``.

    ``body_as`` is the number of an earlier entry of the segment that has the same body.
    """
    fields: dict[str, Any] = {
        "process": entry.process,
        "number": entry.number,
        "kind": entry.kind,
        "name": entry.name,
        "interface": entry.interface,
        "mono": entry.mono,
        "utc": entry.utc,
        "org_time": entry.org_time,
    }
    if entry.direction:
        fields["direction"] = entry.direction
        fields["peer"] = entry.peer
        fields["exchange"] = entry.exchange
        fields["headers"] = entry.headers
        fields["correlation"] = entry.correlation
    if entry.status is not None:
        fields["status"] = entry.status
    if entry.org:
        fields["org"] = entry.org
    if entry.conversation:
        fields["conversation"] = entry.conversation
    if entry.customer:
        fields["customer"] = entry.customer
    if entry.data:
        fields["data"] = entry.data
    if body_as is not None:
        fields["body_as"] = body_as
    elif entry.body:
        try:
            fields["body"] = entry.body.decode("utf-8")
        except UnicodeDecodeError:
            fields["body64"] = b64encode(entry.body).decode("ascii")
    try:
        return orjson.dumps(fields, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:  # a lone surrogate (bad UTF-8 in a header), a huge integer, an object that JSON lacks
        return orjson.dumps(plain(fields), option=orjson.OPT_APPEND_NEWLINE)


class Lines:
    """Reads the lines of one segment in their order: it remembers the body that later ones may share."""

    def __init__(self) -> None:
        self._number, self._body = -1, b""

    def parse(self, line: bytes) -> Entry:
        """The inverse of ``entry_line``; raises ``ValueError`` for anything else."""
        fields = _fields(line)
        shared = fields.pop("body_as", None)
        entry = _entry(fields)
        if shared is not None:
            if shared != self._number:
                raise ValueError(f"not an entry: the body of entry {shared} is not the one before it")
            entry.body = self._body
        elif len(entry.body) >= SHARED_MIN:
            self._number, self._body = entry.number, entry.body
        return entry


def parse_line(line: bytes) -> Entry:
    """One line that shares no body; raises ``ValueError`` for anything else."""
    return _entry(_fields(line))


def _fields(line: bytes) -> dict[str, Any]:
    try:
        fields = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise ValueError(f"not an entry: {error}") from error
    if not isinstance(fields, dict):
        raise ValueError("not an entry: no JSON object")
    return fields


def _entry(fields: dict[str, Any]) -> Entry:
    try:
        return Entry.from_json(fields)
    except (TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"not an entry: {error}") from error


def plain(value: Any) -> Any:
    """A value as JSON can hold it: lone surrogates escaped, huge integers and foreign objects as text."""
    if isinstance(value, dict):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if value is None or isinstance(value, bool | float) or (isinstance(value, int) and value.bit_length() < 64):
        return value
    return str(value).encode("utf-8", "backslashreplace").decode("utf-8")
