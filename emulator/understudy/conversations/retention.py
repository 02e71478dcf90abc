"""How many conversations an org remembers: memory is bounded, as is a message log.

The oldest ended conversations are forgotten first, with every index that points to them. The bounds are the emulator's
own; a run that needs more reads the record.
"""

from __future__ import annotations

from collections import deque

from understudy.conversations.media import Mail
from understudy.conversations.model import Conversation, Message
from understudy.errors import Refused
from understudy.world.org import Org

ENDED_KEPT = 2_000
LIVE_KEPT = 100_000  # who would start more is refused
MESSAGES_KEPT = 5_000  # per conversation
MAILS_KEPT = 500  # per conversation
PARTICIPANTS_KEPT = 500  # a longer conversation is not threaded into any more, transferred, or called into


def threads(org: Org) -> dict[tuple[str, str], str]:
    """The newest conversation of an address: (integration, address) → conversation id."""
    found: dict[tuple[str, str], str] = org.live.setdefault("threads", {})
    return found


def message_index(org: Org) -> dict[str, str]:
    """Message id → conversation id."""
    found: dict[str, str] = org.live.setdefault("messages", {})
    return found


def check_room(org: Org) -> None:
    """Refused 503 when the org has as many conversations as it holds."""
    if len(org.conversations) >= LIVE_KEPT + ENDED_KEPT:
        raise Refused(503, "service.unavailable", f"The emulator holds {LIVE_KEPT} live conversations, no more.")


def check_length(conversation: Conversation) -> None:
    """Refused 400 when a conversation has seen as many participants as it holds."""
    if len(conversation.participants) > PARTICIPANTS_KEPT:
        raise Refused(400, "constraint.validation", f"A conversation has at most {PARTICIPANTS_KEPT} participants.")


def keep(org: Org, conversation: Conversation, message: Message) -> None:
    """Store a message; the oldest of a very long conversation goes."""
    if len(conversation.messages) >= MESSAGES_KEPT:
        oldest = next(iter(conversation.messages))
        del conversation.messages[oldest]
        message_index(org).pop(oldest, None)
        for participant in conversation.participants:
            if oldest in participant.communication.messages[:1]:
                del participant.communication.messages[0]
    conversation.messages[message.id] = message
    message_index(org)[message.id] = conversation.id


def keep_mail(conversation: Conversation, mail: Mail) -> None:
    """Store an e-mail; the oldest of a very long conversation goes."""
    if len(conversation.mails) >= MAILS_KEPT:
        del conversation.mails[next(iter(conversation.mails))]
    conversation.mails[mail.id] = mail


def forget_oldest(org: Org, conversation: Conversation) -> None:
    """Remember that a conversation ended, and forget the oldest ended one beyond the bound."""
    ended: deque[tuple[str, float]] = org.live.setdefault("conversations.ended", deque())
    ended.append((conversation.id, conversation.ended or 0.0))
    for _ in range(max(0, len(ended) - ENDED_KEPT)):
        id_, at = ended.popleft()
        oldest = org.conversations.get(id_)
        if oldest is None or oldest.ended != at:  # reopened since, and listed anew when it ended again
            continue
        if any(p.in_wrapup for p in oldest.participants):
            ended.append((id_, at))
        else:
            _forget(org, oldest)


def _forget(org: Org, conversation: Conversation) -> None:
    del org.conversations[conversation.id]
    org.schedule.cancel(f"thread:{conversation.id}")
    key = (conversation.leg.integration, conversation.leg.address)
    if threads(org).get(key) == conversation.id:
        del threads(org)[key]
    index = message_index(org)
    for message in conversation.messages:
        index.pop(message, None)
