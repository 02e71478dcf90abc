"""The body of ``v2.conversations.{id}.transcription`` (facts: platform-api §5; model TranscriptionMessage).

A change ``transcript`` drives it: whoever transcribes a communication appends one for each result. Text messages have
none: the model speaks of offsets into audio only. Fields of the change: ``communication``, ``transcripts`` (a list of
``{id, final, channel, text, confidence, offset, duration, words}``, times in seconds from the start of the
transcription, ``channel`` EXTERNAL for the customer and INTERNAL for the agent), ``started`` (the org's time at which
transcription began), ``ended``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.clock import iso
from understudy.conversations.model import Conversation
from understudy.notifications.details import millis
from understudy.world.changes import Change

CHANNELS: Final = ("INTERNAL", "EXTERNAL", "BOTH")
Body = dict[str, Any]


def body(org_id: str, conversation: Conversation, change: Change) -> Body:
    """TranscriptionMessage, of a change ``transcript``."""
    data = change.data
    started = _number(data.get("started"), change.at)
    communication = str(data.get("communication") or conversation.customer.communication.id)
    given = data.get("transcripts")
    results = [_result(one) for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    session = next(
        (one.started for party in conversation.participants for one in party.communications if one.id == communication),
        conversation.started,
    )
    status = "SESSION_ENDED" if data.get("ended") else "SESSION_ONGOING"
    return {
        "eventTime": iso(change.at),
        "organizationId": org_id,
        "conversationId": conversation.id,
        "communicationId": communication,
        "sessionStartTimeMs": millis(session),
        "transcriptionStartTimeMs": millis(started),
        "transcripts": results,
        "status": {"offsetMs": max(0, millis(change.at - started)), "status": status},
    }


def _result(given: Mapping[str, Any]) -> Body:
    channel = str(given.get("channel") or "").upper()
    text = str(given.get("text") or "")
    spoken = given.get("words")
    words = [_word(one) for one in spoken if isinstance(one, dict)] if isinstance(spoken, list) else []
    alternative: Body = {**_span(given), "transcript": text, "words": words}
    result: Body = {
        "isFinal": bool(given.get("final", True)),
        "channel": channel if channel in CHANNELS else "UNKNOWN",
        "alternatives": [alternative],
    }
    return {"utteranceId": str(given["id"]), **result} if given.get("id") else result


def _word(given: Mapping[str, Any]) -> Body:
    return {**_span(given), "word": str(given.get("text") or "")}


def _span(given: Mapping[str, Any]) -> Body:
    """Confidence and place in the audio; a confidence that nobody gave is certainty."""
    return {
        "confidence": _number(given.get("confidence"), 1.0),
        "offsetMs": millis(_number(given.get("offset"), 0.0)),
        "durationMs": millis(_number(given.get("duration"), 0.0)),
    }


def _number(given: Any, default: float) -> float:
    return float(given) if isinstance(given, int | float) and not isinstance(given, bool) else default
