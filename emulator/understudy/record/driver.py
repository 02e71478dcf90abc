"""The segment on disk: one append-only JSONL file per process, written by one thread.

A line is made where the entry is put, while it is still in the processor's cache and before anybody changes ``data``;
the thread only joins and writes, which leaves the interpreter free.

Group commit: what was put is with the operating system within ``interval`` seconds, so ``kill -9`` costs no more than
that. Strict: ``settled(number)`` returns once the entry is there, so nothing acknowledged is ever lost. Flushing to the
operating system outlives the process; ``fsync`` outlives the machine. The queue is bounded by count and bytes: a
functional run waits for room, a load run drops, and the recorder tells the gap.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from pathlib import Path
from threading import Event, Lock, Thread

from understudy.errors import RecordError, SettingsError
from understudy.record.entry import Entry
from understudy.record.lines import SHARED_MIN, Header, entry_line

INTERVAL = 0.1  # seconds; the promise is 0.2, half of it is left for a busy machine
QUEUE_ENTRIES = 50_000
QUEUE_BYTES = 64 << 20
BATCH = 1_000  # lines a write; below IOV_MAX, which is 1024 on Linux and macOS
WAKE_BYTES = 128 << 10  # queued bytes that wake the thread early: what is written soon is still cached

_Waiter = tuple[int, asyncio.AbstractEventLoop, "asyncio.Future[None]"]


def segment_path(run: Path, process: int) -> Path:
    """Where the segment of a process lies in a run's folder."""
    return run / "record" / f"{process}.jsonl"


class SegmentWriter:
    """A sink for the recorder. ``strict`` and ``drop`` exclude each other; ``drop`` is for load runs."""

    def __init__(
        self,
        path: Path,
        header: Header,
        *,
        strict: bool = False,
        drop: bool = False,
        fsync: bool = False,
        interval: float = INTERVAL,
        capacity: int = QUEUE_ENTRIES,
        budget: int = QUEUE_BYTES,
    ) -> None:
        if strict and drop:
            raise SettingsError("durability", "strict", "a load run drops what the disk can't take: choose one")
        self.path, self.strict, self.drop = path, strict, drop
        self.error: RecordError | None = None  # why the disk copy ended, if it did
        self._fsync, self._interval, self._capacity, self._budget = fsync, interval, capacity, budget
        self._queue: deque[bytes] = deque()
        self._bytes_in = self._bytes_out = 0  # each has one writing thread, so neither needs a lock
        self._first: int | None = None  # number of the first entry: where nothing is dropped, line = number - first
        self._lines = 0  # lines on disk
        self._body: tuple[int, bytes] = (-1, b"")  # the newest line with a body of some size: whose, and which
        self._waiters: list[_Waiter] = []
        self._lock = Lock()
        self._wake, self._room = Event(), Event()
        self._closing = False
        self._file = _create(path)
        _write_all(self._file, [header.line()])
        self._thread = Thread(target=self._run, name=f"segment {path.name}", daemon=True)
        self._thread.start()

    def put(self, entry: Entry) -> bool:
        """Queue an entry. Waits for room, or returns False: dropped by a load run, or the disk copy has ended."""
        full = len(self._queue) >= self._capacity or self._bytes_in - self._bytes_out > self._budget
        if self.error or (full and (self.drop or not self._wait_for_room())):
            return False
        if self._first is None:
            self._first = entry.number
        line = self._line(entry)
        self._bytes_in += len(line)
        self._queue.append(line)
        if self._bytes_in - self._bytes_out > WAKE_BYTES and not self._wake.is_set():
            self._wake.set()
        return True

    async def settled(self, number: int) -> None:
        """Wait until entry ``number`` is on disk; at once unless strict. Raises ``RecordError`` if it never will be."""
        line = number - (self._first or 0)
        if not self.strict or self._lines > line:
            return
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        with self._lock:
            if self._lines > line:
                return
            if self.error is not None or self._closing:
                raise self.error or RecordError(f"{self.path}: closed before entry {number} was written")
            self._waiters.append((line, loop, future))
        self._wake.set()
        await future

    def close(self, *last: Entry) -> None:
        """Write what is queued and ``last``, and close the file. Raises ``RecordError`` if the disk copy had ended."""
        if not self._closing:
            self._queue.extend(entry_line(entry) for entry in last)
            self._closing = True
            self._wake.set()
            self._thread.join()
        if self.error is not None:
            raise self.error

    def _line(self, entry: Entry) -> bytes:
        """The entry's line. A body that is the newest line's with a body is referred to: a fan-out writes it once."""
        number, body = self._body
        if entry.body is body and body:
            return entry_line(entry, number)
        if len(entry.body) >= SHARED_MIN:
            self._body = entry.number, entry.body
        return entry_line(entry)

    def _wait_for_room(self) -> bool:
        self._room.clear()
        self._wake.set()
        while len(self._queue) >= self._capacity or self._bytes_in - self._bytes_out > self._budget:
            self._room.wait(self._interval)  # the limit covers a wake-up between the check and the wait
            if self.error is not None:
                return False
        return True

    def _run(self) -> None:
        try:
            while not self._closing:
                self._wake.wait(self._interval)
                self._wake.clear()
                self._drain()
            self._drain()
        except OSError as error:
            self._fail(error)
        finally:
            os.close(self._file)

    def _drain(self) -> None:
        queue = self._queue
        while queue:
            batch = [queue.popleft() for _ in range(min(len(queue), BATCH))]
            size = _write_all(self._file, batch)
            if self._fsync:
                os.fsync(self._file)
            self._bytes_out += size
            self._settle(len(batch))
            self._room.set()

    def _settle(self, lines: int) -> None:
        with self._lock:
            self._lines += lines
            done = [waiter for waiter in self._waiters if waiter[0] < self._lines]
            self._waiters = [waiter for waiter in self._waiters if waiter[0] >= self._lines]
        for _, loop, future in done:
            loop.call_soon_threadsafe(_resolve, future, None)

    def _fail(self, cause: OSError) -> None:
        text = f"{self.path}: can't be written ({cause.strerror}): free space there or give another --out"
        with self._lock:
            self.error = RecordError(text)
            waiters, self._waiters = self._waiters, []
        self._queue.clear()
        self._room.set()
        for _, loop, future in waiters:
            loop.call_soon_threadsafe(_resolve, future, self.error)


def _create(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o644)
    except OSError as error:
        if path.exists():
            raise RecordError(f"{path}: a segment is there already: give a fresh folder with --out") from error
        raise RecordError(f"{path}: can't be created ({error.strerror}): give another folder with --out") from error


def _write_all(file: int, lines: list[bytes]) -> int:
    """Write the lines and return their bytes. They are handed over as they lie; joining megabytes costs page faults."""
    size = sum(map(len, lines))
    written = os.writev(file, lines)
    if written < size:
        rest = memoryview(b"".join(lines))[written:]
        while rest:
            rest = rest[os.write(file, rest) :]
    return size


def _resolve(future: asyncio.Future[None], error: RecordError | None) -> None:
    if future.done():  # the waiting request was cancelled
        return
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)
