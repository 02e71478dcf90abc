"""The vendor's own side can be switched to failing and slow."""

from __future__ import annotations

import threading

from understudy.references.polyai_endpoint.upstream import SLOW_MAX, Upstream


def test_failures_are_counted_down() -> None:
    upstream = Upstream(threading.Event())
    upstream.set(2, 0)
    assert [upstream.fails() for _ in range(3)] == [True, True, False]


def test_it_is_slow_only_when_told_and_never_beyond_the_stop() -> None:
    stopping = threading.Event()
    upstream = Upstream(stopping)
    upstream.wait(1000)
    upstream.set(0, 1000)
    assert upstream.slow == SLOW_MAX
    stopping.set()
    upstream.wait(1000)
