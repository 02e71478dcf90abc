from __future__ import annotations

import pytest

from understudy.conversations.commands import CustomerMessage
from understudy.conversations.model import Leg
from understudy.errors import Refused
from understudy.open_messaging.forward import INBOX_MAX, CustomerSaw, CustomerSays, ForwardOutcome, remember_handoff
from understudy.world.entities import Entity
from understudy.world.org import Org


def test_what_the_customer_says_goes_to_the_webhook(org: Org, integration: Entity) -> None:
    integration.hidden["topology"] = "forward"
    message = org.perform(CustomerSays("i1", "u-1", "hello", "Ann"))
    (effect,) = org.take_effects("open_messaging")
    assert (effect.kind, effect.customer, effect.conversation) == ("forward", "u-1", None)
    assert effect.data == {"integration": "i1", "message": message, "text": "hello", "nickname": "Ann", "metadata": {}}
    assert not org.conversations
    said = org.changes.read(0)[-1]
    assert (said.kind, said.customer, said.data["text"]) == ("customer.said", "u-1", "hello")


def test_by_communication_there_is_a_conversation_that_the_webhook_is_told(org: Org, integration: Entity) -> None:
    integration.hidden |= {"topology": "forward", "reply_operation": "communication"}
    org.perform(CustomerSays("i1", "u-1", "hello"))
    (conversation,) = org.conversations.values()
    effect = next(e for e in org.take_effects("open_messaging") if e.kind == "forward")
    assert effect.conversation == conversation.id
    assert effect.data["metadata"]["conversationId"] == conversation.id


def test_after_a_handoff_the_customer_talks_to_the_conversation(org: Org, integration: Entity) -> None:
    integration.hidden["topology"] = "forward"
    conversation, _ = org.perform(CustomerMessage(Leg("open_messaging", "i1", "u-1"), text="handoff"))
    remember_handoff(org, "i1", "u-1", conversation.id)
    conversation.ended = None
    org.perform(CustomerSays("i1", "u-1", "are you human?"))
    assert [m.text for m in conversation.messages.values()] == ["handoff", "are you human?"]
    assert not [e for e in org.take_effects("open_messaging") if e.kind == "forward"]


def test_what_the_customer_saw_is_kept_told_and_bounded(org: Org) -> None:
    for number in range(INBOX_MAX + 5):
        org.perform(CustomerSaw("u-1", f"text {number}", sender="agent"))
    inbox = org.live["forward.inbox"]["u-1"]
    assert len(inbox) == INBOX_MAX
    assert inbox[-1]["text"] == f"text {INBOX_MAX + 4}"
    change = org.changes.read(org.changes.end - 1)[0]
    assert (change.kind, change.customer, change.data["from"]) == ("customer.saw", "u-1", "agent")


def test_outcome_of_a_forwarded_text_is_a_message_status(org: Org) -> None:
    org.perform(ForwardOutcome("u-1", "m1", "failed", 6, "no answer"))
    change = org.changes.read(org.changes.end - 1)[0]
    assert (change.kind, change.data["status"], change.data["attempts"]) == ("message.status", "failed", 6)


def test_an_unknown_integration_is_refused(org: Org) -> None:
    with pytest.raises(Refused):
        org.perform(CustomerSays("nope", "u-1", "hello"))
