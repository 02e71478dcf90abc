"""The typing indicator of a customer, as the agents and the flow of a conversation hear it.

Bodies are MessageData with a normalized message of type Event (models V2ConversationMessageTypingEventFor*).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from understudy.clock import iso
from understudy.conversations.model import Conversation
from understudy.world.changes import Change

SUFFIX: Final = "conversations.inbound.typing.event"
PLATFORMS: Final = {"open": "Open", "webmessaging": "WebMessaging"}


def subjects(conversation: Conversation) -> Iterator[str]:
    """``users.{id}`` of live agents, and ``workflows.{id}`` while a flow runs (assumed: the id is the flow's)."""
    for party in conversation.participants:
        if party.is_live and party.user:
            yield f"users.{party.user}"
        elif party.is_live and party.purpose == "workflow" and isinstance(conversation.flow.get("id"), str):
            yield f"workflows.{conversation.flow['id']}"


def body(conversation: Conversation, change: Change) -> dict[str, Any]:
    """MessageData, of a change ``typing``: ``duration`` in milliseconds as the vendor gave it, or none."""
    leg = conversation.leg
    customer = {"id": leg.address, "idType": leg.address_type, "nickname": leg.nickname}
    channel = {
        "id": leg.integration,
        "platform": PLATFORMS.get(conversation.customer.communication.type),
        "to": {"id": leg.integration},
        "from": {key: value for key, value in customer.items() if value},
        "time": iso(change.at),
    }
    typing: dict[str, Any] = {"type": "On"}
    duration = change.data.get("duration")
    if isinstance(duration, int) and not isinstance(duration, bool):
        typing["duration"] = duration
    message = {
        "channel": {key: value for key, value in channel.items() if value},
        "type": "Event",
        "events": [{"eventType": "Typing", "typing": typing}],
        "direction": "Inbound",
    }
    return {"conversationId": conversation.id, "normalizedMessage": message}
