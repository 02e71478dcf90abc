from __future__ import annotations

import pytest

from understudy.conversations.commands import CustomerMessage, CustomerReceipt, MessageOutcome
from understudy.conversations.model import Conversation, Leg, Message
from understudy.conversations.receipts import RECEIPTS_KEPT, STATUSES
from understudy.errors import Refused
from understudy.world.org import Org
from understudy.world.switches import HIDDEN, ORGANIZATIONS


@pytest.fixture
def said(org: Org) -> tuple[Conversation, Message]:
    """The flow's greeting, on its way."""
    conversation: Conversation = org.perform(CustomerMessage(Leg("open_messaging", "i1", "ann"), text="hello"))[0]
    return conversation, next(m for m in conversation.messages.values() if m.direction == "outbound")


def test_an_outcome_of_the_webhook_becomes_the_status(org: Org, said: tuple[Conversation, Message]) -> None:
    conversation, message = said
    org.perform(MessageOutcome(conversation.id, message.id, "sent", attempts=2))
    assert message.status == "sent"
    last = org.changes.read(org.changes.end - 1)[0]
    assert (last.kind, last.data["status"], last.data["attempts"]) == ("message.status", "sent", 2)


def test_a_failed_delivery_keeps_its_reason_and_the_conversation(org: Org, said: tuple[Conversation, Message]) -> None:
    conversation, message = said
    org.perform(MessageOutcome(conversation.id, message.id, "failed", "503 six times", 503, 6))
    assert message.status == "failed"
    assert message.error == {"code": "transport.failure", "message": "503 six times", "status": 503}
    assert conversation.ended is None


def test_a_failed_delivery_ends_the_conversation_where_the_switch_says_so(
    org: Org, said: tuple[Conversation, Message]
) -> None:
    conversation, message = said
    switches = {"open_messaging.failed_delivery": "conversation"}
    org.entities.put(ORGANIZATIONS, org.id, {"id": org.id}, {HIDDEN: switches})
    org.perform(MessageOutcome(conversation.id, message.id, "failed", "401", 401))
    assert conversation.ended is not None
    acd = next(p for p in conversation.participants if p.purpose == "acd")
    assert acd.communication.disconnect_type == "transport.failure"


@pytest.mark.parametrize(("reported", "status"), list(STATUSES.items()))
def test_every_receipt_status_has_its_message_status(
    org: Org, said: tuple[Conversation, Message], reported: str, status: str
) -> None:
    org.perform(CustomerReceipt("i1", said[1].id, reported))
    assert said[1].status == status


def test_a_failed_receipt_carries_its_reason_and_is_listed(org: Org, said: tuple[Conversation, Message]) -> None:
    reasons = ({"code": "RecipientOptedOut", "message": "no more"},)
    org.perform(CustomerReceipt("i1", said[1].id, "Failed", reasons, is_final=True))
    assert said[1].error == {"code": "RecipientOptedOut", "message": "no more", "status": 400}
    (receipt,) = said[1].receipts
    assert (receipt["type"], receipt["status"], receipt["isFinalReceipt"]) == ("Receipt", "Failed", True)
    assert receipt["reasons"] == [{"code": "RecipientOptedOut", "message": "no more"}]


def test_a_receipt_that_overtakes_the_outcome_is_not_undone(org: Org, said: tuple[Conversation, Message]) -> None:
    conversation, message = said
    org.perform(CustomerReceipt("i1", message.id, "Delivered"))
    org.perform(MessageOutcome(conversation.id, message.id, "sent"))
    assert message.status == "delivery-success"


@pytest.mark.parametrize(("integration", "message"), [("i2", "known"), ("i1", "unknown"), ("i1", "inbound")])
def test_a_receipt_for_no_message_of_ours_is_not_found(
    org: Org, said: tuple[Conversation, Message], integration: str, message: str
) -> None:
    inbound = next(m for m in said[0].messages.values() if m.direction == "inbound")
    ids = {"known": said[1].id, "unknown": "nope", "inbound": inbound.id}
    with pytest.raises(Refused) as refused:
        org.perform(CustomerReceipt(integration, ids[message], "Delivered"))
    assert refused.value.status == 404


def test_an_unknown_status_is_refused(org: Org, said: tuple[Conversation, Message]) -> None:
    with pytest.raises(Refused, match="Eaten"):
        org.perform(CustomerReceipt("i1", said[1].id, "Eaten"))
    with pytest.raises(Refused, match="lost"):
        org.perform(MessageOutcome(said[0].id, said[1].id, "lost"))


def test_an_outcome_of_nothing_is_not_found(org: Org, said: tuple[Conversation, Message]) -> None:
    for conversation, message in (("nope", said[1].id), (said[0].id, "nope")):
        with pytest.raises(Refused) as refused:
            org.perform(MessageOutcome(conversation, message, "sent"))
        assert refused.value.status == 404


def test_a_flood_of_receipts_is_bounded(org: Org, said: tuple[Conversation, Message]) -> None:
    for _ in range(RECEIPTS_KEPT + 5):
        org.perform(CustomerReceipt("i1", said[1].id, "Delivered"))
    assert len(said[1].receipts) == RECEIPTS_KEPT
