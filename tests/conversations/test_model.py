from __future__ import annotations

from understudy.conversations.model import Communication, CommunicationState, Conversation, Leg, Participant


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
