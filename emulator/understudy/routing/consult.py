"""Consult transfers of calls: talk to somebody first, then hand the call over (facts: messaging §5).

The transfer is complete once the initiator hangs up; a cancelled one sends the consulted party away.
"""

from __future__ import annotations

from understudy.conversations.consulting import SPEAK_TO, consulted, consulted_by, speak
from understudy.conversations.lifecycle import end, settle
from understudy.conversations.media_commands import CancelConsult, Consult, SpeakTo
from understudy.conversations.model import CommunicationState, Conversation, Participant
from understudy.conversations.parties import find_participant
from understudy.errors import Refused
from understudy.routing.calling import call_in, check_destination, check_room, live_call
from understudy.world.org import Handler, Org


def start(org: Org, command: Consult) -> Participant:
    """Call the destination; whom the initiator does not speak to is held."""
    conversation = live_call(org, command.conversation)
    object_ = find_participant(conversation, command.object)
    by = find_participant(conversation, command.by)
    call = by.of("call")
    if call is None or call.state is not CommunicationState.CONNECTED or by.user is None:
        raise Refused(400, "conversation.error.consult.transfer.no.initiator", "The initiator is not in the call.")
    if not object_.is_live or object_ is by:
        raise Refused(400, "conversation.error.call.disconnected", f"Participant {object_.id} has left the call.")
    if consulted_by(conversation, by.id) is not None:
        raise Refused(400, "bad.request", "A consult transfer of this initiator is under way already.")
    if command.speak_to not in SPEAK_TO:
        raise Refused(400, "invalid.value", f"speakTo {command.speak_to!r} is none of {', '.join(SPEAK_TO)}.")
    if command.to.user == by.user:
        raise Refused(400, "conversation.error.cannot.transfer.to.self", "The agent has this call already.")
    check_destination(org, command.to)
    check_room(org, conversation, 1)
    called = call_in(org, conversation, command.to, consult=object_.id, consult_by=by.id)
    speak(org, conversation, object_, called, command.speak_to)
    return called


def speak_to(org: Org, command: SpeakTo) -> Participant:
    """Change whom the initiator speaks to."""
    conversation, object_, called = _pending(org, command.conversation, command.object)
    speak(org, conversation, object_, called, command.speak_to)
    return called


def cancel(org: Org, command: CancelConsult) -> Conversation:
    """The consulted party leaves, the object is held no more."""
    conversation, object_, _ = _pending(org, command.conversation, command.object)
    for participant in [p for p in conversation.participants if p.consult == object_.id and p.is_live]:
        if participant.is_live:
            end(org, conversation, participant, "transfer.consult")
    settle(org, conversation)
    return conversation


def _pending(org: Org, conversation_id: str, object_id: str) -> tuple[Conversation, Participant, Participant]:
    conversation = live_call(org, conversation_id)
    object_ = find_participant(conversation, object_id)
    called = consulted(conversation, object_.id)
    if called is None:
        raise Refused(
            404,
            "conversation.error.consult.transfer.pending.not.found",
            f"No consult transfer of participant {object_.id} is under way.",
            params={"participantId": object_.id},
        )
    return conversation, object_, called


HANDLERS: dict[type, Handler] = {Consult: start, SpeakTo: speak_to, CancelConsult: cancel}
