from __future__ import annotations

import pytest

from understudy.clock import ManualClock
from understudy.conversations.commands import AgentAccept, Disconnect, RoutingStatus
from understudy.conversations.media_commands import AddToCall, CallProgress, Destination, Join, StartCall
from understudy.conversations.model import Conversation
from understudy.conversations.retention import PARTICIPANTS_KEPT
from understudy.errors import Refused
from understudy.routing.agents import load, statuses
from understudy.world.org import Org

NUMBER = Destination("+4930")


def test_a_call_for_a_queue_busies_its_agent_and_leaves_after_call_work(org: Org, clock: ManualClock) -> None:
    org.perform(RoutingStatus("u1", "IDLE"))
    call: Conversation = org.perform(StartCall("u1", (NUMBER,), queue="q1"))
    agent, customer = call.participants
    assert [(p.purpose, p.queue_name) for p in call.participants] == [("agent", "Support"), ("customer", "")]
    assert (load(org, "u1"), statuses(org)["u1"]) == ({agent.id: True}, "INTERACTING")
    org.perform(CallProgress(call.id, customer.id, "connected"))
    org.perform(Disconnect(call.id, agent.id))
    assert (agent.in_wrapup, customer.communication.disconnect_type) == (True, "peer")


def test_a_call_without_a_queue_is_between_a_user_and_somebody_outside(org: Org) -> None:
    org.perform(RoutingStatus("u1", "IDLE"))
    call: Conversation = org.perform(StartCall("u1", (NUMBER,)))
    assert [p.purpose for p in call.participants] == ["user", "external"]
    assert (load(org, "u1"), statuses(org)["u1"]) == ({}, "IDLE")  # not ACD
    org.perform(Disconnect(call.id))
    assert not call.participants[0].in_wrapup


def test_a_colleague_who_does_not_answer_ends_the_call(org: Org, clock: ManualClock) -> None:
    call: Conversation = org.perform(StartCall("u1", (Destination(user="u2"),)))
    clock.advance(31)
    org.tick()
    assert [p.communication.disconnect_type for p in call.participants] == ["system", "transfer.noanswer"]
    assert call.ended is not None


def test_two_colleagues_hang_up_one_after_the_other(org: Org) -> None:
    call: Conversation = org.perform(StartCall("u1", (Destination(user="u2"),)))
    org.perform(AgentAccept(call.id, call.participants[1].id))
    org.perform(Disconnect(call.id, call.participants[0].id))
    assert [p.communication.disconnect_type for p in call.participants] == ["client", "peer"]


def test_who_is_called_in_does_not_send_the_others_away(org: Org) -> None:
    org.perform(RoutingStatus("u2", "IDLE"))
    call: Conversation = org.perform(StartCall("u1", (NUMBER,)))
    org.perform(AddToCall(call.id, Destination(queue="q2")))
    assert [(p.purpose, p.is_live) for p in call.participants] == [
        ("user", True),
        ("external", True),
        ("acd", True),
        ("agent", True),
    ]
    org.perform(AgentAccept(call.id, call.participants[3].id))
    assert [p.is_live for p in call.participants] == [True, True, False, True]


@pytest.mark.parametrize(
    ("command", "text"),
    [
        (StartCall("nope", (NUMBER,)), "no user nope"),
        (StartCall("u1", ()), "Call 1 to"),
        (StartCall("u1", (Destination(),)), "exactly one"),
        (StartCall("u1", (NUMBER,), queue="nope"), "no queue nope"),
        (StartCall("u1", (NUMBER,), priority=10**9), "Priority"),
        (StartCall("u1", (NUMBER,), attributes={"a": None}), "null"),  # type: ignore[dict-item]
        (StartCall("u1", (Destination(user="u1"),)), "himself"),
    ],
)
def test_nothing_is_left_of_a_call_that_cannot_begin(org: Org, command: StartCall, text: str) -> None:
    with pytest.raises(Refused, match=text):
        org.perform(command)
    assert org.conversations == {}


def test_who_only_listens_keeps_no_call_alive(org: Org) -> None:
    call: Conversation = org.perform(StartCall("u1", (NUMBER,), queue="q1"))
    org.perform(CallProgress(call.id, call.participants[1].id, "connected"))
    listener = org.perform(Join(call.id, call.participants[0].id, "u2", "monitor"))
    org.perform(Disconnect(call.id, call.participants[1].id))
    assert (call.ended is not None, listener.is_live) == (True, False)


def test_only_a_connected_agent_is_joined_and_only_in_a_known_role(org: Org) -> None:
    call: Conversation = org.perform(StartCall("u1", (NUMBER,), queue="q1"))
    with pytest.raises(Refused, match="no connected agent"):
        org.perform(Join(call.id, call.participants[0].id, "u2", "coach"))  # still dialling
    with pytest.raises(Refused, match="none of barge"):
        org.perform(Join(call.id, call.participants[0].id, "u2", "spy"))


def test_a_conversation_holds_so_many_participants_and_no_more(org: Org) -> None:
    call: Conversation = org.perform(StartCall("u1", (NUMBER,)))
    for number in range(PARTICIPANTS_KEPT):
        if len(call.participants) > PARTICIPANTS_KEPT:
            break
        other = org.perform(AddToCall(call.id, Destination(f"+{number}")))
        org.perform(Disconnect(call.id, other.id))
    with pytest.raises(Refused, match="at most 500"):
        org.perform(AddToCall(call.id, NUMBER))
