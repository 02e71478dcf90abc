"""The disk copy outlives ``kill -9``: strict loses nothing acknowledged, group commit no more than its interval."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from understudy.clock import Moment
from understudy.errors import RecordError, SettingsError
from understudy.record import driver
from understudy.record.driver import SegmentWriter, segment_path
from understudy.record.entry import Entry
from understudy.record.lines import Header
from understudy.record.reader import read_record
from understudy.record.recorder import Recorder

NOW = Moment(1.0, 2.0, 3.0)
HEADER = Header(run="r", process=0, salt="s", redaction="f", created=1.0)

WRITER = """
import asyncio, sys, time
from pathlib import Path
from understudy.clock import Moment
from understudy.record.driver import SegmentWriter
from understudy.record.lines import Header
from understudy.record.recorder import Recorder

strict = sys.argv[2] == "strict"
header = Header(run="r", process=0, salt="s", redaction="f", created=1.0)
writer = SegmentWriter(Path(sys.argv[1]), header, strict=strict)
recorder = Recorder(0, "s", writer)

async def main():
    while True:
        now = Moment(time.monotonic(), time.time(), time.time())
        entry = recorder.message(name="200", interface="platform", direction="out", moment=now, body=b"x" * 900)
        await writer.settled(entry.number)
        print(entry.number, time.time(), flush=True)

