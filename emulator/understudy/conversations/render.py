"""The REST forms of conversations (models Conversation and CallConversation, CallbackConversation, EmailConversation,
MessageConversation; facts: messaging §5).

``GET /conversations/{id}`` keeps ``calls[]``, ``messages[]`` and so on under each participant; the form of one medium
has its state on the participant itself. The forms of notifications are in ``notifications.snapshots``.
"""

from __future__ import annotations

from typing import Any

from understudy.clock import iso
from understudy.conversations.entries import ARRAYS, entry, flattened, when
from understudy.conversations.message_form import present
from understudy.conversations.model import FAR, Communication, Conversation, Participant

Body = dict[str, Any]


def conversation_body(conversation: Conversation) -> Body:
    """The Conversation model."""
    body = {
        "id": conversation.id,
        "startTime": iso(conversation.started),
        "endTime": when(conversation.ended),
        "address": conversation.leg.address,
        "externalTag": conversation.tag,
        "participants": [_participant(conversation, p) for p in conversation.participants],
        "recordingState": conversation.recording,
        "utilizationLabelId": conversation.label,
        "divisions": _divisions(conversation),
        "selfUri": f"/api/v2/conversations/{conversation.id}",
    }
    return present(body)


def media_conversation_body(conversation: Conversation, media: str) -> Body:
    """The form of one medium; whoever has nothing to do with it is not in it."""
    there = [(p, c) for p in conversation.participants if (c := p.of(media)) is not None]
    body = {
        "id": conversation.id,
        "participants": [_media_participant(conversation, p, c) for p, c in there],
        "otherMediaUris": _others(conversation, media),
        "recordingState": conversation.recording.lower() if media == "call" else None,
        "utilizationLabelId": conversation.label,
        "divisions": _divisions(conversation),
        "selfUri": f"/api/v2/conversations/{ARRAYS[media]}/{conversation.id}",
    }
    return present(body)


def _participant(conversation: Conversation, participant: Participant) -> Body:
    body = {
        **_person(participant, participant.communication),
        "participantType": "External" if participant.purpose in FAR else "Internal",
        "userId": participant.user,
        "userUri": f"/api/v2/users/{participant.user}" if participant.user else None,
        "queueId": participant.queue,
        "queueName": participant.queue_name,
        "externalContactId": participant.external_contact,
        "consultParticipantId": participant.consult,
        "monitoredParticipantId": participant.monitored,
        "coachedParticipantId": participant.coached,
        "bargedParticipantId": participant.barged,
        **_numbers(conversation, participant),
    }
    for communication in participant.communications:
        body.setdefault(ARRAYS[communication.media], []).append(entry(conversation, participant, communication))
    return present(body)


def _media_participant(conversation: Conversation, participant: Participant, communication: Communication) -> Body:
    user = {"id": participant.user, "selfUri": f"/api/v2/users/{participant.user}"} if participant.user else None
    queue = {"id": participant.queue, "name": participant.queue_name} if participant.queue else None
    body = {
        **_person(participant, communication),
        "user": user,
        "queue": queue,
        "externalContact": {"id": participant.external_contact} if participant.external_contact else None,
        **flattened(conversation, participant, communication),
    }
    return present(body)


def _person(participant: Participant, communication: Communication) -> Body:
    """What both forms of a participant share."""
    is_agent = participant.purpose == "agent"
    return {
        "id": participant.id,
        "name": participant.name,
        "address": participant.address,
        "purpose": participant.purpose,
        "startTime": iso(participant.started),
        "connectedTime": when(communication.connected),
        "endTime": when(participant.ended),
        "attributes": dict(participant.attributes),
        "wrapupRequired": participant.wrapup_required,
        "wrapupPrompt": participant.wrapup_prompt if participant.wrapup_required else None,
        "wrapupTimeoutMs": _millis(participant.wrapup_timeout) if participant.wrapup_required else None,
        "wrapupSkipped": participant.wrapup_skipped if is_agent else None,
        "wrapup": communication.wrapup,
        "startAcwTime": when(participant.acw_started),
        "endAcwTime": when(participant.acw_ended),
        "alertingTimeoutMs": _millis(participant.alerting_timeout),
        "conversationRoutingData": _routing(participant),
    }


def _numbers(conversation: Conversation, participant: Participant) -> Body:
    """Who called whom, of a participant with a call."""
    call = participant.of("call")
    if call is None:
        return {}
    leg = conversation.leg
    ani, dnis = (leg.address, leg.integration) if call.direction == "inbound" else (leg.integration, leg.address)
    return {"ani": ani, "dnis": dnis}


def _routing(participant: Participant) -> Body | None:
    if participant.queue is None:
        return None
    language = participant.language
    body = {
        "queue": {"id": participant.queue, "selfUri": f"/api/v2/routing/queues/{participant.queue}"},
        "language": {"id": language, "selfUri": f"/api/v2/routing/languages/{language}"} if language else None,
        "priority": participant.priority,
        "skills": [{"id": one, "selfUri": f"/api/v2/routing/skills/{one}"} for one in participant.skills],
        "scoredAgents": [],
    }
    return present(body)


def _others(conversation: Conversation, media: str) -> list[str]:
    others = [array for kind, array in ARRAYS.items() if kind != media and conversation.has(kind)]
    return [f"/api/v2/conversations/{array}/{conversation.id}" for array in others]


def _divisions(conversation: Conversation) -> list[Body]:
    if not conversation.division:
        return []
    uri = f"/api/v2/authorization/divisions/{conversation.division}"
    return [{"division": {"id": conversation.division, "selfUri": uri}, "entities": []}]


def _millis(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)
