"""What a call is about: the conversation, participant and communication of its path, and who may act there."""

from __future__ import annotations

from typing import Any

from understudy.clock import parse_iso
from understudy.conversations.model import Communication, Conversation, Participant
from understudy.conversations.parties import communication_of, find, find_communication, find_participant
from understudy.errors import Refused
from understudy.platform.call import Call
from understudy.platform.grants import guard_conversation

MEDIA_OF = {"calls": "call", "callbacks": "callback", "emails": "email", "messages": "message"}  # a path's family


def media_of(call: Call) -> str:
    """The medium of a path's family (``…/conversations/calls/…``); "" for the paths of every medium."""
    parts = call.operation.path.split("/")
    return MEDIA_OF.get(parts[4], "") if len(parts) > 4 else ""


def conversation_in(call: Call) -> Conversation:
    """The path's conversation; Refused 404 when there is none, or when it has nothing of the path's medium, 403 when it
    lies in a division that the token has no grant for."""
    conversation = find(call.org, call.path["conversationId"])
    media = media_of(call)
    if media and not conversation.has(media):
        raise Refused(
            404,
            "conversation.error.conversation.not.found",
            f"Conversation {conversation.id} has no {media}.",
            params={"conversationId": conversation.id},
        )
    guard_conversation(call, conversation)
    return conversation


def participant_in(call: Call) -> tuple[Conversation, Participant]:
    """The path's conversation and participant; a communication in the path is the participant's."""
    conversation = conversation_in(call)
    participant = find_participant(conversation, call.path["participantId"])
    if "communicationId" in call.path:
        communication_of(participant, call.path["communicationId"])
    return conversation, participant


def communication_in(call: Call, participant: Participant) -> Communication:
    """The communication that the path names, else the participant's in the path's medium, else its first live one."""
    if "communicationId" in call.path:
        return communication_of(participant, call.path["communicationId"])
    media = media_of(call)
    return (participant.of(media) if media else None) or communication_of(participant)


def owner_in(call: Call) -> tuple[Conversation, Participant]:
    """The path's conversation, and the participant whose communication the path names."""
    conversation = conversation_in(call)
    return conversation, find_communication(conversation, call.path["communicationId"])


def check_acting(call: Call, conversation: Conversation, participant: Participant) -> None:
    """Refused 403 where a user acts for another user, or in a conversation that he has no part in. After-call work is
    done when he has left, so his own participant is always his."""
    user = call.token.user
    if user is None or participant.user == user:
        return
    takes_part = any(p.user == user and p.is_live for p in conversation.participants)
    if participant.user is not None or not takes_part:
        raise Refused(
            403,
            "conversation.error.forbidden.not.active.participant",
            f"User {user} is not participant {participant.id} of conversation {conversation.id}.",
            params={"participantId": participant.id, "conversationId": conversation.id},
        )


def acting_user(call: Call) -> str:
    """The token's user; Refused 400 for client credentials."""
    if call.token.user is None:
        raise Refused(400, "not.a.user", "This request requires a user context; client credentials have none")
    return call.token.user


def given(call: Call) -> dict[str, Any]:
    """The body, or an empty one."""
    return call.body if isinstance(call.body, dict) else {}


def text(body: dict[str, Any], field: str) -> str:
    """A field as text; "" where it is absent or null."""
    value = body.get(field)
    return "" if value is None else str(value)


def texts(body: dict[str, Any], field: str) -> tuple[str, ...]:
    """A field that lists texts."""
    value = body.get(field)
    return tuple(str(one) for one in value if one is not None) if isinstance(value, list) else ()


def attributes_of(body: dict[str, Any], field: str = "attributes") -> dict[str, str]:
    """A field that maps names to texts; whether its values are texts is checked where they are set."""
    value = body.get(field)
    return dict(value) if isinstance(value, dict) else {}


def time_of(body: dict[str, Any], field: str) -> float | None:
    """A field that holds a date and time, as the org's time."""
    value = body.get(field)
    if value is None:
        return None
    try:
        return parse_iso(str(value))
    except ValueError as error:
        raise Refused(400, "invalid.date", f"{field} {value!r} is no date and time.") from error


def missing(field: str) -> Refused:
    """400: a field that must be there."""
    return Refused(400, "required.field.missing", f"{field} is required.", params={"field": field})


def user_named(call: Call, name: str) -> str | None:
    """The id of the user with that name or user name."""
    users = call.org.entities.of("users").values()
    return next((u.id for u in users if name and name in (u.body.get("name"), u.body.get("username"))), None)


def queue_named(call: Call, name: str) -> str | None:
    """The id of the queue with that name; Refused 400 when there is none."""
    entity = call.org.entities.named("routing.queues", name) if name else None
    if name and entity is None:
        raise Refused(400, "queue.not.found", f"There is no queue {name!r}.", params={"queueName": name})
    return entity.id if entity else None
