from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.conversations.commands import AgentlessMessage
from understudy.conversations.model import Conversation, Leg, Message
from understudy.open_messaging.inbound_api import PROBED
from understudy.open_messaging.messages import NEITHER_TEXT_NOR_CONTENT
from understudy.world.entities import Entity
from understudy.world.org import Org
from understudy.world.switches import HIDDEN, ORGANIZATIONS

Ask = Callable[..., tuple[int, Any]]
BASE = "/api/v2/conversations/messages"
CHANNEL = {"from": {"id": "u-1", "idType": "Opaque", "nickname": "Ann"}, "time": "2026-01-01T12:00:00.000Z"}
TEXT = {"channel": {**CHANNEL, "messageId": "v1"}, "text": "hi"}


def url(endpoint: str, integration: str = "i1") -> str:
    return f"{BASE}/{integration}/inbound/open/{endpoint}"


def only(org: Org) -> Conversation:
    (conversation,) = org.conversations.values()
    return conversation


def said_to(org: Org) -> Message:
    """A message of the platform to u-1."""
    sent: Message = org.perform(AgentlessMessage(Leg("open_messaging", "i1", "u-1"), "hello"))[1]
    return sent


@pytest.mark.usefixtures("integration")
def test_message_starts_a_conversation_and_is_answered_normalized(ask: Ask, org: Org) -> None:
    status, body = ask("POST", url("message"), TEXT)
    conversation = only(org)
    assert status == 200
    assert body == {
        "id": next(iter(conversation.messages)),
        "channel": {
            "id": "i1",
            "platform": "Open",
            "type": "Private",
            "messageId": "v1",
            "to": {"id": "i1"},
            "from": {"id": "u-1", "idType": "Opaque", "nickname": "Ann"},
            "time": "2026-01-01T12:00:00.000Z",
        },
        "type": "Text",
        "text": "hi",
    }
    assert conversation.leg.nickname == "Ann"


@pytest.mark.usefixtures("integration")
def test_conversation_id_comes_only_when_prefetched(ask: Ask, org: Org) -> None:
    assert "conversationId" not in ask("POST", url("message"), TEXT)[1]
    body = ask("POST", url("message") + "?prefetchConversationId=true", {**TEXT, "text": "again"})[1]
    assert body["conversationId"] == only(org).id


@pytest.mark.usefixtures("integration")
def test_lower_case_id_type_passes_the_whole_platform(ask: Ask) -> None:
    channel = {**CHANNEL, "from": {"id": "a@b.example", "idType": "email"}}
    status, body = ask("POST", url("message"), {"channel": channel, "text": "hi"})
    assert (status, body["channel"]["from"]["idType"]) == (200, "Email")


@pytest.mark.usefixtures("integration")
def test_neither_text_nor_content_is_refused_through_the_whole_platform(ask: Ask, org: Org) -> None:
    status, error = ask("POST", url("message"), {"channel": CHANNEL})
    assert (status, error["message"]) == (400, NEITHER_TEXT_NOR_CONTENT)
    assert not org.conversations


@pytest.mark.parametrize("endpoint", ["message", "event", "receipt", "structured/response"])
def test_an_unknown_integration_is_404(ask: Ask, endpoint: str) -> None:
    body = {
        "id": "m", "channel": {**CHANNEL, "to": {"id": "u-1"}}, "text": "hi", "status": "Delivered",
        "events": [{"eventType": "Typing"}], "originatingMessageId": "m",
        "buttonResponse": {"type": "Button", "text": "a", "payload": "b"},
    }  # fmt: skip
    status, error = ask("POST", url(endpoint, "nope"), body)
    assert (status, error["code"]) == (404, "not.found")


@pytest.mark.usefixtures("integration")
def test_custom_attributes_become_participant_attributes(ask: Ask, org: Org) -> None:
    channel = {**CHANNEL, "metadata": {"customAttributes": {"orderId": "7"}}}
    assert ask("POST", url("message"), {"channel": channel, "text": "hi"})[0] == 200
    assert only(org).customer.attributes == {"orderId": "7"}


