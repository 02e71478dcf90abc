"""A record opens after any death of its writer, and says what it lacks; damage is named, never guessed over."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from understudy.errors import RecordError
from understudy.record.entry import Entry
from understudy.record.lines import Header, entry_line
from understudy.record.reader import Scope, read_header, read_record


def note(number: int, utc: float, process: int = 0, **fields: object) -> Entry:
    return Entry(process, number, "note", "n", "test", utc, utc, utc, **fields)  # type: ignore[arg-type]


def header(process: int = 0) -> Header:
    return Header(run="r", process=process, salt="s", redaction="f", created=1.0)


def segment(folder: Path, process: int, entries: Iterable[Entry], tail: bytes = b"") -> Path:
    path = folder / "record" / f"{process}.jsonl"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(header(process).line() + b"".join(map(entry_line, entries)) + tail)
    return path


def ids(path: Path, scope: Scope | None = None) -> list[str]:
    return [entry.id for entry in read_record(path, scope)]


def test_segments_are_merged_by_utc(tmp_path: Path) -> None:
    segment(tmp_path, 0, [note(0, 1.0), note(1, 3.0)])
    segment(tmp_path, 1, [note(0, 2.0, 1), note(1, 4.0, 1)])
    assert ids(tmp_path) == ids(tmp_path / "record") == ["0:0", "1:0", "0:1", "1:1"]


def test_order_within_a_process_holds_when_its_clock_is_set_back(tmp_path: Path) -> None:
    segment(tmp_path, 0, [note(0, 5.0), note(1, 1.0), note(2, 6.0)])
    segment(tmp_path, 1, [note(0, 5.5, 1)])
    assert ids(tmp_path) == ["0:0", "0:1", "1:0", "0:2"]


def test_one_segment_can_be_read_alone(tmp_path: Path) -> None:
    path = segment(tmp_path, 7, [note(0, 1.0, 7)])
    assert ids(path) == ["7:0"]
    assert read_header(path) == header(7)


@pytest.mark.parametrize("keep", [1, 10, 60])
def test_a_torn_last_line_is_a_gap(tmp_path: Path, keep: int) -> None:
    path = segment(tmp_path, 0, [note(0, 1.0)], entry_line(note(1, 2.0))[:keep])
    *_, gap = read_record(path)
    assert (gap.name, gap.number, gap.utc) == ("gap", 1, 1.0)
    assert gap.data["reason"] == "torn line"
    assert gap.data["bytes"] == keep


def test_a_last_line_that_lacks_only_its_newline_is_whole(tmp_path: Path) -> None:
    path = segment(tmp_path, 0, [note(0, 1.0)], entry_line(note(1, 2.0))[:-1])
    assert ids(path) == ["0:0", "0:1"]


def test_an_empty_segment_is_a_gap_and_hinders_no_other(tmp_path: Path) -> None:
    segment(tmp_path, 0, [note(0, 1.0)])
    (tmp_path / "record" / "1.jsonl").write_bytes(b"")
    assert ids(tmp_path) == ["1:0", "0:0"]
    assert read_header(tmp_path / "record" / "1.jsonl") is None


def test_damage_in_the_middle_names_file_and_line(tmp_path: Path) -> None:
    path = segment(tmp_path, 0, [note(0, 1.0)], b'{"broken\n' + entry_line(note(2, 2.0)))
    with pytest.raises(RecordError, match=r"0\.jsonl, line 3: not an entry.*restore it, or cut it before this line"):
        list(read_record(path))


@pytest.mark.parametrize("content", [b"hello\n", b"hello", b"\x00\x01", b'{"a":1}\n', b"[]\n"])
def test_a_foreign_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(content)
    with pytest.raises(RecordError, match=r"x\.jsonl, line 1: .*not a segment of a record"):
        list(read_record(path))


def test_a_newer_format_is_refused_with_the_remedy(tmp_path: Path) -> None:
    path = tmp_path / "0.jsonl"
    path.write_bytes(header().line().replace(b'"understudy_record":2', b'"understudy_record":9'))
    with pytest.raises(RecordError, match="format 9, and this version reads formats up to 2"):
        list(read_record(path))


def test_no_record_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="no record here"):
        read_record(tmp_path)


def test_a_scope_keeps_what_is_named_and_every_gap(tmp_path: Path) -> None:
    gap = Entry(0, 4, "note", "gap", "world", 5.0, 5.0, 5.0, data={"count": 1})
    entries = [
        note(0, 1.0, org="a", data={"test": "t1"}),
        note(1, 2.0, org="a", conversation="c1"),
        note(2, 3.0, org="a", customer="u1"),
        note(3, 4.0, org="b", customer="u1"),
        gap,
    ]
    segment(tmp_path, 0, entries)
    assert ids(tmp_path, Scope(org="a")) == ["0:0", "0:1", "0:2", "0:4"]
    assert ids(tmp_path, Scope(tests=frozenset({"t1"}))) == ["0:0", "0:4"]
    assert ids(tmp_path, Scope(conversations=frozenset({"c1"}), customers=frozenset({"u1"}))) == [
        "0:1",
        "0:2",
        "0:3",
        "0:4",
    ]
    assert ids(tmp_path, Scope(interfaces=frozenset({"platform"}))) == ["0:4"]
