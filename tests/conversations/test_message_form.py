from __future__ import annotations

import pytest

from understudy.conversations.commands import AgentAccept, CustomerMessage, RoutingStatus, SendMessage
from understudy.conversations.message_form import details, message_data, normalized, present
from understudy.conversations.model import Conversation, Leg, Sender
from understudy.world.org import Org


@pytest.fixture
def conversation(org: Org) -> Conversation:
    org.perform(RoutingStatus("u1", "IDLE"))
    leg = Leg("open_messaging", "i1", "ann@ext", "Email", "Ann")
    made: Conversation = org.perform(CustomerMessage(leg, text="hello", provider_id="v1"))[0]
    agent = made.live("agent")
    assert agent is not None
    org.perform(AgentAccept(made.id, agent.id))
    org.perform(SendMessage(made.id, agent.communication.id, Sender.AGENT, "hi", user="u1"))
    return made


def test_directions_addresses_and_authors(conversation: Conversation) -> None:
    inbound, greeting, outbound = (message_data(conversation, m) for m in conversation.messages.values())
    assert (inbound["fromAddress"], inbound["toAddress"], inbound["providerMessageId"]) == ("ann@ext", "i1", "v1")
    assert (outbound["fromAddress"], outbound["createdBy"]["id"]) == ("i1", "u1")
    assert "createdBy" not in greeting
    entities = [one["normalizedMessage"]["originatingEntity"] for one in (inbound, greeting, outbound)]
    assert entities == ["Human", "Bot", "Human"]


def test_the_channel_names_the_vendor_s_message(conversation: Conversation) -> None:
    first = next(iter(conversation.messages.values()))
    channel = normalized(conversation.leg, first)["channel"]
    assert (channel["messageId"], channel["platform"]) == ("v1", "Open")
    assert channel["from"] == {"id": "ann@ext", "idType": "Email", "nickname": "Ann"}


def test_a_message_that_was_forgotten_is_not_listed(conversation: Conversation) -> None:
    customer = conversation.customer.communication
    assert [one["messageStatus"] for one in details(conversation, customer)] == ["received"]
    del conversation.messages[customer.messages[0]]
    assert details(conversation, customer) == []


def test_only_what_is_known_is_present() -> None:
    assert present({"a": None, "b": "", "c": 0, "d": False, "e": []}) == {"c": 0, "d": False, "e": []}
