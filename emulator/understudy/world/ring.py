"""A bounded log with cursors: what waiting tests, notifications and the console read."""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

from understudy.errors import Lost

T = TypeVar("T")


class Ring(Generic[T]):
    """The newest ``capacity`` items; an item's number never changes, the first is 0."""

    def __init__(self, capacity: int) -> None:
        self._items: deque[T] = deque(maxlen=capacity)
        self.end = 0  # the cursor behind the newest item

    @property
    def start(self) -> int:
        """The number of the oldest item still held."""
        return self.end - len(self._items)

    def append(self, item: T) -> int:
        """Add an item and return its number."""
        self._items.append(item)
        self.end += 1
        return self.end - 1

    def read(self, after: int, limit: int = 1_000_000) -> list[T]:
        """The items numbered ``after`` and up, at most ``limit``; raises ``Lost`` when some of them are gone."""
        if after < self.start:
            raise Lost(self.start - after)
        skip = after - self.start
        size = len(self._items)
        return [self._items[i] for i in range(skip, min(size, skip + limit))]