@pytest.mark.usefixtures("integration")
def test_attachment_is_stored_and_answered_wrapped(ask: Ask, org: Org) -> None:
    attachment = {"mediaType": "Image", "url": "https://x.example/a.png", "mime": "image/png"}
    status, body = ask("POST", url("message"), {"channel": CHANNEL, "content": [{"attachment": attachment}]})
    wrapped = {"contentType": "Attachment", "attachment": attachment}
    assert (status, body["content"]) == (200, [wrapped])
    assert [message.content for message in only(org).messages.values()] == [(wrapped,)]


@pytest.mark.usefixtures("integration")
@pytest.mark.parametrize("body", [
    {"channel": CHANNEL, "text": "x" * 131_073},
    {"channel": {**CHANNEL, "metadata": {"customAttributes": {"a": "x" * 2_048}}}, "text": "hi"},
])  # fmt: skip
def test_oversize_text_and_attributes_are_refused(ask: Ask, org: Org, body: dict[str, Any]) -> None:
    status, error = ask("POST", url("message"), body)
    assert (status, error["code"]) == (400, "constraint.validation")
    assert not org.conversations


def test_webhook_hears_published_where_receipts_are_on(ask: Ask, org: Org, integration: Entity) -> None:
    ask("POST", url("message"), TEXT)
    assert org.take_effects("open_messaging") == []
    integration.hidden["receipts"] = True
    body = ask("POST", url("message"), {**TEXT, "channel": {**CHANNEL, "messageId": "v2"}})[1]
    (effect,) = org.take_effects("open_messaging")
    assert (effect.kind, effect.customer) == ("receipt", "u-1")
    assert effect.data == {
        "integration": "i1", "address": "u-1", "message": body["id"], "status": "Published", "provider": "v2",
    }  # fmt: skip


@pytest.mark.usefixtures("integration")
def test_typing_is_taken_with_and_without_a_conversation(ask: Ask, org: Org) -> None:
    body = {"channel": CHANNEL, "events": [{"eventType": "Typing", "typing": {"type": "On", "duration": 5000}}]}
    assert ask("POST", url("event"), body)[0] == 200
    assert not org.conversations
    ask("POST", url("message"), TEXT)
    status, answer = ask("POST", url("event"), body)
    assert (status, answer["type"], answer["events"]) == (200, "Event", body["events"])


@pytest.mark.usefixtures("integration")
def test_receipt_of_our_message_is_kept_and_answered(ask: Ask, org: Org) -> None:
    message = said_to(org)
    body = {"id": message.id, "channel": {"to": {"id": "u-1"}, "time": CHANNEL["time"]}, "status": "Delivered"}
    status, answer = ask("POST", url("receipt"), body)
    assert (status, answer["type"], answer["status"]) == (200, "Receipt", "Delivered")
    assert message.status == "delivery-success"
    assert not [note for note in org.notes if note.name == "receipt.unsupported"]


@pytest.mark.usefixtures("integration")
def test_receipt_of_an_unsupported_status_is_accepted_and_flagged(ask: Ask, org: Org) -> None:
    body = {"id": said_to(org).id, "channel": {"to": {"id": "u-1"}, "time": CHANNEL["time"]}, "status": "Published"}
    assert ask("POST", url("receipt"), body)[0] == 200
    assert [note.data["status"] for note in org.notes if note.name == "receipt.unsupported"] == ["Published"]


@pytest.mark.usefixtures("integration")
def test_receipt_of_an_unknown_message_is_404_unless_a_probe_sent_it(ask: Ask, org: Org) -> None:
    body = {"id": "probe-1", "channel": {"to": {"id": "u-1"}, "time": CHANNEL["time"]}, "status": "Delivered"}
    assert ask("POST", url("receipt"), body)[0] == 404
    org.live[PROBED] = {"probe-1": None}
    assert ask("POST", url("receipt"), body)[0] == 200


