"""Due intervals of one org: commands to perform when the org's clock gets there."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from itertools import count


@dataclass(order=True, slots=True)
class Due:
    """One interval. ``period`` > 0 makes it periodic; it fires once per advance however far the clock jumps."""

    at: float
    order: int
    key: str = field(compare=False)
    command: object = field(compare=False)
    period: float = field(default=0.0, compare=False)


class Schedule:
    """A heap of due intervals, each under a key; scheduling a key again replaces it."""

    def __init__(self) -> None:
        self._heap: list[Due] = []
        self._live: dict[str, Due] = {}
        self._order = count()

    def at(self, when: float, key: str, command: object, period: float = 0.0) -> None:
        """Perform ``command`` when the org's clock reaches ``when``."""
        due = Due(when, next(self._order), key, command, period)
        self._live[key] = due
        heapq.heappush(self._heap, due)
        self._shrink()

    def cancel(self, key: str) -> None:
        """Forget the interval under ``key``, if there is one."""
        self._live.pop(key, None)
        self._shrink()

    def _shrink(self) -> None:
        # A replaced or cancelled interval stays in the heap until it would be due, which may be 72 h of org time away.
        if len(self._heap) > 64 and len(self._heap) > 2 * len(self._live):
            self._heap = [due for due in self._heap if self._live.get(due.key) is due]
            heapq.heapify(self._heap)

    def next_due(self) -> Due | None:
        """The earliest interval, left in place."""
        while self._heap and self._live.get(self._heap[0].key) is not self._heap[0]:
            heapq.heappop(self._heap)
        return self._heap[0] if self._heap else None

    def pop(self, now: float, horizon: float = 0.0) -> Due | None:
        """The earliest interval that is due at ``now``, taken out; a periodic one is put back behind ``now``, or behind
        ``horizon`` where that is later: so it fires once per advance."""
        due = self.next_due()
        if due is None or due.at > now:
            return None
        heapq.heappop(self._heap)
        del self._live[due.key]
        if due.period > 0:
            missed = int((max(now, horizon) - due.at) // due.period) + 1
            self.at(due.at + missed * due.period, due.key, due.command, due.period)
        return due

    def __len__(self) -> int:
        return len(self._live)
