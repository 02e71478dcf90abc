from __future__ import annotations

from typing import Any

import pytest

from understudy.errors import Refused
from understudy.history.cursor import piece


class _Call:
    def __init__(self, **query: str) -> None:
        self.query = query


def _piece(name: str = "job", **query: str) -> tuple[Any, str | None]:
    call: Any = _Call(**query)
    return piece(call, [1, 2, 3, 4, 5], name, default=2, most=3)


def test_pieces_join_to_the_whole() -> None:
    found: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        items, cursor = _piece(cursor=cursor)
        found += items
    assert found == [1, 2, 3, 4, 5]


def test_the_last_piece_has_no_cursor() -> None:
    _, cursor = _piece(pageSize="3")
    assert cursor is not None
    assert _piece(pageSize="2", cursor=cursor) == ([4, 5], None)


@pytest.mark.parametrize("cursor", ["x", "é", "====", "am9iOi0x", "am9iOng", "b3RoZXI6Mg"])
def test_a_cursor_of_something_else_is_refused(cursor: str) -> None:
    with pytest.raises(Refused) as refused:
        _piece(cursor=cursor)
    assert refused.value.status == 400


@pytest.mark.parametrize("size", ["0", "4", "-1", "two", "99999999999999"])
def test_a_page_size_out_of_bounds_is_refused(size: str) -> None:
    with pytest.raises(Refused):
        _piece(pageSize=size)
