"""Participants: answer, hold, mute, park, hang up; attributes and digits."""

from __future__ import annotations

from typing import Any, Final

from understudy.conversation_api.target import (
    attributes_of,
    check_acting,
    communication_in,
    given,
    missing,
    participant_in,
    text,
    time_of,
)
from understudy.conversation_api.wrapups import wrap_up
from understudy.conversations.commands import AgentAccept, Disconnect, Hold, SetAttributes, Wrapup
from understudy.conversations.media_commands import Confine, Mute, Park, Record, Resume, SendDigits
from understudy.conversations.model import Communication, CommunicationState, Conversation, Participant
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.messages import Answer

SETTABLE: Final = (None, "connected", "disconnected", "parked")


def patch_participant(call: Call) -> Answer:
    """``PATCH …/participants/{pid}`` {state, held, muted, confined, recording, wrapup, wrapupSkipped, resumeTime}, in
    this order but for ``disconnected``, which comes before the wrap-up; also per communication."""
    conversation, participant = participant_in(call)
    check_acting(call, conversation, participant)
    body, communication = given(call), communication_in(call, participant)
    state = body.get("state")
    if state not in SETTABLE:
        raise Refused(400, "invalid.value", f"state {state!r}: connected, disconnected and parked can be set.")
    if state == "connected":
        _connect(call, conversation, participant, communication)
    _change(call, conversation, participant, communication, body)
    if state == "parked":
        call.perform(Park(conversation.id, participant.id, time_of(body, "resumeTime")))
    if state == "disconnected":
        named = communication.id if "communicationId" in call.path or len(participant.communications) > 1 else ""
        call.perform(Disconnect(conversation.id, participant.id, communication=named))
    if body.get("wrapup") is not None:
        wrap_up(call, conversation, participant, body["wrapup"], communication.id)
    elif body.get("wrapupSkipped") is True:
        call.perform(Wrapup(conversation.id, participant.id))
    return Answer(body={} if call.operation.response else None)


def patch_attributes(call: Call) -> Answer:
    """``PATCH …/participants/{pid}/attributes`` {attributes}: merged. Anyone who may read the conversation may."""
    conversation, participant = participant_in(call)
    if not isinstance(given(call).get("attributes"), dict):
        raise missing("attributes")
    call.perform(SetAttributes(conversation.id, participant.id, attributes_of(given(call))))
    return Answer(body={"attributes": dict(participant.attributes)} if call.operation.response else None)


def post_digits(call: Call) -> Answer:
    """``POST …/participants/{pid}/digits`` {digits}: DTMF into the call."""
    conversation, participant = participant_in(call)
    check_acting(call, conversation, participant)
    call.perform(SendDigits(conversation.id, participant.id, text(given(call), "digits")))
    return Answer()


def patch_parking(call: Call) -> Answer:
    """``PATCH …/participants/{pid}/parkingstate`` {state: parked | connected, resumeTime}."""
    conversation, participant = participant_in(call)
    check_acting(call, conversation, participant)
    body = given(call)
    match body.get("state"):
        case "parked":
            call.perform(Park(conversation.id, participant.id, time_of(body, "resumeTime")))
        case "connected":
            call.perform(Resume(conversation.id, participant.id))
        case other:
            raise Refused(400, "invalid.value", f"state {other!r}: parked and connected can be set.")
    return Answer()


def _connect(call: Call, conversation: Conversation, participant: Participant, communication: Communication) -> None:
    match communication.state:
        case CommunicationState.CONNECTED:
            return
        case CommunicationState.PARKED:
            call.perform(Resume(conversation.id, participant.id))
        case _:
            call.perform(AgentAccept(conversation.id, participant.id))


def _change(
    call: Call, conversation: Conversation, participant: Participant, communication: Communication, body: dict[str, Any]
) -> None:
    ids = (conversation.id, participant.id)
    if body.get("held") is not None:
        call.perform(Hold(*ids, body["held"] is True, communication.id))
    if body.get("muted") is not None:
        call.perform(Mute(*ids, body["muted"] is True))
    if body.get("confined") is not None:
        call.perform(Confine(*ids, body["confined"] is True))
    if body.get("recording") is not None:
        call.perform(Record(conversation.id, "ACTIVE" if body["recording"] is True else "NONE"))


ACTIONS: Final[dict[str, Action]] = {
    "patchConversationParticipant": patch_participant,
    "patchConversationsCallParticipant": patch_participant,
    "patchConversationsCallbackParticipant": patch_participant,
    "patchConversationsEmailParticipant": patch_participant,
    "patchConversationsMessageParticipant": patch_participant,
    "patchConversationsCallParticipantCommunication": patch_participant,
    "patchConversationsCallbackParticipantCommunication": patch_participant,
    "patchConversationsEmailParticipantCommunication": patch_participant,
    "patchConversationsMessageParticipantCommunication": patch_participant,
    "patchConversationParticipantAttributes": patch_attributes,
    "patchConversationsCallParticipantAttributes": patch_attributes,
    "patchConversationsCallbackParticipantAttributes": patch_attributes,
    "patchConversationsEmailParticipantAttributes": patch_attributes,
    "patchConversationsMessageParticipantAttributes": patch_attributes,
    "postConversationParticipantDigits": post_digits,
    "patchConversationsMessageParticipantParkingstate": patch_parking,
    "patchConversationsEmailParticipantParkingstate": patch_parking,
}
