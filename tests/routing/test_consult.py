from __future__ import annotations

import pytest

from understudy.clock import ManualClock
from understudy.conversations.commands import Disconnect, RoutingStatus
from understudy.conversations.media_commands import (
    CallProgress,
    CancelConsult,
    Consult,
    Destination,
    SpeakTo,
    StartCall,
)
from understudy.conversations.model import Conversation
from understudy.errors import Refused
from understudy.world.org import Org


@pytest.fixture
def call(org: Org) -> Conversation:
    """Uma (0) talks to a customer (1)."""
    made: Conversation = org.perform(StartCall("u1", (Destination("+4930"),), queue="q1"))
    org.perform(CallProgress(made.id, made.participants[1].id, "connected"))
    return made


def consult(org: Org, call: Conversation, **to: str) -> None:
    uma, customer = call.participants[:2]
    org.perform(Consult(call.id, customer.id, uma.id, Destination(**to)))


def test_a_consulted_queue_hands_its_consult_to_the_agent_it_finds_later(org: Org, call: Conversation) -> None:
    consult(org, call, queue="q2")
    acd = call.participants[2]
    org.perform(Disconnect(call.id, call.participants[0].id))  # complete before anyone answered
    assert (call.participants[0].communication.disconnect_type, acd.consult) == ("transfer.consult", "")
    org.perform(RoutingStatus("u2", "IDLE"))
    assert (call.participants[3].user, call.participants[3].consult) == ("u2", "")


def test_a_colleague_who_does_not_answer_gives_the_customer_back(
    org: Org, call: Conversation, clock: ManualClock
) -> None:
    consult(org, call, user="u2")
    clock.advance(31)
    org.tick()
    assert (call.customer.communication.held, call.ended) == (False, None)
    consult(org, call, address="+4940")  # another may be asked now


def test_nothing_is_pending_before_and_after(org: Org, call: Conversation) -> None:
    customer = call.customer.id
    for command in (SpeakTo(call.id, customer, "BOTH"), CancelConsult(call.id, customer)):
        with pytest.raises(Refused, match="under way"):
            org.perform(command)
    consult(org, call, address="+4940")
    org.perform(CancelConsult(call.id, customer))
    with pytest.raises(Refused, match="under way"):
        org.perform(CancelConsult(call.id, customer))
    assert call.participants[2].communication.disconnect_type == "transfer.consult"


def test_only_a_connected_party_consults_about_another(org: Org, call: Conversation) -> None:
    uma, customer = call.participants
    other = Destination("+4940")
    for command in (
        Consult(call.id, uma.id, customer.id, other),
        Consult(call.id, uma.id, uma.id, other),
        Consult(call.id, customer.id, uma.id, Destination()),
        Consult(call.id, customer.id, uma.id, other, "WALL"),
    ):
        with pytest.raises(Refused):
            org.perform(command)
    assert len(call.participants) == 2
