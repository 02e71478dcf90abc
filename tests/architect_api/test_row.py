from __future__ import annotations

from typing import Any

import pytest
from tests.architect_api.conftest import SCHEMA

from understudy.architect_api.row import CODE, completed
from understudy.errors import Refused


def test_a_row_takes_the_defaults_of_what_it_leaves_out() -> None:
    assert completed(SCHEMA, {"key": "a"}) == {"key": "a", "count": 1, "open": False}
    assert completed(SCHEMA, {"key": "a", "count": 0, "rate": 2, "open": None}) == {
        "key": "a",
        "count": 0,
        "rate": 2,
        "open": False,
    }


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({}, "key"),
        ({"key": ""}, "key"),
        ({"key": 7}, "key"),
        ({"key": "a", "other": 1}, "other"),
        ({"key": "a", "count": "1"}, "count"),
        ({"key": "a", "count": 1.5}, "count"),
        ({"key": "a", "count": True}, "count"),
        ({"key": "a", "rate": True}, "rate"),
        ({"key": "a", "open": 0}, "open"),
        ({"key": "a", "note": ["x"]}, "note"),
        ({"key": "a", "note": "123456"}, "note"),
    ],
)
def test_a_row_that_breaks_the_schema_is_refused(row: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as caught:
        completed(SCHEMA, row)
    assert (caught.value.status, caught.value.code, caught.value.details[0]["fieldName"]) == (400, CODE, field)


def test_bounds_of_numbers_hold() -> None:
    schema = {"properties": {"key": {"type": "string"}, "n": {"type": "integer", "minimum": 1, "maximum": 3}}}
    assert completed(schema, {"key": "a", "n": 3})["n"] == 3
    for wrong in (0, 4):
        with pytest.raises(Refused, match="is too"):
            completed(schema, {"key": "a", "n": wrong})


@pytest.mark.parametrize("schema", [None, {}, {"properties": None}, 7])
def test_a_table_without_a_schema_takes_any_row_with_a_key(schema: Any) -> None:
    assert completed(schema, {"key": "a", "other": 1, "none": None}) == {"key": "a", "other": 1}