asyncio.run(main())
"""


def note(number: int, size: int = 0) -> Entry:
    return Entry(0, number, "note", "n", "test", 1.0, 2.0, 3.0, body=b"x" * size)


def numbers(path: Path) -> list[int]:
    return [entry.number for entry in read_record(path) if entry.name != "gap"]


def killed(path: Path, mode: str) -> tuple[list[tuple[int, float]], list[int], float]:
    """Acknowledged (number, time), the numbers in the record, and when the writer was killed."""
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(path), mode], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if len(lines) == 3_000:
            when = time.time()
            process.send_signal(signal.SIGKILL)
            break
    lines.extend(process.stdout)
    process.stdout.close()
    process.wait()
    whole = [line.split() for line in lines if line.endswith("\n")]
    return [(int(number), float(at)) for number, at in whole], numbers(path), when


def test_strict_loses_nothing_acknowledged_to_kill_9(tmp_path: Path) -> None:
    acknowledged, kept, _ = killed(tmp_path / "0.jsonl", "strict")
    assert len(acknowledged) >= 3_000
    assert kept[: len(acknowledged)] == [number for number, _ in acknowledged]


def test_group_commit_loses_no_more_than_its_interval_to_kill_9(tmp_path: Path) -> None:
    acknowledged, kept, when = killed(tmp_path / "0.jsonl", "group")
    assert kept == list(range(len(kept)))
    older = [number for number, at in acknowledged if at < when - 0.2]
    assert kept[-1:] >= older[-1:]


def test_group_commit_writes_without_being_asked(tmp_path: Path) -> None:
    path = tmp_path / "0.jsonl"
    writer = SegmentWriter(path, HEADER, interval=0.01)
    writer.put(note(0))
    deadline = time.monotonic() + 10
    while not numbers(path) and time.monotonic() < deadline:
        os.sched_yield()
    assert numbers(path) == [0]
    writer.close()


def test_close_writes_what_is_queued_and_the_last_entries(tmp_path: Path) -> None:
    path = segment_path(tmp_path, 3)
    writer = SegmentWriter(path, HEADER, interval=30.0)
    for number in range(2_500):
        writer.put(note(number))
    writer.close(note(2_500))
    writer.close()
    assert path == tmp_path / "record" / "3.jsonl"
    assert numbers(path) == list(range(2_501))


def test_a_body_that_many_entries_share_is_written_once_and_read_by_all(tmp_path: Path) -> None:
    path = segment_path(tmp_path, 0)
    recorder = Recorder(0, "s", SegmentWriter(path, HEADER))
    bodies = [b"a" * 1_000] * 3 + [b"small"] * 2 + [b"a" * 1_000, b"".join([b"b"] * 1_000)] * 2
    sent = [
        recorder.message(name="x", interface="notifications", direction="out", moment=NOW, peer=f"p{n}", body=body)
        for n, body in enumerate(bodies)
    ]
    recorder.close(NOW)
    assert [entry.body for entry in read_record(tmp_path)] == bodies
    assert list(read_record(tmp_path)) == sent
    assert path.read_bytes().count(b"a" * 1_000) < bodies.count(b"a" * 1_000)
    assert path.read_bytes().count(b'"body_as":0') == 3  # the two that follow, and the one after small bodies


def test_a_dropped_body_is_never_referred_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver.SegmentWriter, "_drain", lambda self: None)
    writer = SegmentWriter(segment_path(tmp_path, 0), HEADER, drop=True, capacity=1)
    body = b"a" * 1_000
    assert writer.put(note(0)) is True
    assert writer.put(_with(note(1), body)) is False  # no room
    writer._queue.clear()
    assert writer.put(_with(note(2), body)) is True
    assert b"body_as" not in writer._queue[0]
    writer.close()


def _with(entry: Entry, body: bytes) -> Entry:
    entry.body = body
    return entry


def test_settled_returns_at_once_unless_strict(tmp_path: Path) -> None:
    writer = SegmentWriter(tmp_path / "0.jsonl", HEADER, interval=30.0)
    asyncio.run(asyncio.wait_for(writer.settled(5), 5.0))
    writer.close()


def test_many_waiters_share_a_commit_and_one_may_be_cancelled(tmp_path: Path) -> None:
    path = tmp_path / "0.jsonl"

    async def play() -> None:
        writer = SegmentWriter(path, HEADER, strict=True, fsync=True, interval=30.0)
        for number in range(10, 30):
            writer.put(note(number))
        waits = [asyncio.create_task(writer.settled(number)) for number in range(10, 30)]
        waits[3].cancel()
        results = await asyncio.gather(*waits, return_exceptions=True)
        assert [type(result) for result in results if result is not None] == [asyncio.CancelledError]
        assert numbers(path) == list(range(10, 30))
        writer.close()
        with pytest.raises(RecordError, match="closed before entry 99"):
            await writer.settled(99)

    asyncio.run(play())


def test_a_full_queue_makes_a_functional_run_wait(tmp_path: Path) -> None:
    path = tmp_path / "0.jsonl"
    writer = SegmentWriter(path, HEADER, capacity=10, budget=5_000, interval=30.0)
    assert all(writer.put(note(number, 1_000)) for number in range(200))
    writer.close()
    assert numbers(path) == list(range(200))


def test_a_full_queue_makes_a_load_run_drop_and_the_recorder_tell_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "0.jsonl"
    monkeypatch.setattr(SegmentWriter, "_drain", lambda self: None)  # a disk that takes nothing
    writer = SegmentWriter(path, HEADER, drop=True, capacity=10, interval=30.0)
    recorder = Recorder(0, "s", writer)
    for _ in range(25):
        recorder.note("n", moment=NOW)
    monkeypatch.undo()
    recorder.close(NOW)
    *kept, gap = read_record(path)
    assert [entry.number for entry in kept] == list(range(10))
    assert (gap.name, gap.data["first"]) == ("gap", 10)
    assert gap.data["count"] == gap.number - 10


def test_strict_and_drop_exclude_each_other(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="durability"):
        SegmentWriter(tmp_path / "0.jsonl", HEADER, strict=True, drop=True)


def test_a_full_disk_is_said_and_hangs_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(file: int, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    async def play() -> None:
        writer = SegmentWriter(tmp_path / "0.jsonl", HEADER, strict=True)
        monkeypatch.setattr(driver, "_write_all", refuse)
        assert writer.put(note(0))
        with pytest.raises(RecordError, match="No space left on device"):
            await writer.settled(0)
        assert not writer.put(note(1))
        with pytest.raises(RecordError, match="free space there or give another --out"):
            writer.close()

    asyncio.run(play())


def test_a_segment_is_never_written_over(tmp_path: Path) -> None:
    SegmentWriter(tmp_path / "0.jsonl", HEADER).close()
    with pytest.raises(RecordError, match="a segment is there already"):
        SegmentWriter(tmp_path / "0.jsonl", HEADER)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RecordError, match="can't be created"):
        SegmentWriter(tmp_path / "file" / "0.jsonl", HEADER)
