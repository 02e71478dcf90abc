"""Transcripts: what was said in a communication, as the document behind a transcript URL, and the search in it.

The shape is the one of the developer centre's transcript schema, as a client that converted it to types has it
(organizationId … transcripts[phrases[]], participants[]; observed). Digital text is certain: stability and confidence
are 1. Nothing analyses it, so sentiment and topics are empty. Times are whole milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from understudy.conversations.model import FAR, Communication, Conversation, Message, Participant
from understudy.errors import Refused
from understudy.history.documents import media_type
from understudy.history.recordings import speaker
from understudy.ids import IdStream
from understudy.notifications.details import millis
from understudy.world.org import Org

LANGUAGE: Final = "en-us"  # of text nothing detected the language of
ENGINE: Final = "Understudy"

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Something said: where, by whom, when (org's time, POSIX seconds)."""

    communication: str
    text: str
    at: float
    is_outside: bool
    by: Participant | None


def phrases_of(conversation: Conversation, communication: Communication) -> list[Phrase]:
    """All that was said while a communication lasted, whoever said it, oldest first."""
    return [phrase for phrase in phrases(conversation) if _lasted(communication, phrase.at)]


def phrases(conversation: Conversation) -> Iterator[Phrase]:
    """All that was said in a conversation: messages and e-mails with text."""
    for message in conversation.messages.values():
        if message.text and message.type != "Event":
            yield _phrase(conversation, message)
    for mail in conversation.mails.values():
        if mail.text and not mail.state:
            yield Phrase("", mail.text, mail.at, mail.direction == "inbound", None)


def find_communication(conversation: Conversation, id_: str) -> tuple[Participant, Communication]:
    """A communication and its participant; Refused 404 where there is none."""
    for participant in conversation.participants:
        for communication in participant.communications:
            if communication.id == id_:
                return participant, communication
    message = f"Communication {id_} is not in conversation {conversation.id}"
    raise Refused(404, "not.found", message, params={"communicationId": id_})


def transcript(org: Org, conversation: Conversation, communication: Communication) -> Body:
    """The document."""
    said = phrases_of(conversation, communication)
    start = communication.started
    end = communication.disconnected if communication.disconnected is not None else org.now()
    return {
        "organizationId": org.id,
        "conversationId": conversation.id,
        "communicationId": communication.id,
        "mediaType": media_type(communication),
        "conversationStartTime": millis(conversation.started),
        "startTime": millis(start),
        "duration": {"milliseconds": millis(end - start)},
        "participants": [_participant(conversation, p) for p in conversation.participants if _met(p, start, end)],
        "transcripts": [
            {
                "transcriptId": transcript_id(org, communication),
                "language": LANGUAGE,
                "engineId": ENGINE,
                "startTime": millis(start),
                "duration": {"milliseconds": millis(end - start)},
                "phrases": [_phrase_body(number, phrase, start) for number, phrase in enumerate(said)],
                "analytics": {"topics": [], "sentiment": []},
            }
        ],
        "uri": f"/api/v2/conversations/{conversation.id}",
    }


def transcript_id(org: Org, communication: Communication) -> str:
    """The id of a communication's transcript."""
    return IdStream(f"{org.id}/transcript/{communication.id}").uuid()


def _phrase(conversation: Conversation, message: Message) -> Phrase:
    by = speaker(conversation, message)
    return Phrase(message.communication, message.text, message.at, message.direction == "inbound", by)


def _phrase_body(number: int, phrase: Phrase, start: float) -> Body:
    words = phrase.text.split()
    return {
        "text": phrase.text,
        "decoratedText": phrase.text,
        "stability": 1.0,
        "confidence": 1.0,
        "offset": {"milliseconds": millis(phrase.at - start)},
        "startTimeMs": millis(phrase.at),
        "duration": {"milliseconds": 0},
        "phraseIndex": number,
        "participantPurpose": "external" if phrase.is_outside else "internal",
        "words": [{"word": word, "confidence": 1.0, "startTimeMs": millis(phrase.at)} for word in words],
    }


def _participant(conversation: Conversation, participant: Participant) -> Body:
    leg, communication = conversation.leg, participant.communication
    inbound = communication.direction == "inbound"
    body: Body = {
        "participantPurpose": "external" if participant.purpose in FAR else "internal",
        "userId": participant.user,
        "queueId": participant.queue,
        "initialDirection": communication.direction,
        "divisionId": conversation.division or None,
        "from": leg.address if inbound else leg.integration,
        "to": leg.integration if inbound else leg.address,
        "startTimeMs": millis(communication.started),
        "endTimeMs": None if communication.disconnected is None else millis(communication.disconnected),
        "messageType": communication.type if communication.media == "message" else None,
    }
    return {key: value for key, value in body.items() if value is not None}


def _lasted(communication: Communication, at: float) -> bool:
    ended = communication.disconnected
    return communication.started <= at and (ended is None or at <= ended)


def _met(participant: Participant, start: float, end: float) -> bool:
    ended = participant.ended
    return participant.started <= end and (ended is None or ended >= start)
