"""Delivery of one message to a webhook, without I/O: attempts, the wait for the answer, retries.

Deadlines and retries as published (facts: messaging §1.3): 10 s for an answer, again on timeout, 429 and 5xx only, up
to 5 retries 5 s apart. The wait for the peer runs on real monotonic time, the gap on the org's clock. Nothing is
documented for a webhook that can't be reached: that is final here (assumed).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Final

from understudy.errors import LocalProtocolError
from understudy.limits import Limits

NAMESPACE: Final = "open-messaging"


class State(Enum):
    """Where a delivery is."""

    READY = "ready"
    WAITING = "waiting"  # for the peer's answer
    GAP = "gap"  # between two attempts
    DELIVERED = "delivered"
    FAILED = "failed"


class Input(Enum):
    """What can happen to it."""

    START = "start"
    ACCEPTED = "accepted"  # 2xx
    AGAIN = "again"  # timeout, 429 or 5xx, and retries are left
    SPENT = "spent"  # the same, and none is left
    REFUSED = "refused"  # any other status
    UNREACHABLE = "unreachable"  # no connection
    DUE = "due"  # the gap is over


TRANSITIONS: Final = {
    State.READY: {Input.START: State.WAITING},
    State.WAITING: {
        Input.ACCEPTED: State.DELIVERED,
        Input.AGAIN: State.GAP,
        Input.SPENT: State.FAILED,
        Input.REFUSED: State.FAILED,
        Input.UNREACHABLE: State.FAILED,
    },
    State.GAP: {Input.DUE: State.WAITING},
    State.DELIVERED: {},
    State.FAILED: {},
}


class Cause(StrEnum):
    """Why a delivery ended as it did."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    TIMED_OUT = "timed out"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Attempt:
    """Post ``body`` with ``headers`` now, and wait for the answer until ``deadline`` (monotonic seconds)."""

    number: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    deadline: float


@dataclass(frozen=True, slots=True)
class RetryAt:
    """Nothing to do until the org's clock shows ``at``."""

    at: float


@dataclass(frozen=True, slots=True)
class Ended:
    """The delivery is over. ``status`` is the peer's last one, or None."""

    cause: Cause
    status: int | None
    attempts: int
    detail: str


Event = Attempt | RetryAt | Ended


class Delivery:
    """One message on its way to one webhook. ``start``, then ``answered``, ``lost``, ``tick`` or ``due`` as it happens;
    ``events`` says what to do. Every attempt sends the same bytes."""

    def __init__(
        self, headers: tuple[tuple[str, str], ...], body: bytes, limits: Limits, wait: float | None = None
    ) -> None:
        self.headers, self.body = headers, body
        self.wait = limits.value(NAMESPACE, "webhook.timeout") if wait is None else wait
        self.retries = int(limits.value(NAMESPACE, "webhook.retries"))
        self.gap = limits.value(NAMESPACE, "webhook.retry.gap")
        self.state = State.READY
        self.attempts = 0
        self._deadline: float | None = None
        self._retry_at: float | None = None
        self._events: deque[Event] = deque()

    @property
    def is_over(self) -> bool:
        """No event will follow."""
        return self.state in (State.DELIVERED, State.FAILED)

    def start(self, mono: float) -> None:
        """Make the first attempt."""
        self._move(Input.START)
        self._attempt(mono)

    def answered(self, status: int, org_now: float) -> None:
        """The peer answered the attempt under way."""
        if 200 <= status < 300:
            self._end(Input.ACCEPTED, Cause.DELIVERED, status, f"HTTP {status}")
        elif status == 429 or 500 <= status < 600:
            self._again(Cause.REFUSED, status, f"HTTP {status}", org_now)
        else:
            self._end(Input.REFUSED, Cause.REFUSED, status, f"HTTP {status}")

    def lost(self, detail: str) -> None:
        """The peer could not be reached, or hung up without an answer."""
        self._end(Input.UNREACHABLE, Cause.UNREACHABLE, None, detail)

    def tick(self, mono: float, org_now: float) -> None:
        """Time passed: end the wait for the peer when it is over."""
        if self._deadline is not None and mono >= self._deadline:
            self._again(Cause.TIMED_OUT, None, f"no answer within {self.wait:g} s", org_now)

    def due(self, mono: float) -> None:
        """The gap is over: try again."""
        self._move(Input.DUE)
        self._attempt(mono)

    def next_deadline(self) -> tuple[float, str] | None:
        """When something is due: (monotonic seconds, "peer") or (the org's seconds, "interval"); None for nothing."""
        if self._deadline is not None:
            return self._deadline, "peer"
        return (self._retry_at, "interval") if self._retry_at is not None else None

    def events(self) -> list[Event]:
        """What to do, in order; each is given once."""
        given = list(self._events)
        self._events.clear()
        return given

    def _attempt(self, mono: float) -> None:
        self.attempts += 1
        self._retry_at = None
        self._deadline = mono + self.wait
        self._events.append(Attempt(self.attempts, self.headers, self.body, self._deadline))

    def _again(self, cause: Cause, status: int | None, detail: str, org_now: float) -> None:
        if self.attempts > self.retries:
            self._end(Input.SPENT, cause, status, detail)
            return
        self._move(Input.AGAIN)
        self._deadline, self._retry_at = None, org_now + self.gap
        self._events.append(RetryAt(self._retry_at))

    def _end(self, input_: Input, cause: Cause, status: int | None, detail: str) -> None:
        self._move(input_)
        self._deadline = None
        self._events.append(Ended(cause, status, self.attempts, detail))

    def _move(self, input_: Input) -> None:
        following = TRANSITIONS[self.state].get(input_)
        if following is None:
            raise LocalProtocolError(f"delivery: {input_.value} is not possible in state {self.state.value}")
        self.state = following
