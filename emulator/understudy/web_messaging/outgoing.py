"""From a message of the conversation to what guests' connections are told (facts: messaging §2.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from understudy.conversations.model import Message, Sender
from understudy.web_deployments.configurations import DEPLOYMENTS
from understudy.web_messaging.deployment import conversations_of
from understudy.web_messaging.frames import INBOUND, OUTBOUND, ServerFrame, structured_message
from understudy.web_messaging.guests import Guest
from understudy.web_messaging.structured import StructuredMessage
from understudy.world.org import Org

HUMAN: Final = (Sender.AGENT, Sender.CUSTOMER)


def echoed(message: Message, guest: Guest, attributes: Mapping[str, str]) -> StructuredMessage:
    """A guest's own message, as every connection of the session gets it."""
    return StructuredMessage(
        type=message.type,
        direction=INBOUND,
        time=message.at,
        id=message.id,
        text=message.text,
        content=message.content,
        events=message.events,
        metadata={**message.metadata, **session_metadata(guest)},
        attributes=attributes or None,
    )


def told(org: Org, message: Message, guest: Guest) -> ServerFrame:
    """What an agent, a flow or a bot says to a guest."""
    said = StructuredMessage(
        type=message.type,
        direction=OUTBOUND,
        time=message.at,
        id=message.id,
        text=message.text,
        content=message.content,
        events=message.events,
        metadata={**message.metadata, **session_metadata(guest)} if message.type != "Event" else None,
        sender=_sender(org, message, guest),
        originating_entity="Human" if message.sender in HUMAN else "Bot",
    )
    return structured_message(said)


def session_metadata(guest: Guest) -> dict[str, str]:
    """How long the session lives, as each message tells; that the date is in Unix seconds, as in SessionResponse, is
    assumed."""
    return {"durationSeconds": str(guest.duration), "expirationDate": str(int(guest.expires))}


def _sender(org: Org, message: Message, guest: Guest) -> dict[str, str] | None:
    """An agent by the user's name; a bot by the name that the configuration gives it, where it has one (assumed)."""
    if message.sender is Sender.AGENT:
        user = org.entities.get("users", message.user or _user(org, message))
        return {"nickname": user.name} if user is not None and user.name else None
    deployment = org.entities.get(DEPLOYMENTS, guest.deployment)
    shown = (conversations_of(org, deployment).get("humanize") if deployment is not None else None) or {}
    nickname = (shown.get("bot") or {}).get("name") if shown.get("enabled") else ""
    return {"nickname": str(nickname)} if nickname else None


def _user(org: Org, message: Message) -> str:
    """Whose communication it was said on: what an application sends for an agent does not name the user."""
    conversation = org.conversations.get(message.conversation)
    for participant in reversed(conversation.participants) if conversation is not None else ():
        if any(one.id == message.communication for one in participant.communications):
            return participant.user or ""
    return ""
