"""Leases of a slot: many tests share it, an ``exclusive`` one has it alone (revoke, 429, restart break it for
others)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Leases:
    """Who holds a slot. A waiting exclusive test goes before new sharers, so it can't starve."""

    shared: set[str] = field(default_factory=set)
    exclusive: str | None = None
    waiting: list[str] = field(default_factory=list)

    def take(self, test: str, *, exclusive: bool) -> bool:
        """Try to take a lease; asks again until True. Taking twice is taking once."""
        if exclusive:
            return self._take_alone(test)
        if self.exclusive not in (None, test) or (self.waiting and test not in self.shared):
            return False
        self.shared.add(test)
        return True

    def _take_alone(self, test: str) -> bool:
        if self.exclusive == test:
            return True
        if self.exclusive is None and not self.shared - {test}:
            self.exclusive = test
            self.give_up_waiting(test)
            return True
        if test not in self.waiting:
            self.waiting.append(test)
        return False

    def give_up_waiting(self, test: str) -> None:
        """A test stopped asking."""
        if test in self.waiting:
            self.waiting.remove(test)

    def release(self, test: str) -> None:
        """Give a lease back; releasing what one has not is nothing."""
        self.shared.discard(test)
        self.give_up_waiting(test)
        if self.exclusive == test:
            self.exclusive = None
