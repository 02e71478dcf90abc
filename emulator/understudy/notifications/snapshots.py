"""Snapshots of a conversation, the bodies of ``….conversations`` and ``….conversations.messages``.

Two shapes of the same thing (facts: platform-api §5). ``media`` has the state of the medium on the participant itself;
``whole`` keeps ``messages[]`` under each participant, as REST does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.clock import iso
from understudy.conversations.model import Conversation, Message, Participant
from understudy.notifications.details import PROVIDER

Body = dict[str, Any]


def media(conversation: Conversation) -> Body:
    """MessageConversation: the body of ``….conversations.messages``."""
    participants = [_flattened(conversation, participant) for participant in conversation.participants]
    return {
        "id": conversation.id,
        "participants": participants,
        "address": conversation.leg.address,
        "otherMediaUris": [],
    }


def whole(conversation: Conversation) -> Body:
    """Conversation: the body of ``….conversations``."""
    participants = [_nested(conversation, participant) for participant in conversation.participants]
    body = {"id": conversation.id, "participants": participants, "address": conversation.leg.address}
    return body | {"recordingState": "none"}


def _flattened(conversation: Conversation, participant: Participant) -> Body:
    communication = participant.communication
    body = {
        **_person(participant),
        **_media(participant),
        "startTime": iso(participant.started),
        "user": {"id": participant.user} if participant.user else None,
        "queue": {"id": participant.queue, "name": participant.queue_name} if participant.queue else None,
        "type": communication.type,
    }
    body["messages"] = [
        {"message": {"id": message.id}, **_message(message)} for message in _messages(conversation, participant)
    ]
    return {key: value for key, value in body.items() if value not in (None, "")}


def _nested(conversation: Conversation, participant: Participant) -> Body:
    communication, leg = participant.communication, conversation.leg
    entry = {
        **_media(participant),
        "id": communication.id,
        "disconnectedTime": _iso(communication.disconnected),
        "type": communication.type,
        "fromAddress": {"addressNormalized": leg.address, "addressRaw": leg.address},
        "toAddress": {"addressNormalized": leg.integration, "addressRaw": leg.integration},
    }
    entry["messages"] = [
        {"messageId": message.id, **_message(message)} for message in _messages(conversation, participant)
    ]
    body = _person(participant) | {"userId": participant.user, "queueId": participant.queue}
    body["messages"] = [{key: value for key, value in entry.items() if value not in (None, "")}]
    return {key: value for key, value in body.items() if value not in (None, "")}


def _person(participant: Participant) -> Body:
    return {
        "id": participant.id,
        "name": participant.name,
        "address": participant.address,
        "purpose": participant.purpose,
        "connectedTime": _iso(participant.communication.connected),
        "endTime": _iso(participant.ended),
        "wrapupRequired": participant.wrapup_required,
        "wrapupPrompt": participant.wrapup_prompt if participant.wrapup_required else None,
        "wrapup": _wrapup(participant),
        "startAcwTime": _iso(participant.acw_started),
        "endAcwTime": _iso(participant.acw_ended),
        "alertingTimeoutMs": None
        if participant.alerting_timeout is None
        else round(participant.alerting_timeout * 1000),
        "attributes": dict(participant.attributes),
    }


def _media(participant: Participant) -> Body:
    communication = participant.communication
    return {
        "state": communication.state.value,
        "direction": communication.direction,
        "held": communication.held,
        "disconnectType": communication.disconnect_type,
        "provider": PROVIDER,
        "connectedTime": _iso(communication.connected),
    }


def _messages(conversation: Conversation, participant: Participant) -> list[Message]:
    known = conversation.messages
    return [known[id_] for id_ in participant.communication.messages if id_ in known]


def _message(message: Message) -> Body:
    return {"messageTime": iso(message.at), "messageStatus": message.status, "messageSegmentCount": 1}


_WRAPUP: Final[Mapping[str, type]] = {"code": str, "notes": str, "durationSeconds": int, "endTime": str, "tags": list}


def _wrapup(participant: Participant) -> Body | None:
    given = participant.communication.wrapup or {}
    return {key: given[key] for key, type_ in _WRAPUP.items() if isinstance(given.get(key), type_)} or None


def _iso(at: float | None) -> str | None:
    return None if at is None else iso(at)
