from __future__ import annotations

import pytest

from understudy.clock import ManualClock
from understudy.conversations.commands import (
    AgentAccept,
    AgentlessMessage,
    CustomerMessage,
    Disconnect,
    RoutingStatus,
    SendMessage,
)
from understudy.conversations.model import Conversation, Leg, Message, Participant, Sender
from understudy.errors import Refused
from understudy.world.org import Org

TYPING = ({"eventType": "Typing", "typing": {"type": "On", "duration": 5000}},)


@pytest.fixture
def conversation(org: Org) -> Conversation:
    """A conversation with the agent u1 connected."""
    org.perform(RoutingStatus("u1", "IDLE"))
    conversation: Conversation = org.perform(CustomerMessage(Leg("open_messaging", "i1", "ann"), text="hello"))[0]
    org.perform(AgentAccept(conversation.id, agent_of(conversation).id))
    org.take_effects("open_messaging")
    return conversation


def agent_of(conversation: Conversation) -> Participant:
    agent = conversation.live("agent")
    assert agent is not None
    return agent


def send(org: Org, conversation: Conversation, text: str = "hi", **more: object) -> Message:
    communication = agent_of(conversation).communication.id
    command = SendMessage(conversation.id, communication, Sender.AGENT, text, user="u1", **more)  # type: ignore[arg-type]
    message: Message = org.perform(command)
    return message


def test_a_message_is_queued_listed_and_delivered_by_the_leg_s_interface(org: Org, conversation: Conversation) -> None:
    message = send(org, conversation, "hi")
    assert (message.status, message.direction, message.user) == ("queued", "outbound", "u1")
    assert agent_of(conversation).communication.messages == [message.id]
    (effect,) = org.take_effects("open_messaging")
    assert (effect.kind, effect.conversation, effect.customer) == ("deliver", conversation.id, "ann")
    assert effect.data == {"message": message.id, "integration": "i1"}


def test_the_change_says_who_said_what(org: Org, conversation: Conversation) -> None:
    cursor = org.changes.end
    message = send(org, conversation, "hi")
    (change,) = org.changes.read(cursor)
    assert change.kind == "message.sent"
    assert change.data == {"message": message.id, "text": "hi", "type": "Text", "sender": "agent"}


def test_text_up_to_the_limit_is_accepted_and_one_more_character_is_refused(
    org: Org, conversation: Conversation
) -> None:
    assert send(org, conversation, "é" * 4000).status == "queued"
    with pytest.raises(Refused) as refused:
        send(org, conversation, "é" * 4001)
    assert (refused.value.status, refused.value.code) == (400, "constraint.validation")
    assert refused.value.limit == {"key": "outbound.characters.max", "namespace": "open-messaging", "value": 4000}


def test_an_empty_message_is_refused(org: Org, conversation: Conversation) -> None:
    with pytest.raises(Refused, match="needs text or content"):
        send(org, conversation, "")


def test_an_ended_conversation_takes_no_message(org: Org, conversation: Conversation) -> None:
    communication = agent_of(conversation).communication.id
    org.perform(Disconnect(conversation.id))
    with pytest.raises(Refused) as refused:
        org.perform(SendMessage(conversation.id, communication, Sender.AGENT, "hi"))
    assert (refused.value.status, refused.value.code) == (
        400,
        "conversation.error.participant.no.active.conversations",
    )


@pytest.mark.parametrize("purpose", ["customer", "workflow"])
def test_a_communication_that_is_not_connected_or_the_customer_s_is_refused(
    org: Org, conversation: Conversation, purpose: str
) -> None:
    communication = next(p for p in conversation.participants if p.purpose == purpose).communication.id
    with pytest.raises(Refused) as refused:
        org.perform(SendMessage(conversation.id, communication, Sender.AGENT, "hi"))
    assert (refused.value.status, refused.value.code) == (403, "conversation.error.forbidden.not.active.participant")


def test_an_alerting_agent_may_not_speak_yet(org: Org) -> None:
    org.perform(RoutingStatus("u1", "IDLE"))
    conversation: Conversation = org.perform(CustomerMessage(Leg("open_messaging", "i1", "bob"), text="x"))[0]
    with pytest.raises(Refused, match="not connected"):
        send(org, conversation)


