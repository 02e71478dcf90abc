"""Clocks: the only place where the wall clock is read.

A *wait for a peer* runs on ``Clock.mono()``; an *interval of the platform* runs on an org's own clock, which is real
time plus the jumps made in that org. Org time is POSIX seconds (float), on the wire ISO 8601 UTC with milliseconds.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant on the three clocks an entry carries: monotonic, real UTC, the org's time (all in seconds)."""

    mono: float
    utc: float
    org: float


class Clock(Protocol):
    """Real time, or a test's idea of it."""

    def mono(self) -> float:
        """Monotonic seconds."""

    def utc(self) -> float:
        """POSIX seconds."""


class RealClock:
    """The machine's clocks."""

    def mono(self) -> float:
        """Monotonic seconds."""
        return time.monotonic()

    def utc(self) -> float:
        """POSIX seconds."""
        return time.time()

    def cpu(self) -> float:
        """CPU seconds of this process."""
        return time.process_time()

    def pause(self, seconds: float) -> None:
        """Sleep; for synchronous clients that wait for a process, never inside the event loop."""
        time.sleep(seconds)


class ManualClock:
    """A clock that only ``advance`` moves."""

    def __init__(self, utc: float = 1_767_225_600.0) -> None:
        self._mono, self._utc = 0.0, utc

    def mono(self) -> float:
        """Monotonic seconds."""
        return self._mono

    def utc(self) -> float:
        """POSIX seconds."""
        return self._utc

    def advance(self, seconds: float) -> None:
        """Move both clocks on."""
        self._mono += seconds
        self._utc += seconds


class OrgClock:
    """An org's time: real time plus the jumps made in that org."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.jumped = 0.0

    def now(self) -> float:
        """The org's time, POSIX seconds."""
        return self._clock.utc() + self.jumped

    def jump(self, seconds: float) -> None:
        """Move this org's time on; real time stays."""
        self.jumped += seconds

    def moment(self) -> Moment:
        """All three clocks at once."""
        utc = self._clock.utc()
        return Moment(self._clock.mono(), utc, utc + self.jumped)


def iso(seconds: float) -> str:
    """``1767225600.0`` → ``2026-01-01T00:00:00.000Z``, the platform's form of a time."""
    whole, part = divmod(round(seconds * 1_000_000), 1_000_000)
    return f"{_second(whole)}.{part // 1000:03d}Z"


@lru_cache(maxsize=256)
def _second(whole: int) -> str:
    return f"{datetime.fromtimestamp(whole, UTC):%Y-%m-%dT%H:%M:%S}"


def parse_iso(text: str) -> float:
    """The inverse of ``iso``; accepts every ISO 8601 form with a zone, raises ``ValueError`` otherwise."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return moment.timestamp()
