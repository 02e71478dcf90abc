"""Snapshots of a conversation, the bodies of ``….conversations`` and of ``….conversations.{calls,messages,…}``.

Two shapes of the same thing (facts: platform-api §5). ``flattened`` has the state of one medium on the participant
itself; ``whole`` keeps ``calls[]``, ``callbacks[]``, ``emails[]`` and ``messages[]`` under each participant, as REST
does. The models of users and queues have the same fields.
"""

from __future__ import annotations

from typing import Any

from understudy.clock import iso
from understudy.conversations.model import Communication, Conversation, Participant
from understudy.notifications.communications import entry, flat, present, when, wrapup
from understudy.notifications.media import MESSAGE, Medium, medium_of

Body = dict[str, Any]


def flattened(conversation: Conversation, medium: Medium = MESSAGE) -> Body:
    """The body of the per-media topic, such as MessageConversation. Who has nothing in the medium is not in it."""
    parties = [
        _flattened(conversation, participant, communication)
        for participant in conversation.participants
        if (communication := participant.of(medium.word)) is not None
    ]
    body = {
        "id": conversation.id,
        "participants": parties,
        "address": conversation.leg.address,
        "otherMediaUris": [],
        "utilizationLabelId": conversation.label,
        "divisions": _divisions(conversation),
        "recordingState": _recording(conversation) if medium.word == "call" else None,
    }
    return present(body)


def whole(conversation: Conversation) -> Body:
    """Conversation: the body of ``….conversations``."""
    body = {
        "id": conversation.id,
        "participants": [_nested(conversation, participant) for participant in conversation.participants],
        "address": conversation.leg.address,
        "externalTag": conversation.tag,
        "utilizationLabelId": conversation.label,
        "recordingState": _recording(conversation),
        "divisions": _divisions(conversation),
    }
    return present(body)


def _flattened(conversation: Conversation, participant: Participant, communication: Communication) -> Body:
    contact = participant.external_contact
    body = {
        **_person(participant, communication),
        **flat(conversation, participant, communication),
        "startTime": iso(participant.started),
        "user": {"id": participant.user} if participant.user else None,
        "queue": {"id": participant.queue, "name": participant.queue_name} if participant.queue else None,
        "externalContact": {"id": contact} if contact else None,
        "wrapupSkipped": participant.wrapup_skipped if participant.purpose == "agent" else None,
    }
    return present(body)


def _nested(conversation: Conversation, participant: Participant) -> Body:
    body = _person(participant, participant.communication) | {
        "userId": participant.user,
        "queueId": participant.queue,
        "externalContactId": participant.external_contact,
        "consultParticipantId": participant.consult,
        "monitoredParticipantId": participant.monitored,
        "coachedParticipantId": participant.coached,
        "bargedParticipantId": participant.barged,
    }
    for communication in participant.communications:
        array = body.setdefault(medium_of(communication).array, [])
        array.append(entry(conversation, participant, communication))
    return present(body)


def _person(participant: Participant, communication: Communication) -> Body:
    required = participant.wrapup_required
    return {
        "id": participant.id,
        "name": participant.name,
        "address": participant.address,
        "purpose": participant.purpose,
        "connectedTime": when(communication.connected),
        "endTime": when(participant.ended),
        "wrapupRequired": required,
        "wrapupPrompt": participant.wrapup_prompt if required else None,
        "wrapupTimeoutMs": _millis(participant.wrapup_timeout) if required else None,
        "wrapup": wrapup(communication),
        "startAcwTime": when(participant.acw_started),
        "endAcwTime": when(participant.acw_ended),
        "conversationRoutingData": _routing(participant),
        "alertingTimeoutMs": _millis(participant.alerting_timeout),
        "attributes": dict(participant.attributes),
    }


def _routing(participant: Participant) -> Body | None:
    if participant.queue is None:
        return None
    body: Body = {
        "queue": present({"id": participant.queue, "name": participant.queue_name}),
        "priority": participant.priority,
        "skills": [{"id": skill} for skill in participant.skills],
        "scoredAgents": [],
    }
    return body | ({"language": {"id": participant.language}} if participant.language else {})


def _divisions(conversation: Conversation) -> list[Body]:
    if not conversation.division:
        return []
    uri = f"/api/v2/authorization/divisions/{conversation.division}"
    return [{"division": {"id": conversation.division, "selfUri": uri}, "entities": []}]


def _recording(conversation: Conversation) -> str:
    return conversation.recording.casefold()


def _millis(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)
