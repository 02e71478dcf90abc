"""One message as the Platform API shows it (models MessageData, ConversationNormalizedMessage, MessageDetails)."""

from __future__ import annotations

from typing import Any, Final

from understudy.clock import iso
from understudy.conversations.model import Communication, Conversation, Leg, Message, Sender
from understudy.conversations.parties import messenger_type

PROFILE: Final = ("firstName", "lastName", "image", "email")  # of a leg's profile: what its model shows
PLATFORMS: Final = {"open": "Open", "webmessaging": "WebMessaging"}

Body = dict[str, Any]


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
    return present(body)


def normalized(leg: Leg, message: Message) -> Body:
    """The ConversationNormalizedMessage model."""
    inbound = message.direction == "inbound"
    profile = {name: value for name, value in leg.profile.items() if name in PROFILE}
    customer = present({"id": leg.address, "idType": leg.address_type, "nickname": leg.nickname, **profile})
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
        "channel": present(channel),
        "type": message.type,
        "text": message.text,
        "content": [dict(item) for item in message.content],
        "events": [dict(event) for event in message.events],
        "originatingEntity": "Human" if message.sender in (Sender.AGENT, Sender.CUSTOMER) else "Bot",
        "direction": "Inbound" if inbound else "Outbound",
        "metadata": dict(message.metadata),
    }
    return present(body)


def details(conversation: Conversation, communication: Communication) -> list[Body]:
    """MessageDetails of the messages that were said on a communication."""
    uri = f"/api/v2/conversations/messages/{conversation.id}/messages"
    found = (conversation.messages.get(id_) for id_ in communication.messages)
    return [
        present(
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


def present(body: Body) -> Body:
    """A body without what is not known: None and empty strings."""
    return {key: value for key, value in body.items() if value is not None and value != ""}


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
