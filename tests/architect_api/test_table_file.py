from __future__ import annotations

import pytest
from tests.architect_api.conftest import SCHEMA

from understudy.architect_api.table_file import TableFileError, read, write


def test_what_is_written_is_read_back() -> None:
    rows = [{"key": "a, b", "count": 2, "open": True, "note": 'x"y'}, {"key": "ü", "rate": 0.5}]
    data = write(SCHEMA, rows)
    assert data.splitlines()[0] == b"key,count,rate,open,note"
    assert read(SCHEMA, data) == rows


def test_columns_are_known_by_name_or_title_and_values_by_type() -> None:
    data = b"\xef\xbb\xbfkey,how many,open\r\na,7,TRUE\r\n\r\nb,x,maybe\r\n"
    assert read(SCHEMA, data) == [{"key": "a", "count": 7, "open": True}, {"key": "b", "count": "x", "open": "maybe"}]


def test_a_table_without_a_schema_takes_the_header_as_it_is() -> None:
    assert read(None, b"key,own\n1,2\n") == [{"key": "1", "own": "2"}]
    assert write(None, [{"own": 1, "key": "a"}]) == b"key,own\r\na,1\r\n"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "the file is empty"),
        (b"\xff", "not CSV in UTF-8"),
        (b"count\n1\n", "no column 'key'"),
        (b"key,other\n", "'other', which is not a column"),
        (b"key,count,count\n", "a column twice"),
        (b'key\n"a', "not CSV in UTF-8"),
    ],
)
def test_a_file_that_can_not_be_read_is_an_error(data: bytes, problem: str) -> None:
    with pytest.raises(TableFileError, match=problem):
        read(SCHEMA, data)


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("count", "-7", -7),
        ("count", "9223372036854775807", 2**63 - 1),
        ("count", "9223372036854775808", "9223372036854775808"),
        ("count", "9" * 30, "9" * 30),
        ("count", "1_0", "1_0"),
        ("count", "\u0661", "\u0661"),
        ("rate", "1.5e2", 150.0),
        ("rate", ".5", 0.5),
        ("rate", "nan", "nan"),
        ("rate", "inf", "inf"),
        ("rate", "1e999", "1e999"),
    ],
)
def test_what_json_has_no_number_for_stays_a_text(column: str, text: str, value: object) -> None:
    assert read(SCHEMA, f"key,{column}\na,{text}\n".encode()) == [{"key": "a", column: value}]
