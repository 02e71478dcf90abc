from __future__ import annotations

from typing import Any

import pytest

from understudy.clock import ManualClock
from understudy.conversations.commands import (
    AgentAccept,
    AgentNoAnswer,
    AssignWaiting,
    CustomerMessage,
    Disconnect,
    RoutingStatus,
)
from understudy.conversations.model import CommunicationState, Conversation, Leg, Participant
from understudy.errors import Refused
from understudy.world.org import Org


def talk(org: Org, address: str = "ann") -> Conversation:
    conversation: Conversation = org.perform(CustomerMessage(Leg("open_messaging", "i1", address), text="hello"))[0]
    return conversation


def agent_of(conversation: Conversation) -> Participant:
    agent = conversation.live("agent")
    assert agent is not None
    return agent


def shape(conversation: Conversation) -> list[tuple[str, str, str | None]]:
    return [
        (p.purpose, p.communication.state.value, p.communication.disconnect_type) for p in conversation.participants
    ]


def status(org: Org, user: str) -> Any:
    return org.live["routing.status"][user]


def test_an_idle_member_is_alerted_and_the_acd_stays_connected(org: Org) -> None:
    org.perform(RoutingStatus("u1", "IDLE"))
    conversation = talk(org)
    assert shape(conversation) == [
        ("customer", "connected", None),
        ("workflow", "disconnected", "transfer"),
        ("acd", "connected", None),
        ("agent", "alerting", None),
    ]
    agent = agent_of(conversation)
    assert (agent.user, agent.queue, agent.name, agent.alerting_timeout) == ("u1", "q1", "Uma", 30.0)


def test_without_an_agent_it_waits_and_the_first_to_go_idle_gets_the_oldest(org: Org, clock: ManualClock) -> None:
    first = talk(org, "ann")
    clock.advance(1)
    second = talk(org, "bob")
    assert first.live("agent") is None
    org.perform(RoutingStatus("u1", "IDLE"))
    alerted = [c.conversation for c in org.changes.read(0) if c.kind == "participant.added" and c.data["user"]]
    assert alerted == [first.id, second.id]


def test_an_accepted_conversation_is_the_agent_s_and_the_acd_is_done(org: Org) -> None:
    org.perform(RoutingStatus("u1", "IDLE"))
    conversation = talk(org)
    agent = agent_of(conversation)
    org.perform(AgentAccept(conversation.id, agent.id))
    assert shape(conversation)[2:] == [("acd", "disconnected", "transfer"), ("agent", "connected", None)]
    assert (conversation.last_agent, status(org, "u1")) == ("u1", "INTERACTING")
    assert org.live["routing.waiting"] == {}


def test_an_alert_that_runs_out_goes_to_the_next_agent(org: Org, clock: ManualClock) -> None:
    org.perform(RoutingStatus("u1", "IDLE"))
    clock.advance(1)
    org.perform(RoutingStatus("u2", "IDLE"))
    conversation = talk(org)
    assert agent_of(conversation).user == "u1"
    clock.advance(29.9)
    assert org.tick() == 0
    clock.advance(0.1)
    org.tick()
    assert status(org, "u1") == "NOT_RESPONDING"
    assert shape(conversation)[2:] == [
        ("acd", "connected", None),
        ("agent", "disconnected", "transfer.noanswer"),
        ("agent", "alerting", None),
    ]
    assert agent_of(conversation).user == "u2"


def test_with_nobody_else_it_waits_on_until_the_agent_is_idle_again(org: Org, clock: ManualClock) -> None:
    org.perform(RoutingStatus("u1", "IDLE"))
    conversation = talk(org)
    clock.advance(30)
    org.tick()
    assert conversation.live("agent") is None
    assert conversation.live("acd") is not None
    org.perform(RoutingStatus("u1", "IDLE"))
    assert agent_of(conversation).user == "u1"


def test_an_accepted_alert_does_not_run_out(org: Org, clock: ManualClock) -> None:
    org.perform(RoutingStatus("u1", "IDLE"))
    conversation = talk(org)
    org.perform(AgentAccept(conversation.id, agent_of(conversation).id))
    clock.advance(600)
    org.tick()
    assert agent_of(conversation).communication.state is CommunicationState.CONNECTED


