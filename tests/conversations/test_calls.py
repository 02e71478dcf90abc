from __future__ import annotations

import pytest

from understudy.conversations.media_commands import (
    CallProgress,
    Confine,
    Destination,
    Mute,
    Record,
    SendDigits,
    StartCall,
)
from understudy.conversations.model import Conversation
from understudy.errors import Refused
from understudy.world.org import Org


@pytest.fixture
def call(org: Org) -> Conversation:
    """Uma dials a number; it dials."""
    made: Conversation = org.perform(StartCall("u1", (Destination("+4930"),)))
    return made


def test_the_caller_is_connected_once_somebody_answers(org: Org, call: Conversation) -> None:
    caller, far = call.participants
    org.perform(CallProgress(call.id, far.id, "contacting"))
    assert (caller.communication.state, far.communication.state) == ("contacting", "contacting")
    org.perform(CallProgress(call.id, far.id, "connected"))
    assert (caller.communication.state, far.communication.state) == ("connected", "connected")
    with pytest.raises(Refused, match="connected can't become 'contacting'"):
        org.perform(CallProgress(call.id, far.id, "contacting"))


def test_a_call_that_nobody_answers_ends_for_both(org: Org, call: Conversation) -> None:
    org.perform(CallProgress(call.id, call.participants[1].id, "disconnected", "uncallable"))
    assert [p.communication.disconnect_type for p in call.participants] == ["peer", "uncallable"]
    assert call.ended is not None
    with pytest.raises(Refused, match="no call under way"):
        org.perform(CallProgress(call.id, call.participants[1].id, "connected"))


def test_only_a_connected_call_is_muted_confined_and_dialled_into(org: Org, call: Conversation) -> None:
    caller = call.participants[0]
    for command in (
        Mute(call.id, caller.id, True),
        Confine(call.id, caller.id, True),
        SendDigits(call.id, caller.id, "1"),
    ):
        with pytest.raises(Refused, match="no connected call"):
            org.perform(command)


def test_mute_is_told_once(org: Org, call: Conversation) -> None:
    caller, far = call.participants
    org.perform(CallProgress(call.id, far.id, "connected"))
    cursor = org.changes.end
    org.perform(Mute(call.id, caller.id, True))
    org.perform(Mute(call.id, caller.id, True))
    (told,) = org.changes.read(cursor)
    assert (told.kind, told.data["media"]) == ("participant.state", "call")
    assert caller.communication.call is not None
    assert caller.communication.call.muted


def test_digits_that_were_sent_are_remembered_within_bounds(org: Org, call: Conversation) -> None:
    caller, far = call.participants
    org.perform(CallProgress(call.id, far.id, "connected"))
    for _ in range(3):
        org.perform(SendDigits(call.id, caller.id, "1" * 100))
    assert caller.communication.call is not None
    assert len(caller.communication.call.digits) == org.limits.value("calls", "digits.max")


def test_recording_is_that_of_every_live_call_and_of_those_who_come_later(org: Org, call: Conversation) -> None:
    org.perform(Record(call.id, "ACTIVE"))
    assert [p.communication.call.recording for p in call.participants if p.communication.call] == ["active", "active"]
    with pytest.raises(Refused, match="none of ACTIVE, PAUSED, NONE"):
        org.perform(Record(call.id, "ON"))
