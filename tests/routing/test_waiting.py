from __future__ import annotations

from understudy.clock import ManualClock
from understudy.routing.waiting import enter, unassigned, waiting
from understudy.world.org import Org


def order(org: Org, queues: list[str] | None = None) -> list[str]:
    return [place.conversation for place in unassigned(org, queues)]


def test_who_came_first_is_first(org: Org) -> None:
    for id_ in ("a", "b", "c"):
        enter(org, id_, "q1", 0, None)
    assert order(org) == ["a", "b", "c"]


def test_a_point_of_priority_weighs_a_minute(org: Org, clock: ManualClock) -> None:
    enter(org, "early", "q1", 0, None)
    clock.advance(119)
    enter(org, "two points", "q1", 2, None)
    enter(org, "one point", "q1", 1, None)
    enter(org, "minus", "q1", -1, None)
    assert order(org) == ["two points", "early", "one point", "minus"]


def test_only_those_for_whom_nobody_rings_are_listed(org: Org) -> None:
    enter(org, "a", "q1", 0, None).alerting = "p1"
    enter(org, "b", "q2", 0, None)
    assert order(org) == ["b"]
    assert order(org, ["q1"]) == []


def test_a_conversation_waits_in_one_queue_only(org: Org) -> None:
    enter(org, "a", "q1", 0, None)
    enter(org, "a", "q2", 0, None)
    assert [place.queue for place in waiting(org).values()] == ["q2"]
