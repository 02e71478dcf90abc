"""The REST forms of conversations (models Conversation, MessageConversation, MessageData; facts: messaging §5).

``GET /conversations/{id}`` keeps ``messages[]`` under each participant; ``GET /conversations/messages/{id}`` has the
state of the medium on the participant itself. The forms of notifications are in ``notifications.snapshots``.
"""

from __future__ import annotations

from typing import Any

from understudy.clock import iso
from understudy.conversations.model import Communication, Conversation, Leg, Message, Participant, Sender
from understudy.conversations.parties import messenger_type

PROVIDER = "PureCloud Messaging"  # inferred (facts: messaging §5)
PLATFORMS = {"open": "Open", "webmessaging": "WebMessaging"}

Body = dict[str, Any]


def conversation_body(conversation: Conversation) -> Body:
    """The Conversation model."""
    body = {
        "id": conversation.id,
        "startTime": iso(conversation.started),
        "endTime": _iso(conversation.ended),
        "address": conversation.leg.address,
        "participants": [_participant(conversation, p) for p in conversation.participants],
        "recordingState": "NONE",
        "divisions": _divisions(conversation),
        "selfUri": f"/api/v2/conversations/{conversation.id}",
    }
    return _present(body)


def message_conversation_body(conversation: Conversation) -> Body:
    """The MessageConversation model: the media-specific form."""
    return {
        "id": conversation.id,
        "participants": [_media_participant(conversation, p) for p in conversation.participants],
        "otherMediaUris": [],
        "divisions": _divisions(conversation),
        "selfUri": f"/api/v2/conversations/messages/{conversation.id}",
    }


def message_data(conversation: Conversation, message: Message) -> Body:
    """The MessageData model: one message with its normalized form and receipts."""
    leg = conversation.leg
    inbound = message.direction == "inbound"
    body = {
        "id": message.id,
        "providerMessageId": message.provider_id,
        "timestamp": iso(message.at),
        "fromAddress": leg.address if inbound else leg.integration,
        "toAddress": leg.integration if inbound else leg.address,
        "direction": message.direction,
        "messengerType": messenger_type(leg),
        "status": message.status,
        "normalizedMessage": normalized(leg, message),
        "normalizedReceipts": [dict(receipt) for receipt in message.receipts],
        "createdBy": {"id": message.user, "selfUri": f"/api/v2/users/{message.user}"} if message.user else None,
        "conversationId": conversation.id,
        "selfUri": f"/api/v2/conversations/messages/{conversation.id}/messages/{message.id}",
    }
    return _present(body)


def normalized(leg: Leg, message: Message) -> Body:
    """The ConversationNormalizedMessage model."""
    inbound = message.direction == "inbound"
    customer = _present({"id": leg.address, "idType": leg.address_type, "nickname": leg.nickname, **leg.profile})
    ours = {"id": leg.integration}
    channel = {
        "id": leg.integration,
        "platform": PLATFORMS.get(messenger_type(leg)),
        "type": "Private",
        "messageId": message.provider_id or message.id,
        "to": ours if inbound else customer,
        "from": customer if inbound else ours,
        "time": iso(message.at),
    }
    body = {
        "id": message.id,
        "channel": _present(channel),
        "type": message.type,
        "text": message.text,
        "content": [dict(item) for item in message.content],
        "events": [dict(event) for event in message.events],
        "originatingEntity": "Human" if message.sender in (Sender.AGENT, Sender.CUSTOMER) else "Bot",
        "direction": "Inbound" if inbound else "Outbound",
        "metadata": dict(message.metadata),
    }
    return _present(body)


def _participant(conversation: Conversation, participant: Participant) -> Body:
    body = {
        **_person(participant),
        "participantType": "External" if participant.purpose == "customer" else "Internal",
        "userId": participant.user,
        "userUri": f"/api/v2/users/{participant.user}" if participant.user else None,
        "queueId": participant.queue,
        "queueName": participant.queue_name,
        "messages": [_communication(conversation, participant)],
    }
    return _present(body)


def _media_participant(conversation: Conversation, participant: Participant) -> Body:
    communication, leg = participant.communication, conversation.leg
    user = {"id": participant.user, "selfUri": f"/api/v2/users/{participant.user}"} if participant.user else None
    queue = {"id": participant.queue, "name": participant.queue_name} if participant.queue else None
    body = {
        **_person(participant),
        **_state(communication),
        "startAlertingTime": _iso(communication.alerted),
        "user": user,
        "queue": queue,
        "type": communication.type,
        "messages": _details(conversation, communication),
        **_addresses(leg, communication),
    }
    return _present(body)


