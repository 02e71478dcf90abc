"""An entry of the record as a reader sees it: who said it to whom, headers, and the bytes after redaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from understudy.clock import iso
from understudy.record.entry import Entry
from understudy.reporter.visible import one_line, visible

TEXT_MAX: Final = 16_384  # characters of a body that are shown
HEX_MAX: Final = 2_048  # bytes of a binary body that are shown
HEX_WIDTH: Final = 16
DIRECTIONS: Final = {"in": "from", "out": "to"}
PEERS: Final = {"web_messaging": "the messenger"}  # who is spoken with, where it isn't the endpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A body's bytes as text. ``size`` and ``shown`` count bytes (of a text: characters shown); ``pretty`` is the JSON
    indented, "" where that adds nothing."""

    form: str  # text | hex | ""
    text: str
    size: int
    pretty: str = ""
    cut: str = ""  # what is not shown, in words


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """One entry. ``anchor`` is its place on a page, ``clock`` the time of day (UTC), ``facts`` what the seam knows."""

    id: str
    anchor: str
    kind: str
    name: str
    interface: str
    direction: str
    clock: str
    moment: str
    facts: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    body: Body

    def as_text(self) -> str:
        """The exhibit as a text file."""
        lines = [f"{self.id} {self.kind} {self.name}", f"{self.moment} {self.interface} {self.direction}".rstrip()]
        lines += [f"{name}: {value}" for name, value in self.facts]
        if self.headers:
            lines += ["", *(f"{name}: {value}" for name, value in self.headers)]
        if self.body.size:
            lines += ["", self.body.text, *([self.body.cut] if self.body.cut else [])]
        return "\n".join(lines) + "\n"


def _direction(entry: Entry) -> str:
    way = DIRECTIONS.get(entry.direction)
    return f"{way} {PEERS.get(entry.interface, 'the endpoint')}" if way else ""


def exhibit(line: Mapping[str, Any]) -> Exhibit:
    """An entry of the report (``Entry.to_json``) for its reader."""
    entry = Entry.from_json(dict(line))
    moment = iso(entry.utc)
    known = {"peer": entry.peer, "exchange": entry.exchange, "org": entry.org, "conversation": entry.conversation}
    known |= {"customer": entry.customer, "correlation": entry.correlation, **entry.data}
    return Exhibit(
        id=entry.id,
        anchor=anchor(entry.id),
        kind=entry.kind,
        name=one_line(entry.name, 400),
        interface=one_line(entry.interface),
        direction=_direction(entry),
        clock=moment[11:-1],
        moment=moment,
        facts=tuple(
            (one_line(name), one_line(plain(value), 2000)) for name, value in known.items() if value not in (None, "")
        ),
        headers=tuple((visible(name), visible(value)) for name, value in entry.headers),
        body=_body(entry.body),
    )


def anchor(id_: str) -> str:
    """Where an entry stands on a page."""
    return "e-" + one_line(id_).replace(":", "-")


def plain(value: Any) -> str:
    """A value of an entry's data: text as it is, all else as JSON."""
    if isinstance(value, str):
        return value
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return str(value)


def _body(body: bytes) -> Body:
    if not body:
        return Body(form="", text="", size=0)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _hex(body)
    if "\0" in text:
        return _hex(body)
    cut = (
        f"{len(text) - TEXT_MAX} of {len(text)} characters are not shown ({len(body)} bytes)"
        if len(text) > TEXT_MAX
        else ""
    )
    return Body(form="text", text=visible(text[:TEXT_MAX]), size=len(body), pretty=_pretty(body, text), cut=cut)


def _pretty(body: bytes, text: str) -> str:
    if len(text) > TEXT_MAX or text.lstrip()[:1] not in ("{", "["):
        return ""
    try:
        indented = orjson.dumps(orjson.loads(body), option=orjson.OPT_INDENT_2).decode()
    except (orjson.JSONDecodeError, TypeError):
        return ""
    return visible(indented) if indented != text.strip() else ""


def _hex(body: bytes) -> Body:
    lines = []
    for start in range(0, min(len(body), HEX_MAX), HEX_WIDTH):
        row = body[start : start + HEX_WIDTH]
        ascii_ = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in row)
        lines.append(f"{start:08x}  {row.hex(' '):<{3 * HEX_WIDTH - 1}}  {ascii_}")
    cut = f"{len(body) - HEX_MAX} of {len(body)} bytes are not shown" if len(body) > HEX_MAX else ""
    return Body(form="hex", text="\n".join(lines), size=len(body), cut=cut)
