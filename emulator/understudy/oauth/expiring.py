"""What the login service gives out and takes back: codes, refresh tokens and sessions, each under a secret name.

They die by the org's clock. What is dead is forgotten when something new comes, and beyond a bound the oldest goes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar


class Mortal(Protocol):
    """Something that lives until ``expires`` (org time)."""

    @property
    def expires(self) -> float:
        """The first moment at which it is dead."""


T = TypeVar("T", bound=Mortal)


class Expiring(Generic[T]):
    """Things by their secret names, at most ``most`` of them."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._things: dict[str, T] = {}

    def put(self, name: str, thing: T, now: float) -> None:
        """Keep a thing; the oldest go where they are dead or one too many."""
        self._things[name] = thing
        while (oldest := next(iter(self._things))) != name:
            if len(self._things) <= self.most and now < self._things[oldest].expires:
                return
            del self._things[oldest]

    def get(self, name: str, now: float) -> T | None:
        """The living thing of that name, or ``None``."""
        thing = self._things.get(name)
        return thing if thing is not None and now < thing.expires else None

    def pop(self, name: str) -> None:
        """Forget one."""
        self._things.pop(name, None)

    def drop(self, doomed: Callable[[T], bool]) -> int:
        """Forget all that ``doomed`` is true of; returns how many."""
        names = [name for name, thing in self._things.items() if doomed(thing)]
        for name in names:
            del self._things[name]
        return len(names)

    def __len__(self) -> int:
        return len(self._things)
