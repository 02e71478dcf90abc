"""The vendor's own side behind the webhook, which a test may switch to failing or slow (``POST /control/upstream``)."""

from __future__ import annotations

import threading

SLOW_MAX = 60.0  # seconds


class Upstream:
    """Counts down failures; says how slow the vendor's path is, in seconds."""

    def __init__(self, stopping: threading.Event) -> None:
        self._lock = threading.Lock()
        self._stopping = stopping
        self._failing = 0
        self.slow = 0.0

    def set(self, failing: int, slow: float) -> None:
        """The next ``failing`` messages fail; every message takes ``slow`` seconds to reach the user."""
        with self._lock:
            self._failing, self.slow = failing, min(slow, SLOW_MAX)

    def fails(self) -> bool:
        """Whether the message at hand fails; counts it."""
        with self._lock:
            if self._failing > 0:
                self._failing -= 1
                return True
            return False

    def wait(self, more: float = 0.0) -> None:
        """Be as slow as the vendor's path is, if it is slow at all, and ``more`` seconds slower."""
        if self.slow > 0:
            self._stopping.wait(self.slow + more)
