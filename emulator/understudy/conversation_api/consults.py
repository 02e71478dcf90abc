"""Consult transfers of calls. The participant of the path is the object: who is to be handed over (inferred).

Where the path names the consulting agent himself, as some clients do, the object is the one outside (assumed).
"""

from __future__ import annotations

from typing import Any, Final

from understudy.conversation_api.target import (
    acting_user,
    given,
    missing,
    participant_in,
    queue_named,
    text,
    user_named,
)
from understudy.conversation_api.transfers import number_of_contact
from understudy.conversations.media_commands import CancelConsult, Consult, Destination, SpeakTo
from understudy.conversations.model import Conversation, Participant
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.messages import Answer


def consult(call: Call) -> Answer:
    """``POST …/consult`` {speakTo, destination: {userId | queueId | address}}."""
    sent = given(call).get("destination")
    body: dict[str, Any] = sent if isinstance(sent, dict) else {}
    destination = Destination(text(body, "address"), text(body, "userId"), text(body, "queueId"), text(body, "name"))
    if destination == Destination():
        raise Refused(
            400, "conversation.error.consult.transfer.no.destination", "A consult transfer has a destination."
        )
    return _start(call, destination)


def consult_agent(call: Call) -> Answer:
    """``POST …/consult/agent`` {speakTo, userId | userDisplayName}."""
    body = given(call)
    user = text(body, "userId") or user_named(call, text(body, "userDisplayName"))
    if not user:
        raise missing("userId")
    return _start(call, Destination(user=user))


def consult_queue(call: Call) -> Answer:
    """``POST …/consult/queue`` {speakTo, queueId | queueName}."""
    body = given(call)
    queue = text(body, "queueId") or queue_named(call, text(body, "queueName"))
    if not queue:
        raise missing("queueId")
    return _start(call, Destination(queue=queue))


def consult_external(call: Call) -> Answer:
    """``POST …/consult/external`` and ``…/voice/consult`` {speakTo, address}."""
    address = text(given(call), "address")
    if not address:
        raise missing("address")
    return _start(call, Destination(address))


def consult_contact(call: Call) -> Answer:
    """``POST …/consult/contact/external`` {speakTo, contactId, phoneType}."""
    return _start(call, Destination(number_of_contact(call, given(call))))


def patch_consult(call: Call) -> Answer:
    """``PATCH …/consult`` {speakTo}: whom the consulting agent speaks to now."""
    acting_user(call)
    conversation, participant = participant_in(call)
    object_ = _object(conversation, participant)
    called: Participant = call.perform(SpeakTo(conversation.id, object_.id, text(given(call), "speakTo")))
    return Answer(body={"destinationParticipantId": called.id})


def delete_consult(call: Call) -> Answer:
    """``DELETE …/consult``: the consulted party leaves."""
    acting_user(call)
    conversation, participant = participant_in(call)
    call.perform(CancelConsult(conversation.id, _object(conversation, participant).id))
    return Answer()


def _start(call: Call, destination: Destination) -> Answer:
    user = text(given(call), "consultingUserId") or acting_user(call)
    conversation, participant = participant_in(call)
    initiator = next((p for p in conversation.participants if p.user == user and p.is_live and p.is_party), None)
    if initiator is None:
        raise Refused(
            400, "conversation.error.consult.transfer.no.initiator", f"User {user} is not in the conversation."
        )
    object_ = _object(conversation, participant)
    speak_to = text(given(call), "speakTo") or "DESTINATION"
    called: Participant = call.perform(Consult(conversation.id, object_.id, initiator.id, destination, speak_to))
    return Answer(body={"destinationParticipantId": called.id})


def _object(conversation: Conversation, participant: Participant) -> Participant:
    if participant.user is None or not participant.is_live:
        return participant
    others = [p for p in conversation.participants if p.is_live and p.is_party and p.user != participant.user]
    return next((p for p in others if p.user is None), participant)


ACTIONS: Final[dict[str, Action]] = {
    "postConversationsCallParticipantConsult": consult,
    "postConversationsCallParticipantConsultAgent": consult_agent,
    "postConversationsCallParticipantConsultQueue": consult_queue,
    "postConversationsCallParticipantConsultExternal": consult_external,
    "postConversationsCallParticipantVoiceConsult": consult_external,
    "postConversationsCallParticipantConsultContactExternal": consult_contact,
    "patchConversationsCallParticipantConsult": patch_consult,
    "deleteConversationsCallParticipantConsult": delete_consult,
}
