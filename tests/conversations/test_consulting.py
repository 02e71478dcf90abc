from __future__ import annotations

import pytest

from understudy.conversations.consulting import consulted, consulted_by, initiator_leaves, released, speak
from understudy.conversations.media_commands import AddToCall, CallProgress, Destination, StartCall
from understudy.conversations.model import Conversation
from understudy.errors import Refused
from understudy.world.org import Org


@pytest.fixture
def call(org: Org) -> Conversation:
    """Uma (0), a customer (1) and Ugo's number (2), all connected; Uma consults the number about the customer."""
    made: Conversation = org.perform(StartCall("u1", (Destination("+4930"),), queue="q1"))
    org.perform(AddToCall(made.id, Destination("+4940")))
    for participant in made.participants[1:]:
        org.perform(CallProgress(made.id, participant.id, "connected"))
    uma, customer, other = made.participants
    other.consult, other.consult_by = customer.id, uma.id
    return made


def held(call: Conversation) -> list[bool]:
    return [p.communication.held for p in call.participants]


@pytest.mark.parametrize(
    ("speak_to", "expected"),
    [
        ("DESTINATION", [False, True, False]),
        ("OBJECT", [False, False, True]),
        ("BOTH", [False, False, False]),
        ("CONFERENCE", [False, False, False]),
    ],
)
def test_whom_the_initiator_does_not_speak_to_is_held(
    org: Org, call: Conversation, speak_to: str, expected: list[bool]
) -> None:
    _, customer, other = call.participants
    speak(org, call, customer, other, speak_to)
    assert held(call) == expected


def test_nobody_else_can_be_spoken_to(org: Org, call: Conversation) -> None:
    with pytest.raises(Refused, match="WALL"):
        speak(org, call, call.participants[1], call.participants[2], "WALL")


def test_the_consulted_is_found_from_either_side(call: Conversation) -> None:
    uma, customer, other = call.participants
    assert consulted(call, customer.id) is other
    assert consulted_by(call, uma.id) is other
    assert (consulted(call, uma.id), consulted_by(call, customer.id)) == (None, None)
    assert initiator_leaves(call, uma)
    assert not initiator_leaves(call, other)


def test_when_the_initiator_left_nobody_is_held_or_consulted_any_more(org: Org, call: Conversation) -> None:
    uma, customer, other = call.participants
    speak(org, call, customer, other, "OBJECT")
    released(org, call, uma)
    assert (held(call), other.consult, other.consult_by) == ([False] * 3, "", "")
