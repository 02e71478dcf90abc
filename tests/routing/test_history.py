from __future__ import annotations

from understudy.clock import ManualClock
from understudy.routing.history import estimate, forget_queue, remember
from understudy.routing.waiting import enter
from understudy.world.org import Org


def waited(org: Org, clock: ManualClock, seconds: float, media: str = "message") -> None:
    place = enter(org, "past", "gone", "q1", media=media)
    del org.live["routing.waiting"]["gone"]
    clock.advance(seconds)
    remember(org, place)


def test_without_history_there_is_no_estimate(org: Org) -> None:
    enter(org, "c", "acd", "q1")
    assert estimate(org, "q1", None) is None


def test_the_mean_counts_once_for_every_place(org: Org, clock: ManualClock) -> None:
    waited(org, clock, 10)
    waited(org, clock, 30)
    assert estimate(org, "q1", None) == 20
    enter(org, "c1", "a1", "q1")
    enter(org, "c2", "a2", "q1")
    assert [estimate(org, "q1", "message", id_) for id_ in ("c1", "c2", "new")] == [20, 40, 60]


def test_media_and_queues_are_kept_apart(org: Org, clock: ManualClock) -> None:
    waited(org, clock, 10)
    waited(org, clock, 50, "call")
    assert (estimate(org, "q1", "call"), estimate(org, "q1", None), estimate(org, "q2", None)) == (50, 30, None)
    forget_queue(org, "q1")
    assert estimate(org, "q1", None) is None


def test_only_the_newest_waits_are_remembered(org: Org, clock: ManualClock) -> None:
    waited(org, clock, 10_000)
    for _ in range(int(org.limits.value("routing", "waits.remembered"))):
        waited(org, clock, 5)
    assert estimate(org, "q1", None) == 5
