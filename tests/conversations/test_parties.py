from __future__ import annotations

import pytest

from understudy.conversations.messaging import new_conversation
from understudy.conversations.model import CommunicationState, Leg
from understudy.conversations.parties import (
    add,
    connect,
    find,
    find_communication,
    find_participant,
    messenger_type,
    set_attributes,
)
from understudy.errors import Refused
from understudy.world.org import Org


def test_a_participant_is_told_with_its_state(org: Org) -> None:
    conversation = new_conversation(org, Leg("open_messaging", "i1", "ann"))
    cursor = org.changes.end
    agent = add(org, conversation, "agent", "Uma", state=CommunicationState.ALERTING, user="u1", queue="q1")
    connect(org, conversation, agent)
    added, alerting, connected = org.changes.read(cursor)
    assert added.kind == "participant.added"
    assert added.data == {
        "participant": agent.id,
        "purpose": "agent",
        "user": "u1",
        "queue": "q1",
        "queueName": "Support",
        "media": "message",
    }
    assert (alerting.kind, alerting.data["state"]) == ("participant.state", "alerting")
    assert connected.data == {
        "participant": agent.id,
        "purpose": "agent",
        "state": "connected",
        "communication": agent.communication.id,
        "disconnectType": None,
        "user": "u1",
        "queue": "q1",
        "media": "message",
    }
    assert all((c.conversation, c.customer) == (conversation.id, "ann") for c in (added, alerting, connected))
    assert agent.queue_name == "Support"


def test_everything_is_found_by_its_id_or_refused_as_not_found(org: Org) -> None:
    conversation = new_conversation(org, Leg("open_messaging", "i1", "ann"))
    customer = add(org, conversation, "customer", "Ann")
    assert find(org, conversation.id) is conversation
    assert find_participant(conversation, customer.id) is customer
    assert find_communication(conversation, customer.communication.id) is customer
    for look in (
        lambda: find(org, "nope"),
        lambda: find_participant(conversation, "nope"),
        lambda: find_communication(conversation, "nope"),
    ):
        with pytest.raises(Refused) as refused:
            look()
        assert refused.value.status == 404


def test_attributes_that_are_told_do_not_change_with_the_participant(org: Org) -> None:
    conversation = new_conversation(org, Leg("open_messaging", "i1", "ann"))
    customer = add(org, conversation, "customer", "Ann")
    given = {"a": "1"}
    set_attributes(org, conversation, customer, given)
    given["a"] = "2"
    assert org.changes.read(org.changes.end - 1)[0].data["attributes"] == {"a": "1"}


@pytest.mark.parametrize(
    ("interface", "type_"), [("open_messaging", "open"), ("web_messaging", "webmessaging"), ("sip", "unknown")]
)
def test_the_interface_of_the_leg_gives_the_messenger_type(interface: str, type_: str) -> None:
    assert messenger_type(Leg(interface, "i1", "ann")) == type_
