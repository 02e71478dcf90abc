"""What happens within a call: its far end, mute, private talk, recording and digits (model Call; facts: messaging §5).

No audio is invented: a number that is dialled stays ``dialing`` until ``CallProgress`` says what became of it. SIP
sends that command, and so does a test through the control API.
"""

from __future__ import annotations

import re
from typing import Final

from understudy.conversations.commands import Disconnect
from understudy.conversations.media import Call
from understudy.conversations.media_commands import CallProgress, Confine, Mute, Record, SendDigits
from understudy.conversations.model import Communication, CommunicationState, Conversation, Participant
from understudy.conversations.parties import (
    communication_of,
    connect,
    find,
    find_live,
    find_participant,
    tell_state,
)
from understudy.errors import Refused
from understudy.world.org import Handler, Org

PENDING: Final = (CommunicationState.DIALING, CommunicationState.CONTACTING)
RECORDING: Final = ("ACTIVE", "PAUSED", "NONE")
DIGITS: Final = re.compile(r"[0-9A-Da-d*#,]+")


def progress(org: Org, command: CallProgress) -> Participant:
    """A dialled party rings, answers or hangs up; Refused 400 where its call is not in a state for that."""
    conversation = find(org, command.conversation)
    participant = find_participant(conversation, command.participant)
    call = participant.of("call")
    if call is None or not call.is_live:
        raise Refused(
            400, "conversation.error.call.disconnected", f"Participant {participant.id} has no call under way."
        )
    match command.state:
        case "contacting" if call.state is CommunicationState.DIALING:
            call.state = CommunicationState.CONTACTING
            tell_state(org, conversation, participant, call)
        case "connected" if call.state in PENDING:
            connect(org, conversation, participant, call)
            answered(org, conversation)
        case "disconnected":
            org.perform(Disconnect(conversation.id, participant.id, command.kind, call.id))
        case _:
            raise Refused(400, "invalid.value", f"A call that is {call.state.value} can't become {command.state!r}.")
    return participant


def answered(org: Org, conversation: Conversation) -> None:
    """Somebody answered: whoever of ours was waiting for that is connected."""
    for participant in conversation.participants:
        call = participant.of("call")
        if call is not None and participant.user is not None and call.state is CommunicationState.CONTACTING:
            connect(org, conversation, participant, call)


def mute(org: Org, command: Mute) -> Participant:
    """Only a connected call can be muted."""
    conversation, participant, communication, call = _connected(
        org, command.conversation, command.participant, command.communication
    )
    if call.muted != command.muted:
        call.muted = command.muted
        tell_state(org, conversation, participant, communication)
    return participant


def confine(org: Org, command: Confine) -> Participant:
    """Only a connected call can be confined, and only one of several others: two alone are private anyway (assumed)."""
    conversation, participant, communication, call = _connected(
        org, command.conversation, command.participant, command.communication
    )
    if command.confined and sum(p.is_live for p in conversation.participants) < 3:
        raise Refused(400, "conversation.error.cannot.confine.party", "A call of two has nobody to keep out.")
    if call.confined != command.confined:
        call.confined = command.confined
        tell_state(org, conversation, participant, communication)
    return participant


def record(org: Org, command: Record) -> Conversation:
    """Recording starts, pauses or stops; every live call of the conversation says so."""
    conversation = find_live(org, command.conversation)
    if command.state not in RECORDING:
        raise Refused(400, "invalid.value", f"recordingState {command.state!r} is none of {', '.join(RECORDING)}.")
    if conversation.recording == command.state:
        return conversation
    conversation.recording = command.state
    org.changed(
        "conversation.recording", conversation=conversation.id, customer=conversation.leg.address, state=command.state
    )
    for participant in conversation.participants:
        communication = participant.of("call")
        if communication is not None and communication.call is not None and communication.is_live:
            communication.call.recording = command.state.lower()
            tell_state(org, conversation, participant, communication)
    return conversation


def send_digits(org: Org, command: SendDigits) -> Participant:
    """DTMF into a connected call."""
    conversation, participant, _, call = _connected(org, command.conversation, command.participant, "")
    most = int(org.limits.value("calls", "digits.max"))
    if not DIGITS.fullmatch(command.digits) or len(command.digits) > most:
        raise Refused(400, "invalid.value", f"digits are 1 to {most} of 0-9, A-D, *, # and a comma for a pause.")
    call.digits = (call.digits + command.digits)[-most:]
    org.changed(
        "participant.digits",
        conversation=conversation.id,
        customer=conversation.leg.address,
        participant=participant.id,
        digits=command.digits,
        media="call",
    )
    return participant


def _connected(
    org: Org, conversation_id: str, participant_id: str, communication_id: str
) -> tuple[Conversation, Participant, Communication, Call]:
    conversation = find(org, conversation_id)
    participant = find_participant(conversation, participant_id)
    communication = communication_of(participant, communication_id) if communication_id else participant.of("call")
    if communication is None or communication.call is None or communication.state is not CommunicationState.CONNECTED:
        raise Refused(
            400,
            "conversation.error.call.disconnected",
            f"Participant {participant.id} has no connected call.",
            params={"participantId": participant.id},
        )
    return conversation, participant, communication, communication.call


HANDLERS: dict[type, Handler] = {
    CallProgress: progress,
    Mute: mute,
    Confine: confine,
    Record: record,
    SendDigits: send_digits,
}
