from __future__ import annotations

import pytest

from understudy.conversations import retention
from understudy.conversations.commands import CustomerMessage, Disconnect
from understudy.conversations.media_commands import Destination, StartCall
from understudy.conversations.model import Conversation, Leg
from understudy.conversations.retention import message_index, threads
from understudy.errors import Refused
from understudy.world.org import Org


def talk(org: Org, address: str, text: str = "hello") -> Conversation:
    conversation: Conversation = org.perform(CustomerMessage(Leg("open_messaging", "i1", address), text=text))[0]
    return conversation


def test_the_oldest_ended_conversation_is_forgotten_with_all_that_points_to_it(
    org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "ENDED_KEPT", 2)
    first = talk(org, "c0")
    for i in range(3):
        org.perform(Disconnect(talk(org, f"c{i}").id))
    assert first.id not in org.conversations
    assert len(org.conversations) == len(threads(org)) == 2
    assert not set(first.messages) & set(message_index(org))
    assert len(org.schedule) == 2  # the threading windows of the other two


def test_live_conversations_and_those_that_were_opened_again_are_kept(
    org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "ENDED_KEPT", 1)
    live, again = talk(org, "live"), talk(org, "again")
    org.perform(Disconnect(again.id))
    assert talk(org, "again") is again
    for i in range(3):
        org.perform(Disconnect(talk(org, f"c{i}").id))
    assert {live.id, again.id} <= org.conversations.keys()


def test_a_very_long_conversation_loses_its_oldest_messages(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "MESSAGES_KEPT", 5)
    conversation = talk(org, "ann", "0")
    for i in range(1, 10):
        talk(org, "ann", str(i))
    assert [m.text for m in conversation.messages.values()] == ["5", "6", "7", "8", "9"]
    assert conversation.customer.communication.messages == list(conversation.messages)
    assert set(message_index(org)) == set(conversation.messages)


def test_an_org_that_is_full_starts_no_conversation(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "LIVE_KEPT", 1 - retention.ENDED_KEPT)
    org.perform(StartCall("u1", (Destination("+49"),)))
    with pytest.raises(Refused, match="no more"):
        org.perform(StartCall("u1", (Destination("+49"),)))
