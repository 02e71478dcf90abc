from __future__ import annotations

import pytest

from understudy.clock import ManualClock
from understudy.conversations.commands import AgentAccept, CustomerMessage, Disconnect, RoutingStatus
from understudy.conversations.media_commands import Destination, Park, Resume, StartCall
from understudy.conversations.model import Conversation, Leg, Participant
from understudy.errors import Refused
from understudy.routing.agents import load, statuses
from understudy.world.org import Org


@pytest.fixture
def said(org: Org) -> Conversation:
    """Uma talks to Ann by message."""
    org.perform(RoutingStatus("u1", "IDLE"))
    made: Conversation = org.perform(CustomerMessage(Leg("open_messaging", "i1", "ann"), text="x"))[0]
    org.perform(AgentAccept(made.id, agent(made).id))
    return made


def agent(conversation: Conversation) -> Participant:
    return next(p for p in reversed(conversation.participants) if p.purpose == "agent")


def test_a_parked_message_counts_no_more_until_it_is_taken_up(org: Org, said: Conversation) -> None:
    org.perform(Park(said.id, agent(said).id))
    assert (load(org, "u1"), statuses(org)["u1"], said.ended) == ({}, "IDLE", None)
    org.perform(Resume(said.id, agent(said).id))
    assert (load(org, "u1"), statuses(org)["u1"]) == ({agent(said).id: True}, "INTERACTING")


def test_at_its_time_it_rings_and_goes_back_to_the_queue_unanswered(
    org: Org, said: Conversation, clock: ManualClock
) -> None:
    parked = agent(said)
    org.perform(Park(said.id, parked.id, org.now() + 60))
    clock.advance(61)
    org.tick()
    assert parked.communication.state == "alerting"
    clock.advance(31)
    org.tick()
    assert (parked.communication.disconnect_type, statuses(org)["u1"]) == ("transfer.noanswer", "NOT_RESPONDING")
    assert said.participants[-1].purpose == "acd"


def test_an_ended_conversation_is_not_resumed(org: Org, said: Conversation, clock: ManualClock) -> None:
    org.perform(Park(said.id, agent(said).id, org.now() + 60))
    org.perform(Disconnect(said.id))
    clock.advance(61)
    org.tick()
    assert agent(said).communication.state == "disconnected"
    assert org.perform(Resume(said.id, agent(said).id, is_due=True)) is None


def test_only_a_connected_agent_s_message_or_email_is_parked(org: Org, said: Conversation) -> None:
    with pytest.raises(Refused):
        org.perform(Park(said.id, said.customer.id))
    with pytest.raises(Refused, match="passed"):
        org.perform(Park(said.id, agent(said).id, org.now()))
    with pytest.raises(Refused, match="not parked"):
        org.perform(Resume(said.id, agent(said).id))
    call: Conversation = org.perform(StartCall("u2", (Destination(user="u1"),)))
    org.perform(AgentAccept(call.id, call.participants[1].id))
    with pytest.raises(Refused):
        org.perform(Park(call.id, call.participants[1].id))