@pytest.mark.usefixtures("integration")
def test_click_becomes_a_structured_message_with_the_text_of_the_button(ask: Ask, org: Org) -> None:
    button = {"type": "QuickReply", "text": "Yes", "payload": "yes"}
    body = {"channel": CHANNEL, "buttonResponse": button, "originatingMessageId": "m1"}
    status, answer = ask("POST", url("structured/response"), body)
    (message,) = only(org).messages.values()
    assert (status, answer["content"]) == (200, [{"contentType": "ButtonResponse", "buttonResponse": button}])
    assert (message.type, message.text) == ("Structured", "Yes")
    assert message.content[0]["buttonResponse"] == {**button, "originatingMessageId": "m1"}


@pytest.mark.usefixtures("integration")
def test_deprecated_endpoint_works_and_is_noted(ask: Ask, org: Org) -> None:
    channel = {**CHANNEL, "platform": "Open", "type": "Private", "to": {"id": "i1"}}
    body = {"channel": channel, "type": "Text", "text": "hi", "direction": "Inbound"}
    status, answer = ask("POST", f"{BASE}/inbound/open", body)
    assert (status, answer["direction"]) == (200, "Inbound")
    assert only(org).leg.address == "u-1"
    warned = [note.data["operation"] for note in org.notes if note.name == "deprecation.warning"]
    assert warned == ["postConversationsMessagesInboundOpen"]


@pytest.mark.usefixtures("integration")
def test_success_status_is_a_switch(ask: Ask, org: Org) -> None:
    chosen = {HIDDEN: {"open_messaging.inbound_status": "202"}}
    org.entities.put(ORGANIZATIONS, org.id, {"id": org.id}, chosen)
    assert ask("POST", url("message"), TEXT)[0] == 202


AGENTLESS = {"fromAddress": "i1", "toAddress": "u-1", "toAddressMessengerType": "open", "textBody": "hello"}


@pytest.mark.usefixtures("integration")
def test_agentless_text_goes_to_the_webhook(ask: Ask, org: Org) -> None:
    status, body = ask("POST", f"{BASE}/agentless", AGENTLESS)
    assert 200 <= status < 300
    (effect,) = org.take_effects("open_messaging")
    assert (effect.kind, effect.data["message"], effect.customer) == ("deliver", body["id"], "u-1")
    assert body["conversationId"] == effect.conversation


@pytest.mark.usefixtures("integration")
@pytest.mark.parametrize(("change", "status"), [
    ({"fromAddress": "nope"}, 404),
    ({"textBody": None}, 400),
    ({"toAddressMessengerType": "sms"}, 400),
    ({"toAddressMessengerType": "fax"}, 400),
    ({"toAddress": ""}, 400),
    ({"textBody": "x" * 4_001}, 400),
])  # fmt: skip
def test_agentless_refusals(ask: Ask, org: Org, change: dict[str, Any], status: int) -> None:
    assert ask("POST", f"{BASE}/agentless", {**AGENTLESS, **change})[0] == status
    assert org.take_effects("open_messaging") == []


def test_forwarded_reply_by_agentless_is_shown_to_the_customer(ask: Ask, org: Org, integration: Entity) -> None:
    integration.hidden |= {"topology": "forward", "reply_operation": "agentless"}
    status, _ = ask("POST", f"{BASE}/agentless", AGENTLESS)
    assert 200 <= status < 300
    assert [one["text"] for one in org.live["forward.inbox"]["u-1"]] == ["hello"]
    assert not org.conversations
    assert ask("POST", f"{BASE}/agentless", {**AGENTLESS, "textBody": "x" * 4_001})[0] == 400


def test_forwarded_reply_by_inbound_is_shown_and_attributes_make_it_a_handoff(
    ask: Ask, org: Org, integration: Entity
) -> None:
    integration.hidden |= {"topology": "forward", "reply_operation": "inbound"}
    assert ask("POST", url("message"), TEXT)[0] == 200
    assert [one["operation"] for one in org.live["forward.inbox"]["u-1"]] == ["inbound"]
    assert not org.conversations
    channel = {**CHANNEL, "metadata": {"customAttributes": {"summary": "wants a human"}}}
    ask("POST", url("message"), {"channel": channel, "text": "handoff"})
    assert only(org).customer.attributes == {"summary": "wants a human"}
    assert len(org.live["forward.inbox"]["u-1"]) == 1
