"""The media of a communication, in the words of topics and event bodies.

A communication's ``media`` decides in which array of a participant it stands, which per-media topic tells of it, and
how detail events call it (models ConversationEventTopicParticipant and *DetailEventTopic*).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from understudy.conversations.media import PROVIDERS
from understudy.conversations.model import Communication, Conversation


@dataclass(frozen=True, slots=True)
class Medium:
    """One medium. ``word`` is ``Communication.media``; ``array`` a participant's field and the end of the topics;
    ``detail`` its ``mediaType`` in detail events; ``provider`` who carries it; ``flow`` the type of its flows."""

    word: str
    array: str
    detail: str
    provider: str
    flow: str


MESSAGE: Final = Medium("message", "messages", "MESSAGE", PROVIDERS["message"], "INBOUNDSHORTMESSAGE")
# A callback meets no inbound flow, so its flow has no type of its own.
MEDIA: Final[Mapping[str, Medium]] = {
    medium.word: medium
    for medium in (
        MESSAGE,
        Medium("call", "calls", "VOICE", PROVIDERS["call"], "INBOUNDCALL"),
        Medium("callback", "callbacks", "CALLBACK", PROVIDERS["callback"], "UNKNOWN"),
        Medium("email", "emails", "EMAIL", PROVIDERS["email"], "INBOUNDEMAIL"),
    )
}


def medium_of(communication: Communication) -> Medium:
    """The medium of a communication; one without a known medium is a message."""
    return MEDIA.get(communication.media, MESSAGE)


def media_of(conversation: Conversation) -> list[Medium]:
    """The media that any party of a conversation has or had, in the order of ``MEDIA``."""
    words = {medium_of(one).word for party in conversation.participants for one in party.communications}
    return [medium for word, medium in MEDIA.items() if word in words]
