from __future__ import annotations

import pytest

from understudy.clock import ManualClock
from understudy.conversations.commands import AgentAccept, Disconnect, RoutingStatus
from understudy.conversations.media import Callback
from understudy.conversations.media_commands import (
    AddCallback,
    CallbackDue,
    ChangeCallback,
    Destination,
    Routing,
    StartCall,
    StartCallback,
)
from understudy.conversations.model import Conversation
from understudy.errors import Refused
from understudy.world.org import Org


def start(org: Org, scheduled: float | None = None, **routing: int) -> Conversation:
    made: Conversation = org.perform(
        StartCallback(Callback(("+4930",), "Ann", scheduled), Routing("q1", routing.get("priority", 0)))
    )
    return made


def test_callbacks_wait_in_the_order_of_time_and_priority(org: Org, clock: ManualClock) -> None:
    first = start(org)
    clock.advance(30)
    second = start(org, priority=1)  # a point weighs a minute
    org.perform(RoutingStatus("u1", "IDLE"))
    assert (first.live("agent"), second.live("agent") is None) == (None, False)


def test_the_queue_s_settings_for_callbacks_hold(org: Org, clock: ManualClock) -> None:
    settings = {"callback": {"alertingTimeoutSeconds": 7}, "message": {"alertingTimeoutSeconds": 60}}
    org.entities.put("routing.queues", "q1", {"id": "q1", "name": "Support", "mediaSettings": settings})
    org.perform(RoutingStatus("u1", "IDLE"))
    agent = start(org).live("agent")
    assert agent is not None
    assert agent.alerting_timeout == 7
    settings["callback"] = {"enableAutoAnswer": True}
    org.perform(RoutingStatus("u2", "IDLE"))
    answered = start(org).live("agent")
    assert answered is not None
    assert answered.communication.state == "connected"


def test_a_declined_callback_goes_back_to_its_queue(org: Org, clock: ManualClock) -> None:
    org.perform(RoutingStatus("u1", "IDLE"))
    callback = start(org)
    clock.advance(31)
    org.tick()
    org.perform(RoutingStatus("u2", "IDLE"))
    assert [(p.purpose, p.user) for p in callback.participants if p.is_live] == [
        ("customer", None),
        ("acd", None),
        ("agent", "u2"),
    ]


def test_a_callback_that_is_gone_does_not_fall_due(org: Org) -> None:
    callback = start(org, org.now() + 60)
    acd = callback.participants[1].id
    org.perform(Disconnect(callback.id))
    org.perform(CallbackDue(callback.id, acd))
    org.perform(CallbackDue("nope", acd))
    assert [p.is_live for p in callback.participants] == [False, False]
    assert org.live.get("routing.waiting", {}) == {}


def test_a_change_moves_the_callback_at_once_where_it_waits(org: Org) -> None:
    callback = start(org)
    org.live["queue.members"]["q1"] = {"u1": True}
    org.perform(RoutingStatus("u2", "IDLE"))
    org.perform(ChangeCallback(callback.id, queue="q2", numbers=("+4940",)))
    agent = callback.live("agent")
    assert agent is not None
    assert (agent.user, agent.queue_name) == ("u2", "Sales")
    with pytest.raises(Refused, match="no callback that waits"):
        org.perform(ChangeCallback(callback.id, queue="q1"))


def test_the_customer_of_a_call_is_called_back_later(org: Org, clock: ManualClock) -> None:
    call: Conversation = org.perform(StartCall("u2", (Destination("+4930"),), queue="q2"))
    customer = call.customer
    org.perform(AddCallback(call.id, customer.id, Callback(("+4930",), "Ann", org.now() + 600), Routing("q1")))
    org.perform(Disconnect(call.id, customer.id, communication=customer.communication.id))
    assert [(p.purpose, p.is_live) for p in call.participants] == [("agent", False), ("customer", True), ("acd", True)]
    org.perform(RoutingStatus("u1", "IDLE"))
    clock.advance(601)
    org.tick()
    agent = call.participants[3]
    org.perform(AgentAccept(call.id, agent.id))
    org.perform(Disconnect(call.id, agent.id))
    assert call.ended is not None


@pytest.mark.parametrize("ahead", [-1.0, 0.0, 10.0**9])
def test_a_time_that_has_passed_or_is_too_far_is_refused(org: Org, ahead: float) -> None:
    with pytest.raises(Refused, match="callbackScheduledTime"):
        start(org, org.now() + ahead)
    assert org.conversations == {}
