from __future__ import annotations

import pytest

from understudy.errors import Lost
from understudy.world.ring import Ring


def test_items_keep_their_numbers_when_old_ones_go() -> None:
    ring: Ring[str] = Ring(2)
    assert [ring.append(item) for item in "abc"] == [0, 1, 2]
    assert (ring.start, ring.end) == (1, 3)
    assert ring.read(1) == ["b", "c"]
    assert ring.read(3) == []


def test_a_reader_that_fell_behind_is_told_how_far() -> None:
    ring: Ring[str] = Ring(2)
    for item in "abcd":
        ring.append(item)
    with pytest.raises(Lost) as lost:
        ring.read(0)
    assert lost.value.count == 2


def test_a_limit_bounds_what_is_read() -> None:
    ring: Ring[int] = Ring(10)
    for item in range(6):
        ring.append(item)
    assert ring.read(2, limit=2) == [2, 3]
