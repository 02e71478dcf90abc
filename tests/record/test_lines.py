"""A line on disk is the entry, whatever a peer put into it."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.record.entry import Entry
from understudy.record.lines import SHARED_MIN, Header, Lines, entry_line, parse_header, parse_line

HEADER = Header(run="r", process=3, salt="s", redaction="f", created=1.5)


def message(**fields: object) -> Entry:
    values = {"direction": "in", "peer": "127.0.0.1:9", "exchange": "0-1", "org": "o", **fields}
    return Entry(0, 1, "message", "GET /x", "platform", 1.0, 2.0, 3.0, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "entry",
    [
        message(),
        message(body=b'{"text":"caf\xc3\xa9"}', headers=(("A", "1"), ("a", "2")), status=200),
        message(body=b"\xff\xfe\x00", conversation="c", customer="u", correlation="k", data={"seconds": 0.1}),
        Entry(0, 2, "note", "check.began", "test", 1.0, 2.0, 3.0, data={"check": "OM-01", "expect": {"texts": ["a"]}}),
    ],
)
def test_parse_is_the_inverse_and_agrees_with_the_entrys_own_form(entry: Entry) -> None:
    line = entry_line(entry)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert parse_line(line) == entry == Entry.from_json(entry.to_json())


@given(st.binary(max_size=40), st.text(max_size=20))
def test_every_body_and_text_survives(body: bytes, text: str) -> None:
    entry = message(body=body, data={"text": text})
    assert parse_line(entry_line(entry)) == entry


@pytest.mark.parametrize("value", ["\udcff", 1 << 80, {1: 2}, {"a", "b"}, object(), [b"x"], float("inf")])
def test_nothing_that_a_seam_writes_breaks_the_line(value: object) -> None:
    line = entry_line(message(headers=(("X", "\udcff"),), data={"value": value}))
    assert parse_line(line).name == "GET /x"


def test_header_is_read_back() -> None:
    assert parse_header(HEADER.line()) == HEADER


@pytest.mark.parametrize("line", [b"", b"{}\n", b"[1]\n", b"hello\n", b'{"run":1,"what":2}\n'])
def test_anything_else_is_no_header_and_no_entry(line: bytes) -> None:
    with pytest.raises(ValueError, match="not a header line"):
        parse_header(line)
    with pytest.raises(ValueError, match="not an entry"):
        parse_line(line)


def test_a_shared_body_is_read_from_the_line_that_has_it() -> None:
    body = b"x" * SHARED_MIN
    first, small, second = (message(body=body), message(body=b"small"), message(body=body))
    first.number, small.number, second.number = 4, 5, 6
    lines = [entry_line(first), entry_line(small), entry_line(second, 4)]
    assert len(lines[2]) < len(lines[0]) - SHARED_MIN // 2
    reader = Lines()
    assert [reader.parse(line) for line in lines] == [first, small, second]


@pytest.mark.parametrize("number", [3, -1, "4", None])
def test_a_shared_body_that_is_not_there_is_damage(number: object) -> None:
    reader = Lines()
    first = message(body=b"x" * SHARED_MIN)
    first.number = 4
    reader.parse(entry_line(first))
    line = entry_line(message(body=b"x"), 9).replace(b'"body_as":9', b'"body_as":' + orjson.dumps(number))
    if number is None:
        assert reader.parse(line).body == b""
        return
    with pytest.raises(ValueError, match="not an entry: the body of entry"):
        reader.parse(line)
