"""Entries as rules see them: the parsed body, and the other half of the exchange.

``values(seen, path)`` is how every rule names what it speaks of::

    status name text kind interface direction operation conversation customer seconds
    data.attempt    header.Retry-After    body.channel.from.id    body.content.*.attachment.mime
    response.status   request.body.id   (the other half; a request's answer, an answer's request)

A path that leads nowhere has no values; ``*`` has as many as there are items. ``text`` is the name and the body.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Final

import orjson

from understudy.record.entry import Entry


class _Missing:
    """What a body that is no JSON parses to."""

    def __repr__(self) -> str:
        return "no JSON"


MISSING: Final = _Missing()
_UNPARSED: Final = _Missing()


class Seen:
    """One entry, with what a rule may ask of it. ``place`` is its position among the entries in hand."""

    __slots__ = ("_json", "answer", "conversation", "customer", "entry", "place", "request")

    def __init__(self, entry: Entry, place: int) -> None:
        self.entry, self.place = entry, place
        self.conversation, self.customer = entry.conversation, entry.customer
        self.request: Seen | None = None
        self.answer: Seen | None = None
        self._json: Any = _UNPARSED

    @property
    def json(self) -> Any:
        """The body as JSON; ``MISSING`` where it is none."""
        if self._json is _UNPARSED:
            try:
                self._json = orjson.loads(self.entry.body)
            except orjson.JSONDecodeError:
                self._json = MISSING
        return self._json

    @property
    def is_request(self) -> bool:
        """The first half of an exchange (or a message that has no other half)."""
        return self.entry.kind == "message" and self.entry.status is None

    def seconds_to(self, later: Seen) -> float:
        """Real seconds between two entries: monotonic within a process, UTC between two."""
        mine, its = self.entry, later.entry
        return its.mono - mine.mono if mine.process == its.process else its.utc - mine.utc

    def seconds(self) -> float | None:
        """How long the answer took, as the seam measured it if it did; None without an answer."""
        if self.answer is None:
            return None
        measured = self.answer.entry.data.get("seconds")
        return float(measured) if isinstance(measured, int | float) else self.seconds_to(self.answer)

    def __str__(self) -> str:
        entry = self.entry
        operation = entry.data.get("operation")
        return f"{entry.name} ({operation})" if operation else entry.name


def link(entries: Iterable[Entry]) -> list[Seen]:
    """Wrap entries and join the halves of exchanges. What one half is known to belong to, the other one does."""
    seen = [Seen(entry, place) for place, entry in enumerate(entries)]
    asked: dict[tuple[int, str], Seen] = {}
    named: dict[str, Seen] = {}
    for one in seen:
        entry = one.entry
        if entry.kind == "message" and entry.exchange:
            if entry.status is None:
                asked.setdefault((entry.process, entry.exchange), one)
            elif (request := asked.get((entry.process, entry.exchange))) is not None:
                _join(request, one)
        elif entry.name == "link":
            named[str(entry.data.get("entry"))] = one
    for one in seen if named else ():
        told = named.get(one.entry.id)
        if told is not None:
            for half in (one, one.request, one.answer):
                if half is not None:
                    half.conversation = half.conversation or told.conversation
                    half.customer = half.customer or told.customer
    return seen


def _join(request: Seen, answer: Seen) -> None:
    if request.answer is None:
        request.answer, answer.request = answer, request
    request.conversation = answer.conversation = request.conversation or answer.conversation
    request.customer = answer.customer = request.customer or answer.customer


def values(seen: Seen, path: str) -> list[Any]:
    """What stands at a path: none, one, or with ``*`` many values."""
    head, _, rest = path.partition(".")
    entry = seen.entry
    if head == "body":
        return [] if seen.json is MISSING else list(_walk([seen.json], rest.split(".") if rest else []))
    if head == "data":
        return list(_walk([entry.data], rest.split(".") if rest else []))
    if head == "header":
        return [value for name, value in entry.headers if name.lower() == rest.lower()]
    if head in ("response", "request"):
        other = seen.answer if head == "response" else seen.request
        return [] if other is None else values(other, rest)
    if head in ("conversation", "customer"):
        value: Any = getattr(seen, head)
    elif head == "operation":
        value = entry.data.get("operation")
    elif head == "seconds":
        value = seen.seconds()
    elif head == "text":
        value = f"{entry.name}\n{_text(seen)}"
    else:
        value = getattr(entry, head)
    return [] if value in (None, "") else [value]


def first(seen: Seen, path: str) -> Any:
    """The first value at a path, or None."""
    found = values(seen, path)
    return found[0] if found else None


def _text(seen: Seen) -> str:
    """The body; where it is JSON with escapes that need not be (``\\u00e4``, ``\\/``), written without them."""
    body = seen.entry.body
    if (b"\\u" in body or b"\\/" in body) and seen.json is not MISSING:
        with suppress(orjson.JSONEncodeError):  # read, but nested deeper than the 254 levels that orjson writes
            body = orjson.dumps(seen.json)
    return body.decode("utf-8", "replace")


def _walk(holders: Sequence[Any], steps: Sequence[str]) -> Iterator[Any]:
    for step in steps:
        holders = [item for holder in holders for item in _step(holder, step)]
    return iter(holders)


def _step(holder: Any, step: str) -> list[Any]:
    if isinstance(holder, dict):
        return list(holder.values()) if step == "*" else [holder[step]] if step in holder else []
    if isinstance(holder, list):
        if step == "*":
            return holder
        if step.isdigit() and int(step) < len(holder):
            return [holder[int(step)]]
    return []
