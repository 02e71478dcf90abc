from __future__ import annotations

from typing import Any

import pytest
from tests.web_messaging.staging import APP, deploy, guest_at, make_org

from understudy.clock import ManualClock
from understudy.conversations.commands import SendMessage
from understudy.conversations.model import Conversation, Message, Sender
from understudy.conversations.parties import add
from understudy.web_messaging.behaviour import GuestSays
from understudy.web_messaging.guests import Guest
from understudy.web_messaging.outgoing import echoed, told
from understudy.world.org import Org


@pytest.fixture
def org() -> Org:
    return make_org(ManualClock())


@pytest.fixture
def guest(org: Org) -> Guest:
    return guest_at(org)


@pytest.fixture
def conversation(org: Org, guest: Guest) -> Conversation:
    found: Conversation = org.perform(GuestSays(guest.id, "Text", "hello"))[0]
    return found


def send(org: Org, conversation: Conversation, **fields: Any) -> Message:
    agent = add(org, conversation, "agent", "Uma", user="u1")
    message: Message = org.perform(SendMessage(conversation.id, agent.communication.id, Sender.AGENT, **fields))
    return message


def test_a_guests_own_message_comes_back_with_the_sessions_time(guest: Guest, conversation: Conversation) -> None:
    message = next(iter(conversation.messages.values()))
    body = echoed(message, guest, {"a": "b"}).to_json()
    assert (body["direction"], body["id"], body["text"]) == ("Inbound", message.id, "hello")
    assert body["metadata"] == {"durationSeconds": "3600", "expirationDate": str(int(guest.expires))}
    assert body["channel"]["metadata"] == {"customAttributes": {"a": "b"}}


def test_an_agent_is_named_whoever_sent_the_message_for_it(org: Org, guest: Guest, conversation: Conversation) -> None:
    for user in ("u1", None):
        body = told(org, send(org, conversation, text="Hi", user=user), guest).body
        assert body["channel"]["from"] == {"nickname": "Uma"}
        assert (body["direction"], body["originatingEntity"]) == ("Outbound", "Human")


def test_a_flow_is_a_bot_with_the_name_that_the_configuration_gives_it(
    org: Org, guest: Guest, conversation: Conversation
) -> None:
    welcome = list(conversation.messages.values())[1]
    body = told(org, welcome, guest).body
    assert body["originatingEntity"] == "Bot"
    assert "from" not in body["channel"]
    deploy(org, app={**APP, "humanize": {"enabled": True, "bot": {"name": "Nova"}}})
    assert told(org, welcome, guest).body["channel"]["from"] == {"nickname": "Nova"}


def test_content_and_typing_are_told_as_they_are(org: Org, guest: Guest, conversation: Conversation) -> None:
    card = {"contentType": "Card", "card": {"title": "A"}}
    body = told(org, send(org, conversation, type="Structured", text="A", content=(card,)), guest).body
    assert (body["type"], body["content"]) == ("Structured", [card])
    typing = {"eventType": "Typing", "typing": {"type": "On", "duration": 5000}}
    body = told(org, send(org, conversation, type="Event", events=(typing,)), guest).body
    assert (body["type"], body["events"]) == ("Event", [typing])
    assert "metadata" not in body
