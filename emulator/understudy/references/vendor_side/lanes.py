"""Work that is done later, in order per user: one lane a key, few threads for all lanes.

A lane runs one job at a time and gives its thread back after each, so that a user whose jobs wait (429, a slow file)
holds up nobody else as long as a thread is left.
"""

from __future__ import annotations

import queue
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable

Job = Callable[[], object]


class Lanes:
    """Ordered work per key. ``workers`` threads at most, ``capacity`` jobs at most over all lanes."""

    def __init__(self, name: str, workers: int, capacity: int) -> None:
        self._name, self._workers, self._capacity = name, workers, capacity
        self._lock = threading.Lock()
        self._lanes: dict[str, deque[Job]] = {}  # the job that runs stays first until it is done
        self._ready: queue.SimpleQueue[str | None] = queue.SimpleQueue()  # None ends a thread
        self._jobs = 0
        self._threads = 0

    def put(self, key: str, job: Job) -> bool:
        """Do ``job`` after all that was put under ``key`` before; False, and nothing done, when there is no room."""
        with self._lock:
            if self._jobs >= self._capacity:
                return False
            self._jobs += 1
            lane = self._lanes.setdefault(key, deque())
            lane.append(job)
            if len(lane) == 1:
                self._ready.put(key)
            if self._threads < min(self._workers, len(self._lanes)):
                self._threads += 1
                # Daemons: a job that waits for Genesys must not hold up a stop.
                threading.Thread(target=self._work, name=f"{self._name}-{self._threads}", daemon=True).start()
        return True

    def stop(self) -> None:
        """End the threads, each after the job it is at; what waits is dropped."""
        with self._lock:
            self._capacity = 0
            for _ in range(self._threads):
                self._ready.put(None)

    def _work(self) -> None:
        while True:
            key = self._ready.get()
            if key is None:
                return
            with self._lock:
                job = self._lanes[key][0]
            try:
                job()
            except Exception:  # a job is the last layer of its thread; the next job must still run
                traceback.print_exc(file=sys.stderr)
            with self._lock:
                lane = self._lanes[key]
                lane.popleft()
                self._jobs -= 1
                if lane:
                    self._ready.put(key)
                else:
                    del self._lanes[key]
