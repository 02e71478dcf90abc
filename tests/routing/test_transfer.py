from __future__ import annotations

import pytest

from understudy.clock import ManualClock
from understudy.conversations.commands import (
    AgentAccept,
    CustomerMessage,
    Disconnect,
    EnterQueue,
    RoutingStatus,
    Transfer,
)
from understudy.conversations.model import Conversation, Leg, Participant
from understudy.errors import Refused
from understudy.world.org import Org


@pytest.fixture
def conversation(org: Org) -> Conversation:
    """A conversation with the agent u1 connected."""
    org.perform(RoutingStatus("u1", "IDLE"))
    conversation: Conversation = org.perform(CustomerMessage(Leg("open_messaging", "i1", "ann"), text="hello"))[0]
    org.perform(AgentAccept(conversation.id, agent_of(conversation).id))
    return conversation


def agent_of(conversation: Conversation) -> Participant:
    agent = conversation.live("agent")
    assert agent is not None
    return agent


def live(conversation: Conversation) -> list[str]:
    return [p.purpose for p in conversation.participants if p.is_live]


def test_a_transfer_to_a_queue_leaves_the_customer_there(org: Org, conversation: Conversation) -> None:
    agent = agent_of(conversation)
    org.perform(Transfer(conversation.id, agent.id, queue="q2"))
    assert agent.communication.disconnect_type == "transfer"
    assert live(conversation) == ["customer", "acd"]
    acd = conversation.live("acd")
    assert acd is not None
    assert (acd.queue, acd.queue_name) == ("q2", "Sales")
    assert conversation.ended is None


def test_another_agent_of_the_queue_gets_it_not_who_gave_it_away(
    org: Org, conversation: Conversation, clock: ManualClock
) -> None:
    org.perform(RoutingStatus("u2", "IDLE"))
    clock.advance(5)
    org.perform(Transfer(conversation.id, agent_of(conversation).id, queue="q1"))
    assert agent_of(conversation).user == "u2"


def test_a_transfer_to_a_user_alerts_him_even_off_queue(org: Org, conversation: Conversation) -> None:
    first = agent_of(conversation)
    org.perform(Transfer(conversation.id, first.id, user="u2"))
    assert first.communication.disconnect_type == "transfer"
    assert live(conversation) == ["customer", "agent"]
    second = agent_of(conversation)
    assert second.user == "u2"
    org.perform(AgentAccept(conversation.id, second.id))
    assert conversation.last_agent == "u2"


def test_a_user_who_does_not_answer_sends_it_back_to_the_queue(
    org: Org, conversation: Conversation, clock: ManualClock
) -> None:
    org.perform(RoutingStatus("u1", "OFF_QUEUE"))
    org.perform(Transfer(conversation.id, agent_of(conversation).id, user="u2"))
    clock.advance(30)
    org.tick()
    assert live(conversation) == ["customer", "acd"]
    acd = conversation.live("acd")
    assert acd is not None
    assert acd.queue == "q1"


def test_where_there_is_no_queue_any_more_the_conversation_ends(
    org: Org, conversation: Conversation, clock: ManualClock
) -> None:
    org.perform(Transfer(conversation.id, agent_of(conversation).id, user="u2"))
    org.entities.remove("routing.queues", "q1")
    clock.advance(30)
    org.tick()
    assert conversation.ended is not None
    assert conversation.customer.communication.disconnect_type == "system"


def test_a_waiting_conversation_can_be_moved_to_another_queue_or_given_to_a_user(org: Org) -> None:
    waits: Conversation = org.perform(CustomerMessage(Leg("open_messaging", "i1", "bob"), text="x"))[0]
    acd = waits.live("acd")
    assert acd is not None
    org.perform(Transfer(waits.id, acd.id, queue="q2"))
    assert [p.queue for p in waits.participants if p.purpose == "acd"] == ["q1", "q2"]
    again = waits.live("acd")
    assert again is not None
    org.perform(Transfer(waits.id, again.id, user="u1"))
    assert live(waits) == ["customer", "agent"]
    assert org.live["routing.waiting"] == {}


def test_bad_transfers_are_refused_and_change_nothing(org: Org, conversation: Conversation) -> None:
    agent, cursor = agent_of(conversation).id, org.changes.end
    cases = [
        (Transfer(conversation.id, agent), 400, "conversation.error.queue.required"),
        (Transfer(conversation.id, agent, queue="q9"), 400, "queue.not.found"),
        (Transfer(conversation.id, agent, user="u9"), 404, "not.found"),
        (Transfer(conversation.id, agent, user="u1"), 400, "conversation.error.cannot.transfer.to.self"),
        (Transfer(conversation.id, conversation.customer.id, queue="q2"), 400, "postino.error.transfer.not.connected"),
        (Transfer(conversation.id, "nope", queue="q2"), 404, "conversation.error.not.conversation.participant"),
        (EnterQueue(conversation.id, "q1", 25_000_001), 400, "invalid.priority"),
        (EnterQueue("nope", "q1"), 404, "conversation.error.conversation.not.found"),
    ]
    for command, status, code in cases:
        with pytest.raises(Refused) as refused:
            org.perform(command)
        assert (refused.value.status, refused.value.code) == (status, code)
    assert org.changes.end == cursor


def test_an_ended_conversation_is_not_transferred(org: Org, conversation: Conversation) -> None:
    agent = agent_of(conversation).id
    org.perform(Disconnect(conversation.id))
    with pytest.raises(Refused, match="has ended"):
        org.perform(Transfer(conversation.id, agent, queue="q2"))


def test_priority_is_kept_with_the_acd_participant_and_orders_the_queue(org: Org) -> None:
    low: Conversation = org.perform(CustomerMessage(Leg("open_messaging", "i1", "low"), text="x"))[0]
    high: Conversation = org.perform(CustomerMessage(Leg("open_messaging", "i1", "high"), text="x"))[0]
    acd = org.perform(EnterQueue(high.id, "q1", priority=5))
    assert acd.priority == 5
    org.perform(RoutingStatus("u1", "IDLE"))
    alerted = [c.conversation for c in org.changes.read(0) if c.kind == "participant.added" and c.data["user"]]
    assert alerted == [high.id, low.id]
