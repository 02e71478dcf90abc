from __future__ import annotations

import pytest

from understudy.conversations.commands import CustomerMessage
from understudy.conversations.model import Conversation, Leg, Message, Sender
from understudy.open_messaging.outgoing import Outgoing, Shown, Subject, Withheld, outgoing
from understudy.world.changes import Effect
from understudy.world.entities import Entity
from understudy.world.org import Org


@pytest.fixture
def conversation(org: Org, integration: Entity) -> Conversation:
    leg = Leg("open_messaging", "i1", "u-1", "Email", "Ann")
    found: Conversation = org.perform(CustomerMessage(leg, text="hi"))[0]
    return found


def deliver(conversation: Conversation, sender: Sender, type_: str = "Text", user: str | None = None) -> Effect:
    message = Message("m1", conversation.id, "k1", "outbound", sender, type_, 1_767_225_600.0, text="hello", user=user)
    message.content = ({"contentType": "QuickReply"},) if type_ == "Structured" else ()
    conversation.messages["m1"] = message
    return Effect(1, "open_messaging", "deliver", 0.0, conversation.id, "u-1", {"message": "m1", "integration": "i1"})


@pytest.mark.parametrize(("sender", "entity"), [
    (Sender.AGENT, "Human"), (Sender.FLOW, "Bot"), (Sender.BOT, "Bot"), (Sender.SYSTEM, "Bot"),
])  # fmt: skip
def test_a_message_becomes_the_documented_body(
    org: Org, conversation: Conversation, sender: Sender, entity: str
) -> None:
    what = outgoing(org, deliver(conversation, sender))
    assert isinstance(what, Outgoing)
    assert what.body.to_json() == {
        "id": "m1",
        "channel": {
            "id": "i1",
            "platform": "Open",
            "type": "Private",
            "to": {"nickname": "Ann", "id": "u-1", "idType": "Email"},
            "from": {"nickname": "Vendor i1", "id": "i1", "idType": "Opaque"},
            "time": "2026-01-01T00:00:00.000Z",
            "messageId": "m1",
        },
        "type": "Text",
        "text": "hello",
        "originatingEntity": entity,
        "direction": "Outbound",
    }


def test_structured_content_goes_along(org: Org, conversation: Conversation) -> None:
    what = outgoing(org, deliver(conversation, Sender.AGENT, "Structured"))
    assert isinstance(what, Outgoing)
    assert (what.body.type, what.body.content) == ("Structured", ({"contentType": "QuickReply"},))


def test_a_receipt_names_our_id_and_the_vendors_own(org: Org, integration: Entity) -> None:
    data = {"integration": "i1", "address": "u-1", "message": "m9", "status": "Published", "provider": "v9"}
    what = outgoing(org, Effect(1, "open_messaging", "receipt", 0.0, None, "u-1", data))
    assert isinstance(what, Outgoing)
    body = what.body.to_json()
    assert (body["id"], body["type"], body["status"], body["channel"]["messageId"]) == (
        "m9",
        "Receipt",
        "Published",
        "v9",
    )


def test_a_forwarded_text_is_inbound(org: Org, integration: Entity) -> None:
    data = {"integration": "i1", "message": "m9", "text": "hello", "nickname": "Ann", "metadata": {}}
    what = outgoing(org, Effect(1, "open_messaging", "forward", 0.0, None, "u-1", data))
    assert isinstance(what, Outgoing)
    body = what.body.to_json()
    assert (body["direction"], body["channel"]["from"]["id"], body["channel"]["to"]["id"]) == ("Inbound", "u-1", "i1")


@pytest.mark.parametrize(("sender", "user", "shown"), [
    (Sender.AGENT, "a1", "agent"), (Sender.AGENT, None, "bot"), (Sender.SYSTEM, None, "bot"),
    (Sender.FLOW, None, "system"),
])  # fmt: skip
def test_a_customer_of_genesys_own_is_shown_it_instead(
    org: Org, integration: Entity, conversation: Conversation, sender: Sender, user: str | None, shown: str
) -> None:
    integration.hidden["topology"] = "forward"
    what = outgoing(org, deliver(conversation, sender, user=user))
    assert isinstance(what, Shown)
    assert (what.command.customer, what.command.text, what.command.sender) == ("u-1", "hello", shown)


def test_what_is_gone_is_withheld_and_failed(org: Org, integration: Entity, conversation: Conversation) -> None:
    effect = deliver(conversation, Sender.AGENT)
    del conversation.messages["m1"]
    assert outgoing(org, effect) == Withheld("the message is gone", failed=True)
    org.entities.remove("messaging.integrations.open", "i1")
    assert outgoing(org, effect) == Withheld("the integration is gone", failed=True)


def test_subject_takes_the_address_from_either_place() -> None:
    data = {"integration": "i1", "message": "m1", "address": "u-2"}
    assert Subject.of(Effect(1, "x", "receipt", 0.0, None, None, data)).address == "u-2"
    assert Subject.of(Effect(1, "x", "receipt", 0.0, None, "u-1", data)).address == "u-1"
