from __future__ import annotations

import pytest

from understudy.errors import LocalProtocolError
from understudy.open_messaging.lane import LANE_MAX, REORDER_HOLD, Lane, Mode


def drain(lane: Lane[str]) -> list[tuple[str, int]]:
    order = []
    while turn := lane.next():
        order.append((turn.item, turn.copy))
        lane.final()
    return order


def test_in_order_the_next_starts_when_the_one_before_is_final() -> None:
    lane: Lane[str] = Lane()
    lane.put("a", 0.0)
    lane.put("b", 0.0)
    first = lane.next()
    assert first is not None
    assert first.item == "a"
    assert lane.next() is None
    lane.final()
    assert drain(lane) == [("b", 1)]
    assert lane.is_idle


def test_reordered_neighbours_swap_places() -> None:
    lane: Lane[str] = Lane(Mode.REORDERED)
    for item in "abcd":
        lane.put(item, 0.0)
    assert [item for item, _ in drain(lane)] == ["b", "a", "d", "c"]


def test_reordered_lone_message_is_held_only_so_long() -> None:
    lane: Lane[str] = Lane(Mode.REORDERED)
    lane.put("a", 10.0)
    assert lane.next() is None
    assert not lane.is_idle
    assert lane.next_deadline() == (10.0 + REORDER_HOLD, "interval")
    lane.tick(10.0)
    assert lane.next() is None
    lane.tick(10.0 + REORDER_HOLD)
    assert drain(lane) == [("a", 1)]
    assert lane.is_idle


def test_duplicated_each_is_sent_twice_in_a_row() -> None:
    lane: Lane[str] = Lane(Mode.DUPLICATED)
    lane.put("a", 0.0)
    lane.put("b", 0.0)
    assert drain(lane) == [("a", 1), ("a", 2), ("b", 1), ("b", 2)]


def test_a_full_lane_refuses() -> None:
    lane: Lane[str] = Lane()
    assert all(lane.put("x", 0.0) for _ in range(LANE_MAX))
    assert not lane.put("x", 0.0)


def test_final_without_a_delivery_is_our_misuse() -> None:
    with pytest.raises(LocalProtocolError):
        Lane[str]().final()