@pytest.mark.parametrize(("conversation_id", "communication"), [("nope", "nope"), (None, "nope")])
def test_unknown_ids_are_not_found(
    org: Org, conversation: Conversation, conversation_id: str | None, communication: str
) -> None:
    with pytest.raises(Refused) as refused:
        org.perform(SendMessage(conversation_id or conversation.id, communication, Sender.AGENT, "hi"))
    assert refused.value.status == 404


def test_typing_is_delivered_but_listed_nowhere(org: Org, conversation: Conversation) -> None:
    message = send(org, conversation, "", type="Event", events=TYPING)
    assert agent_of(conversation).communication.messages == []
    assert [e.data["message"] for e in org.take_effects("open_messaging")] == [message.id]
    last = org.changes.read(org.changes.end - 1)[0]
    assert (last.kind, last.data) == ("typing", {"from": "agent", "duration": 5000})


def test_the_thirteenth_typing_within_a_minute_is_refused_with_retry_after(
    org: Org, conversation: Conversation, clock: ManualClock
) -> None:
    for _ in range(12):
        send(org, conversation, "", type="Event", events=TYPING)
        clock.advance(1)
    with pytest.raises(Refused) as refused:
        send(org, conversation, "", type="Event", events=TYPING)
    assert (refused.value.status, refused.value.headers) == (429, {"Retry-After": "48"})
    clock.advance(49)
    send(org, conversation, "", type="Event", events=TYPING)


def test_typing_is_not_delivered_where_the_setting_is_off(org: Org, conversation: Conversation) -> None:
    org.entities.put("messaging.integrations.open", "i1", {"id": "i1"})
    send(org, conversation, "", type="Event", events=TYPING)
    assert org.take_effects("open_messaging") == []
    assert org.notes[-1].name == "typing.off"


def test_typing_is_delivered_where_the_setting_is_on(org: Org, conversation: Conversation) -> None:
    org.entities.put("messaging.integrations.open", "i1", {"id": "i1", "messagingSetting": {"id": "s1"}})
    org.entities.put("messaging.settings", "s1", {"id": "s1", "event": {"typing": {"on": {"outbound": "Enabled"}}}})
    send(org, conversation, "", type="Event", events=TYPING)
    assert len(org.take_effects("open_messaging")) == 1


def test_an_agentless_message_starts_a_conversation_that_a_reply_threads_into(org: Org) -> None:
    leg = Leg("open_messaging", "i1", "bob")
    conversation, message = org.perform(AgentlessMessage(leg, "your parcel"))
    assert [p.purpose for p in conversation.participants] == ["customer", "api"]
    assert conversation.ended is not None
    assert [e.data["message"] for e in org.take_effects("open_messaging")] == [message.id]
    again = org.perform(CustomerMessage(leg, text="where?"))[0]
    assert again is conversation
    assert again.live("acd") is not None


def test_an_agentless_message_joins_the_active_conversation_only_when_asked(
    org: Org, conversation: Conversation
) -> None:
    leg = Leg("open_messaging", "i1", "ann")
    assert org.perform(AgentlessMessage(leg, "note", use_existing=True))[0] is conversation
    assert conversation.ended is None
    apart = org.perform(AgentlessMessage(leg, "note"))[0]
    assert apart is not conversation
    assert org.perform(CustomerMessage(leg, text="ok"))[0] is conversation


def test_an_ended_conversation_is_not_active_for_an_agentless_message(org: Org, conversation: Conversation) -> None:
    org.perform(Disconnect(conversation.id))
    leg = Leg("open_messaging", "i1", "ann")
    assert org.perform(AgentlessMessage(leg, "note", use_existing=True))[0] is not conversation


def test_an_agentless_text_obeys_the_limit(org: Org) -> None:
    with pytest.raises(Refused, match="4001 characters"):
        org.perform(AgentlessMessage(Leg("open_messaging", "i1", "bob"), "x" * 4001))
    assert org.conversations == {}
