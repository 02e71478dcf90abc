from __future__ import annotations

import pytest

from understudy.clock import ManualClock
from understudy.routing.agents import load, members, next_agent, queues_of, set_status, status_body, takes_more
from understudy.routing.waiting import Waiting
from understudy.world.org import Org


def place(preferred: str | None = None, media: str = "message") -> Waiting:
    return Waiting("c", "acd", "q1", 0.0, 0, preferred=preferred, media=media)


def test_who_was_never_heard_of_is_off_queue(org: Org) -> None:
    assert status_body(org, "u1") == {"userId": "u1", "status": "OFF_QUEUE"}
    assert not takes_more(org, "u1")


def test_a_change_of_status_is_told_once_with_its_time(org: Org) -> None:
    set_status(org, "u1", "IDLE")
    cursor = org.changes.end
    set_status(org, "u1", "IDLE")
    assert org.changes.end == cursor
    last = org.changes.read(cursor - 1)[0]
    assert (last.kind, last.data) == ("user.routingStatus", {"user": "u1", "status": "IDLE"})
    assert status_body(org, "u1")["startTime"] == "2026-01-01T00:00:00.000Z"


@pytest.mark.parametrize(
    ("status", "busy", "able"),
    [
        ("IDLE", 0, True),
        ("INTERACTING", 3, True),
        ("INTERACTING", 4, False),
        ("NOT_RESPONDING", 0, False),
        ("OFF_QUEUE", 0, False),
        ("COMMUNICATING", 0, False),
    ],
)
def test_an_agent_takes_more_below_his_capacity_while_on_queue(org: Org, status: str, busy: int, able: bool) -> None:
    set_status(org, "u1", status)
    load(org, "u1").update({f"p{i}": True for i in range(busy)})
    assert takes_more(org, "u1") is able


def test_the_longest_idle_of_the_least_busy_is_next(org: Org, clock: ManualClock) -> None:
    set_status(org, "u2", "IDLE")
    clock.advance(5)
    set_status(org, "u1", "IDLE")
    assert next_agent(org, place(None)) == "u2"
    load(org, "u2")["p"] = False
    assert next_agent(org, place(None)) == "u1"


def test_the_preferred_agent_goes_first_where_he_can(org: Org) -> None:
    set_status(org, "u2", "IDLE")
    set_status(org, "u1", "IDLE")
    assert next_agent(org, place("u1")) == "u1"
    set_status(org, "u1", "OFF_QUEUE")
    assert next_agent(org, place("u1")) == "u2"


def test_who_has_not_joined_the_queue_is_not_asked(org: Org) -> None:
    set_status(org, "u1", "IDLE")
    org.live["queue.members"]["q1"]["u1"] = False
    assert next_agent(org, place(None)) is None
    assert next_agent(org, Waiting("c", "acd", "q9", 0.0, 0)) is None
    assert (queues_of(org, "u1"), queues_of(org, "u2")) == ([], ["q1", "q2"])
    assert members(org, "q9") == {}
