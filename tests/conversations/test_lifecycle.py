from __future__ import annotations

from typing import Any

import pytest

from understudy.conversations.commands import (
    AgentAccept,
    CustomerMessage,
    Disconnect,
    Hold,
    IntervalDue,
    RoutingStatus,
    SetAttributes,
)
from understudy.conversations.lifecycle import ATTRIBUTES_MAX
from understudy.conversations.model import Conversation, Leg, Participant
from understudy.errors import Refused
from understudy.world.org import Org


@pytest.fixture
def conversation(org: Org) -> Conversation:
    """A conversation with the agent u1 connected."""
    org.perform(RoutingStatus("u1", "IDLE"))
    conversation: Conversation = org.perform(CustomerMessage(Leg("open_messaging", "i1", "ann"), text="hello"))[0]
    agent = conversation.live("agent")
    assert agent is not None
    org.perform(AgentAccept(conversation.id, agent.id))
    return conversation


def party(conversation: Conversation, purpose: str) -> Participant:
    return next(p for p in reversed(conversation.participants) if p.purpose == purpose)


def kinds_of_end(conversation: Conversation) -> dict[str, str | None]:
    return {p.purpose: p.communication.disconnect_type for p in conversation.participants}


def test_the_conversation_ends_when_the_agent_leaves(org: Org, conversation: Conversation) -> None:
    org.perform(Disconnect(conversation.id, party(conversation, "agent").id))
    assert conversation.ended == conversation.disconnected == org.now()
    assert kinds_of_end(conversation) == {
        "customer": "peer",
        "workflow": "transfer",
        "acd": "transfer",
        "agent": "client",
    }
    assert [c.kind for c in org.changes.read(0)][-2:] == ["participant.state", "conversation.ended"]


def test_when_the_customer_leaves_the_others_are_left(org: Org, conversation: Conversation) -> None:
    org.perform(Disconnect(conversation.id, conversation.customer.id, "endpoint"))
    assert conversation.customer.communication.disconnect_type == "endpoint"
    assert party(conversation, "agent").communication.disconnect_type == "peer"
    assert conversation.ended is not None


def test_the_whole_conversation_can_be_ended(org: Org, conversation: Conversation) -> None:
    org.perform(Disconnect(conversation.id, kind="system"))
    assert conversation.customer.communication.disconnect_type == "system"
    assert party(conversation, "agent").communication.disconnect_type == "system"


def test_ending_twice_changes_nothing(org: Org, conversation: Conversation) -> None:
    org.perform(Disconnect(conversation.id))
    cursor = org.changes.end
    org.perform(Disconnect(conversation.id))
    org.perform(Disconnect(conversation.id, party(conversation, "agent").id))
    assert org.changes.end == cursor


def test_a_conversation_that_waits_ends_without_being_given_to_an_agent_again(org: Org) -> None:
    org.perform(RoutingStatus("u1", "IDLE"))
    conversation: Conversation = org.perform(CustomerMessage(Leg("open_messaging", "i1", "bob"), text="x"))[0]
    org.perform(Disconnect(conversation.id))
    assert [p.purpose for p in conversation.participants] == ["customer", "workflow", "acd", "agent"]
    assert org.live["routing.waiting"] == {}
    assert org.live["routing.load"]["u1"] == {}
    assert org.live["routing.status"]["u1"] == "IDLE"


def test_an_alerting_agent_who_hangs_up_declines(org: Org) -> None:
    org.perform(RoutingStatus("u1", "IDLE"))
    conversation: Conversation = org.perform(CustomerMessage(Leg("open_messaging", "i1", "bob"), text="x"))[0]
    org.perform(Disconnect(conversation.id, party(conversation, "agent").id))
    assert party(conversation, "agent").communication.disconnect_type == "transfer.noanswer"
    assert conversation.live("acd") is not None
    assert conversation.ended is None


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (Disconnect("nope"), 404),
        (Disconnect("known", "nope"), 404),
        (Disconnect("known", kind="bored"), 400),
        (SetAttributes("known", "nope", {}), 404),
        (Hold("known", "nope", True), 404),
    ],
)
def test_unknown_ids_and_kinds_are_refused(org: Org, conversation: Conversation, command: Any, status: int) -> None:
    known = {"conversation": conversation.id} if command.conversation == "known" else {}
    fields = {name: getattr(command, name) for name in command.__slots__} | known
    with pytest.raises(Refused) as refused:
        org.perform(type(command)(**fields))
    assert refused.value.status == status


def test_attributes_are_merged_and_told(org: Org, conversation: Conversation) -> None:
    customer = conversation.customer
    org.perform(SetAttributes(conversation.id, customer.id, {"a": "1", "b": "2"}))
    org.perform(SetAttributes(conversation.id, customer.id, {"b": "3"}))
    assert customer.attributes == {"a": "1", "b": "3"}
    last = org.changes.read(org.changes.end - 1)[0]
    assert last.data == {"participant": customer.id, "attributes": {"b": "3"}, "media": "message"}


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ({"a": None}, "conversation.error.participant.attribute.null"),
        ({"a": 7}, "invalid.value"),
        ({str(i): "" for i in range(ATTRIBUTES_MAX + 1)}, "constraint.validation"),
    ],
)
def test_attributes_that_are_no_strings_or_too_many_are_refused(
    org: Org, conversation: Conversation, attributes: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        org.perform(SetAttributes(conversation.id, conversation.customer.id, attributes))
    assert refused.value.code == code
    assert conversation.customer.attributes == {}


def test_only_who_is_connected_can_be_held(org: Org, conversation: Conversation) -> None:
    agent = party(conversation, "agent")
    org.perform(Hold(conversation.id, agent.id, True))
    assert agent.communication.held
    org.perform(Disconnect(conversation.id))
    assert not agent.communication.held
    with pytest.raises(Refused, match="not connected"):
        org.perform(Hold(conversation.id, agent.id, True))


def test_an_interval_of_an_interface_becomes_its_effect(org: Org) -> None:
    org.perform(IntervalDue("open_messaging", "retry:7"))
    (effect,) = org.take_effects("open_messaging")
    assert (effect.kind, effect.data) == ("interval", {"key": "retry:7"})
