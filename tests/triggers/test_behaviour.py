from __future__ import annotations

from understudy.conversations.commands import Disconnect, Wrapup
from understudy.conversations.model import Conversation
from understudy.triggers.behaviour import URL, fire, url_of
from understudy.world.org import Org

TOPIC = "v2.detail.events.conversation.c1"


def fired(org: Org) -> list[str]:
    fire(org, org.changes.read(0))
    return [effect.data["topic"] for effect in org.take_effects("triggers")]


def test_ends_of_agent_and_customer_and_acw_fire(org: Org, conversation: Conversation) -> None:
    org.live[URL] = "http://vendor.example/t"
    agent = conversation.participants[1]
    org.perform(Disconnect("c1", agent.id))
    org.perform(Wrapup("c1", agent.id))
    assert fired(org) == [f"{TOPIC}.user.end", f"{TOPIC}.customer.end", f"{TOPIC}.acw"]


def test_nothing_fires_before_an_end(org: Org, conversation: Conversation) -> None:
    org.live[URL] = "http://vendor.example/t"
    assert fired(org) == []


def test_nothing_fires_without_a_url(org: Org, conversation: Conversation) -> None:
    org.perform(Disconnect("c1"))
    assert fired(org) == []


def test_payload_is_the_detail_event_and_names_conversation_and_customer(org: Org, conversation: Conversation) -> None:
    org.live[URL] = "http://vendor.example/t"
    org.perform(Disconnect("c1", conversation.participants[1].id))
    fire(org, org.changes.read(0))
    effect = org.take_effects("triggers")[0]
    assert (effect.conversation, effect.customer, effect.data["url"]) == ("c1", "u-1", "http://vendor.example/t")
    assert effect.data["payload"]["conversationId"] == "c1"
    assert effect.data["payload"]["userId"] == "a1"


def test_the_integrations_own_url_comes_first(org: Org, conversation: Conversation) -> None:
    org.live[URL] = "http://vendor.example/org"
    assert url_of(org, conversation) == "http://vendor.example/org"
    org.entities.of("messaging.integrations.open")["i1"].hidden["trigger_url"] = "http://vendor.example/own"
    assert url_of(org, conversation) == "http://vendor.example/own"
