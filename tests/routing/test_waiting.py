from __future__ import annotations

from understudy.clock import ManualClock
from understudy.routing.waiting import ahead, enter, leave, lines_of, places_of, unassigned, waiting
from understudy.world.org import Org


def order(org: Org, queues: list[str] | None = None) -> list[str]:
    return [place.conversation for place in unassigned(org, lines_of(org, queues))]


def test_who_came_first_is_first(org: Org) -> None:
    for id_ in ("a", "b", "c"):
        enter(org, id_, f"acd-{id_}", "q1")
    assert order(org) == ["a", "b", "c"]


def test_a_point_of_priority_weighs_a_minute(org: Org, clock: ManualClock) -> None:
    enter(org, "early", "acd-early", "q1", priority=0)
    clock.advance(119)
    enter(org, "two points", "acd-two points", "q1", priority=2)
    enter(org, "one point", "acd-one point", "q1", priority=1)
    enter(org, "minus", "acd-minus", "q1", priority=-1)
    assert order(org) == ["two points", "early", "one point", "minus"]


def test_only_those_for_whom_nobody_rings_are_listed(org: Org) -> None:
    enter(org, "a", "acd-a", "q1", priority=0).alerting = "p1"
    enter(org, "b", "acd-b", "q2", priority=0)
    assert order(org) == ["b"]
    assert order(org, ["q1"]) == []


def test_a_conversation_gives_up_all_its_places_at_once(org: Org) -> None:
    enter(org, "a", "acd1", "q1")
    enter(org, "a", "acd2", "q2", media="callback")
    enter(org, "b", "acd3", "q2")
    assert [place.queue for place in places_of(org, "a")] == ["q1", "q2"]
    leave(org, "a")
    assert list(waiting(org)) == ["acd3"]


def test_everyone_in_a_queue_is_ahead_also_for_whom_somebody_rings(org: Org) -> None:
    enter(org, "a", "acd1", "q1").alerting = "p"
    enter(org, "b", "acd2", "q1", media="call", priority=1)
    enter(org, "c", "acd3", "q2")
    assert [place.conversation for place in ahead(org, "q1")] == ["b", "a"]
    assert [place.conversation for place in ahead(org, "q1", "call")] == ["b"]


def test_a_line_stays_in_order_as_places_come_and_go(org: Org, clock: ManualClock) -> None:
    for number in range(20):
        enter(org, f"c{number}", f"acd{number}", "q1", priority=number % 3, media=("message", "call")[number % 2])
        clock.advance(7)
    for number in range(0, 20, 4):
        leave(org, f"c{number}")
    waiting(org).pop("acd1")
    expected = sorted(waiting(org).values(), key=lambda place: place.rank)
    assert list(unassigned(org, lines_of(org))) == ahead(org, "q1") == expected
    assert waiting(org).pop("acd1", "gone") == "gone"
    waiting(org).clear()
    assert (lines_of(org), places_of(org, "c2"), dict(waiting(org))) == ([], [], {})


def test_a_place_taken_anew_is_one_place(org: Org) -> None:
    enter(org, "a", "acd1", "q1")
    enter(org, "a", "acd1", "q2", media="callback")
    assert order(org) == ["a"]
    assert lines_of(org) == [("q2", "callback")]
