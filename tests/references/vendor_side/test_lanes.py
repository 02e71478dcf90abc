"""Lanes keep order per key, do not hold each other up, and are bounded."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from understudy.references.vendor_side.lanes import Lanes

PATIENCE = 5.0


@pytest.fixture
def lanes() -> Iterator[Lanes]:
    """Four threads, room for 100 jobs."""
    made = Lanes("test", workers=4, capacity=100)
    yield made
    made.stop()


def test_jobs_of_one_key_run_in_order(lanes: Lanes) -> None:
    done, order = threading.Event(), list[int]()
    for number in range(50):
        assert lanes.put("ann", lambda number=number: order.append(number))  # type: ignore[misc]
    lanes.put("ann", done.set)
    assert done.wait(PATIENCE)
    assert order == list(range(50))


def test_a_lane_that_waits_does_not_hold_up_another(lanes: Lanes) -> None:
    release, done = threading.Event(), threading.Event()
    lanes.put("ann", lambda: release.wait(PATIENCE))
    lanes.put("bob", done.set)
    assert done.wait(PATIENCE)
    release.set()


def test_a_job_that_fails_does_not_stop_the_next(lanes: Lanes, capsys: pytest.CaptureFixture[str]) -> None:
    done = threading.Event()
    lanes.put("ann", lambda: 1 // 0)
    lanes.put("ann", done.set)
    assert done.wait(PATIENCE)
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_more_than_the_capacity_is_refused(lanes: Lanes) -> None:
    release = threading.Event()
    assert [lanes.put("ann", lambda: release.wait(PATIENCE)) for _ in range(101)] == [True] * 100 + [False]
    release.set()
