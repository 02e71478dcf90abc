from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from understudy.conversations.model import (
    Communication,
    CommunicationState,
    Conversation,
    Leg,
    Message,
    Participant,
    Sender,
)


def party(id_: str, purpose: str, state: CommunicationState = CommunicationState.CONNECTED) -> Participant:
    return Participant(id_, purpose, purpose, 0.0, Communication(f"c{id_}", state, "inbound"))


def test_the_newest_live_participant_of_a_purpose_is_found() -> None:
    gone = party("1", "agent", CommunicationState.DISCONNECTED)
    here, alerting = party("2", "agent"), party("3", "agent", CommunicationState.ALERTING)
    conversation = Conversation("c", 0.0, Leg("open_messaging", "i", "a"), participants=[gone, here, alerting])
    assert conversation.live("agent") is alerting
    assert conversation.live("acd") is None
    assert conversation.participant("2") is here
    assert conversation.participant("9") is None


def test_the_customer_is_the_one_of_the_newest_round() -> None:
    first, second = party("1", "customer", CommunicationState.DISCONNECTED), party("3", "customer")
    conversation = Conversation(
        "c", 0.0, Leg("open_messaging", "i", "a"), participants=[first, party("2", "acd"), second]
    )
    assert conversation.customer is second


@pytest.mark.parametrize("state", list(CommunicationState))
def test_a_participant_is_live_until_it_is_disconnected(state: CommunicationState) -> None:
    assert party("1", "agent", state).is_live is (state is not CommunicationState.DISCONNECTED)


def test_a_conversation_becomes_json_as_it_is() -> None:
    message = Message("m", "c", "c1", "inbound", Sender.CUSTOMER, "Text", 1.5, text="hi")
    conversation = Conversation(
        "c", 0.0, Leg("open_messaging", "i", "a"), participants=[party("1", "customer")], messages={"m": message}
    )
    made = json.loads(json.dumps(asdict(conversation)))
    assert made["messages"]["m"]["sender"] == "customer"
    assert made["participants"][0]["communication"]["state"] == "connected"
    assert made["leg"] == {
        "interface": "open_messaging",
        "integration": "i",
        "address": "a",
        "address_type": "Opaque",
        "nickname": "",
        "profile": {},
    }


def test_no_two_conversations_share_what_can_be_changed() -> None:
    first, second = (Conversation(n, 0.0, Leg("open_messaging", "i", "a")) for n in ("1", "2"))
    first.participants.append(party("1", "customer"))
    first.messages["m"] = Message("m", "1", "c1", "inbound", Sender.CUSTOMER, "Text", 0.0)
    first.flow["step"] = 1
    first.leg.profile["firstName"] = "Ann"
    assert (second.participants, second.messages, second.flow, second.leg.profile) == ([], {}, {}, {})
