"""The recorder: every seam hands it what went over its wire, every cause becomes a note; there is no second log.

It gives each entry its number, keeps the newest in a ring bounded by count and bytes, and hands each to the sink (the
segment on disk). A sink that drops (load runs) makes the recorder write a ``gap`` note, which no rule of absence passes
over. One thread uses a recorder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from typing import TYPE_CHECKING, Any, Protocol

from understudy.clock import Moment
from understudy.ids import secret
from understudy.record.entry import Direction, Entry
from understudy.record.flags import load_flags
from understudy.record.redaction import Redactor
from understudy.world.ring import Ring

if TYPE_CHECKING:
    from understudy.world.changes import Note
    from understudy.world.org import Org

RING_ENTRIES = 200_000
RING_BYTES = 64 << 20
ENTRY_BYTES = 700  # an entry without body and headers, measured with its data
HEADER_BYTES = 150  # one header: a tuple and two strings


class Sink(Protocol):
    """Where entries go beside the ring; ``record/driver.py`` has the one on disk."""

    def put(self, entry: Entry) -> bool:
        """Take an entry; False when it was dropped."""

    def close(self, *last: Entry) -> None:
        """Take the last entries, whatever the queue, and settle everything."""


class EntryRing(Ring[Entry]):
    """The newest entries, bounded by count and by bytes. An entry's number in the ring is its number in the record."""

    def __init__(self, capacity: int = RING_ENTRIES, budget: int = RING_BYTES) -> None:
        super().__init__(capacity)
        self.budget = budget
        self.weight = 0

    def append(self, item: Entry) -> int:
        """Add an entry and let go of the oldest until count and bytes are within bounds."""
        items = self._items
        if len(items) == items.maxlen:
            self.weight -= _weight(items.popleft())
        items.append(item)
        self.weight += ENTRY_BYTES + HEADER_BYTES * len(item.headers) + len(item.body)
        while self.weight > self.budget and len(items) > 1:
            self.weight -= _weight(items.popleft())
        self.end += 1
        return self.end - 1


def _weight(entry: Entry) -> int:
    return ENTRY_BYTES + HEADER_BYTES * len(entry.headers) + len(entry.body)


class Recorder:
    """Builds entries. ``message`` and ``note`` own the ``data`` they are given."""

    def __init__(
        self,
        process: int,
        salt: str,
        sink: Sink | None = None,
        *,
        redactor: Redactor | None = None,
        ring: EntryRing | None = None,
    ) -> None:
        self.process, self.salt = process, salt
        self.redactor = redactor or Redactor(load_flags(), secret())
        self.ring: Ring[Entry] = ring or EntryRing()
        self._sink = sink
        self._exchange = count(1)
        self._lost = 0
        self._lost_first = 0
        self._redacts_header = self.redactor.headers
        self._flag_of = self.redactor.flag_of

    def exchange(self) -> str:
        """The id that a request and its response share."""
        return f"{self.process}-{next(self._exchange)}"

    def register_secret(self, value: str) -> None:
        """Make a secret of the run known: it is then found as plain text and in headers that the customer named."""
        self.redactor.register_secret(value)

    def message(
        self,
        *,
        name: str,
        interface: str,
        direction: Direction,
        moment: Moment,
        peer: str = "",
        exchange: str = "",
        status: int | None = None,
        headers: Iterable[tuple[str, str]] = (),
        body: bytes = b"",
        org: str = "",
        conversation: str | None = None,
        customer: str | None = None,
        correlation: str = "",
        data: dict[str, Any] | None = None,
        operation: str = "",
    ) -> Entry:
        """What went over a wire. ``operation`` (an operationId) selects the fields to redact and stands in ``data``."""
        flag = self._flag_of(operation, interface)
        if flag is not None and body:
            body = self.redactor.body(body, flag)
        if "?" in name:
            name = self.redactor.target(name)
        if data is None:
            data = {"operation": operation} if operation else {}
        elif operation:
            data.setdefault("operation", operation)
        if self._lost:
            self._tell_gap(moment)
        entry = Entry(
            self.process, self.ring.end, "message", name, interface, moment.mono, moment.utc, moment.org,
            direction, peer, exchange, status, self._redacts_header(headers, flag) if headers else (), body, org,
            conversation, customer, correlation, data,
        )  # fmt: skip
        self._keep(entry)
        return entry

    def note(
        self,
        name: str,
        /,
        *,
        moment: Moment,
        interface: str = "world",
        org: str = "",
        conversation: str | None = None,
        customer: str | None = None,
        **data: Any,
    ) -> Entry:
        """A cause: test began, flow step, permission decision, fault, clock jump, later link of an entry."""
        return self._note(name, moment, interface, org, conversation, customer, data)

    def drain(self, org: Org, before: Callable[[Note], None] | None = None) -> int:
        """Write the org's waiting notes, each after ``before`` was told of it; returns how many."""
        notes, written = org.notes, 0
        while notes:
            note = notes.popleft()
            if before is not None:
                before(note)
            self._note(note.name, org.clock.moment(), "world", org.id, note.conversation, note.customer, note.data)
            written += 1
        return written

    def link(self, entry: Entry, *, moment: Moment, conversation: str | None, customer: str | None = None) -> Entry:
        """Say later which conversation and customer an entry belongs to (it was written before that was known)."""
        return self._note("link", moment, "world", entry.org, conversation, customer, {"entry": entry.id})

    def close(self, moment: Moment) -> None:
        """Settle the segment; what was dropped last is told first."""
        if self._sink is not None:
            self._sink.close(*([self._gap(moment)] if self._lost else []))

    def _note(
        self,
        name: str,
        moment: Moment,
        interface: str,
        org: str,
        conversation: str | None,
        customer: str | None,
        data: dict[str, Any],
    ) -> Entry:
        if self._lost:
            self._tell_gap(moment)
        entry = Entry(
            self.process, self.ring.end, "note", name, interface, moment.mono, moment.utc, moment.org,
            org=org, conversation=conversation, customer=customer, data=data,
        )  # fmt: skip
        self._keep(entry)
        return entry

    def _keep(self, entry: Entry) -> None:
        self.ring.append(entry)
        if self._sink is not None and not self._sink.put(entry):
            if not self._lost:
                self._lost_first = entry.number
            self._lost += 1

    def _tell_gap(self, moment: Moment) -> None:
        gap = self._gap(moment)
        self.ring.append(gap)
        if self._sink is not None and self._sink.put(gap):
            self._lost = 0
        else:
            self._lost += 1

    def _gap(self, moment: Moment) -> Entry:
        data = {"count": self._lost, "first": self._lost_first, "last": self.ring.end - 1}
        return Entry(
            self.process, self.ring.end, "note", "gap", "world", moment.mono, moment.utc, moment.org, data=data
        )
