"""The order in which the messages of one user reach one webhook, without I/O.

Nothing is documented for order across retries (facts: messaging §1.3), so order is a mode: in-order by default (the
next delivery starts when the one before is final), reordered (neighbours swap places), duplicated (each is sent twice).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Generic, TypeVar

from understudy.errors import LocalProtocolError

LANE_MAX: Final = 1000  # our own bound: what waits behind a webhook that doesn't answer must not fill the memory
REORDER_HOLD: Final = 0.25  # org seconds a message waits for another to overtake it; a laboratory device, not Genesys'

T = TypeVar("T")


class Mode(StrEnum):
    """In what order the messages of one user reach the webhook."""

    IN_ORDER = "in-order"
    REORDERED = "reordered"
    DUPLICATED = "duplicated"


@dataclass(frozen=True, slots=True)
class Turn(Generic[T]):
    """It is ``item``'s turn; ``copy`` is 2 for the second delivery of a duplicated one."""

    item: T
    copy: int = 1


class Lane(Generic[T]):
    """What waits for one user of one integration; one delivery at a time, whatever the mode."""

    def __init__(self, mode: Mode = Mode.IN_ORDER) -> None:
        self.mode = mode
        self._waiting: deque[Turn[T]] = deque()
        self._held: tuple[T, float] | None = None  # item, and until when
        self._busy = False

    @property
    def is_idle(self) -> bool:
        """Nothing waits and nothing is under way."""
        return not self._busy and not self._waiting and self._held is None

    def put(self, item: T, org_now: float) -> bool:
        """Queue an item; False when the lane is full and the item is refused."""
        if len(self._waiting) >= LANE_MAX:
            return False
        if self.mode is Mode.REORDERED and self._held is None:
            self._held = item, org_now + REORDER_HOLD
            return True
        self._waiting.append(Turn(item))
        if self.mode is Mode.DUPLICATED:
            self._waiting.append(Turn(item, 2))
        self._release()
        return True

    def tick(self, org_now: float) -> None:
        """Time passed: a held item that nothing overtook goes on its way."""
        if self._held is not None and org_now >= self._held[1]:
            self._release()

    def next(self) -> Turn[T] | None:
        """The item whose turn it is now; the lane is then busy until ``final``."""
        if self._busy or not self._waiting:
            return None
        self._busy = True
        return self._waiting.popleft()

    def final(self) -> None:
        """The delivery under way is over."""
        if not self._busy:
            raise LocalProtocolError("lane: nothing is under way")
        self._busy = False

    def next_deadline(self) -> tuple[float, str] | None:
        """When the held item is let go: (the org's seconds, "interval"), or None."""
        return (self._held[1], "interval") if self._held is not None else None

    def _release(self) -> None:
        if self._held is not None:
            self._waiting.append(Turn(self._held[0]))
            self._held = None