def _person(participant: Participant) -> Body:
    """What both forms of a participant share."""
    is_agent = participant.purpose == "agent"
    return {
        "id": participant.id,
        "name": participant.name,
        "address": participant.address,
        "purpose": participant.purpose,
        "startTime": iso(participant.started),
        "connectedTime": _iso(participant.communication.connected),
        "endTime": _iso(participant.ended),
        "attributes": dict(participant.attributes),
        "wrapupRequired": participant.wrapup_required,
        "wrapupPrompt": participant.wrapup_prompt if participant.wrapup_required else None,
        "wrapupTimeoutMs": _millis(participant.wrapup_timeout) if participant.wrapup_required else None,
        "wrapupSkipped": participant.wrapup_skipped if is_agent else None,
        "wrapup": participant.communication.wrapup,
        "startAcwTime": _iso(participant.acw_started),
        "endAcwTime": _iso(participant.acw_ended),
        "alertingTimeoutMs": _millis(participant.alerting_timeout),
        "conversationRoutingData": _routing(participant),
    }


def _communication(conversation: Conversation, participant: Participant) -> Body:
    communication = participant.communication
    body = {
        "id": communication.id,
        **_state(communication),
        "initialState": "alerting" if communication.alerted is not None else "connected",
        "startAlertingTime": _iso(communication.alerted),
        "connectedTime": _iso(communication.connected),
        "disconnectedTime": _iso(communication.disconnected),
        "type": communication.type,
        **_addresses(conversation.leg, communication),
        "messages": _details(conversation, communication),
        "wrapup": communication.wrapup,
        "afterCallWork": _after_call_work(participant),
        "afterCallWorkRequired": participant.wrapup_required if participant.purpose == "agent" else None,
    }
    return _present(body)


def _state(communication: Communication) -> Body:
    return {
        "state": communication.state.value,
        "direction": communication.direction,
        "held": communication.held,
        "disconnectType": communication.disconnect_type,
        "provider": PROVIDER,
    }


def _addresses(leg: Leg, communication: Communication) -> Body:
    customer = {"name": leg.nickname, "addressNormalized": leg.address, "addressRaw": leg.address}
    ours = {"addressNormalized": leg.integration, "addressRaw": leg.integration}
    inbound = communication.direction == "inbound"
    return {"fromAddress": customer, "toAddress": ours} if inbound else {"fromAddress": ours, "toAddress": customer}


def _details(conversation: Conversation, communication: Communication) -> list[Body]:
    """MessageDetails of the messages that were said on a communication."""
    uri = f"/api/v2/conversations/messages/{conversation.id}/messages"
    found = (conversation.messages.get(id_) for id_ in communication.messages)
    return [
        _present(
            {
                "messageId": message.id,
                "messageURI": f"{uri}/{message.id}",
                "messageStatus": message.status,
                "messageSegmentCount": 1,
                "messageTime": iso(message.at),
                "media": _media(message),
                "errorInfo": message.error,
            }
        )
        for message in found
        if message is not None
    ]


def _media(message: Message) -> list[Body] | None:
    attachments = [item["attachment"] for item in message.content if isinstance(item.get("attachment"), dict)]
    names = {
        "id": "id",
        "url": "url",
        "mime": "mediaType",
        "filename": "name",
        "contentSizeBytes": "contentLengthBytes",
    }
    media = [{new: item[old] for old, new in names.items() if item.get(old) is not None} for item in attachments]
    return media or None


def _after_call_work(participant: Participant) -> Body | None:
    if participant.acw_started is None:
        return None
    done = "skipped" if participant.wrapup_skipped else "complete"
    body = {
        "state": "pending" if participant.in_wrapup else done,
        "startTime": iso(participant.acw_started),
        "endTime": _iso(participant.acw_ended),
    }
    return _present(body)


def _routing(participant: Participant) -> Body | None:
    if participant.queue is None:
        return None
    queue = {"id": participant.queue, "selfUri": f"/api/v2/routing/queues/{participant.queue}"}
    return {"queue": queue, "priority": participant.priority, "skills": [], "scoredAgents": []}


def _divisions(conversation: Conversation) -> list[Body]:
    if not conversation.division:
        return []
    uri = f"/api/v2/authorization/divisions/{conversation.division}"
    return [{"division": {"id": conversation.division, "selfUri": uri}, "entities": []}]


def _millis(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)


def _iso(at: float | None) -> str | None:
    return None if at is None else iso(at)


def _present(body: Body) -> Body:
    return {key: value for key, value in body.items() if value is not None and value != ""}