def test_the_queue_s_own_alerting_timeout_holds(org: Org, clock: ManualClock) -> None:
    settings = {"message": {"alertingTimeoutSeconds": 7}}
    org.entities.put("routing.queues", "q1", {"id": "q1", "name": "Support", "mediaSettings": settings})
    org.perform(RoutingStatus("u1", "IDLE"))
    conversation = talk(org)
    clock.advance(7)
    org.tick()
    assert conversation.live("agent") is None


def test_a_queue_with_automatic_answer_connects_at_once(org: Org) -> None:
    settings = {"message": {"enableAutoAnswer": True}}
    org.entities.put("routing.queues", "q1", {"id": "q1", "name": "Support", "mediaSettings": settings})
    org.perform(RoutingStatus("u1", "IDLE"))
    assert agent_of(talk(org)).communication.state is CommunicationState.CONNECTED


def test_beyond_the_capacity_conversations_wait_until_one_is_done(org: Org) -> None:
    org.perform(RoutingStatus("u1", "IDLE"))
    conversations = [talk(org, f"c{i}") for i in range(5)]
    for conversation in conversations[:4]:
        org.perform(AgentAccept(conversation.id, agent_of(conversation).id))
    assert conversations[4].live("agent") is None
    org.perform(Disconnect(conversations[0].id))
    assert agent_of(conversations[4]).user == "u1"
    assert status(org, "u1") == "INTERACTING"


def test_the_agent_is_idle_again_when_the_last_conversation_is_done(org: Org) -> None:
    org.perform(RoutingStatus("u1", "IDLE"))
    conversation = talk(org)
    org.perform(AgentAccept(conversation.id, agent_of(conversation).id))
    org.perform(Disconnect(conversation.id))
    assert status(org, "u1") == "IDLE"


def test_idle_while_talking_means_interacting(org: Org) -> None:
    org.perform(RoutingStatus("u1", "IDLE"))
    conversation = talk(org)
    org.perform(AgentAccept(conversation.id, agent_of(conversation).id))
    assert org.perform(RoutingStatus("u1", "IDLE"))["status"] == "INTERACTING"


def test_a_new_member_gets_who_waits(org: Org) -> None:
    org.live["queue.members"]["q1"] = {}
    org.perform(RoutingStatus("u1", "IDLE"))
    conversation = talk(org)
    org.live["queue.members"]["q1"] = {"u1": True}
    org.perform(AssignWaiting("q2"))
    assert conversation.live("agent") is None
    org.perform(AssignWaiting())
    assert agent_of(conversation).user == "u1"


def test_only_an_alerting_agent_can_accept(org: Org) -> None:
    org.perform(RoutingStatus("u1", "IDLE"))
    conversation = talk(org)
    agent = agent_of(conversation)
    org.perform(AgentAccept(conversation.id, agent.id))
    for participant in (agent, conversation.customer):
        with pytest.raises(Refused) as refused:
            org.perform(AgentAccept(conversation.id, participant.id))
        assert refused.value.code == "postino.error.answer.not.alerting"


def test_a_late_timer_does_nothing(org: Org) -> None:
    assert org.perform(AgentNoAnswer("nope", "nope")) is None
    org.perform(RoutingStatus("u1", "IDLE"))
    conversation = talk(org)
    agent = agent_of(conversation)
    org.perform(AgentAccept(conversation.id, agent.id))
    cursor = org.changes.end
    org.perform(AgentNoAnswer(conversation.id, agent.id))
    assert org.changes.end == cursor


@pytest.mark.parametrize(("user", "wanted", "http_status"), [("u9", "IDLE", 404), ("u1", "ASLEEP", 400)])
def test_unknown_users_and_statuses_are_refused(org: Org, user: str, wanted: str, http_status: int) -> None:
    with pytest.raises(Refused) as refused:
        org.perform(RoutingStatus(user, wanted))
    assert refused.value.status == http_status
