"""Search over participants by their attributes, in every conversation that the org remembers.

The fields' names are not documented: ``conversationId``, ``participantId``, ``purpose``, ``userId``, ``queueId`` and
``startTime`` are a participant's own, any other (with or without ``attributes.``) is one of its attributes (assumed).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from understudy.clock import iso, parse_iso
from understudy.conversation_api.target import given, text, texts
from understudy.conversations.model import Conversation, Participant
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.messages import Answer

PAGE: Final = 100  # results in one answer; the platform's number is not documented
DEPTH: Final = 8  # groups within groups
TYPE: Final = "conversationParticipants"
ATTRIBUTES: Final = "attributes."

Body = dict[str, Any]


def search(call: Call) -> Answer:
    """``POST /conversations/participants/attributes/search`` {query[], sortOrder, returnFields, cursor}."""
    body = given(call)
    criteria = _criteria(body.get("query"))
    found = [(c, p) for c, p in _everyone(call) if all(_holds(one, c, p, DEPTH) for one in criteria)]
    if text(body, "sortOrder").upper() == "DESC":
        found.reverse()
    start = _start(text(body, "cursor"))
    page = found[start : start + PAGE]
    answer: Body = {"types": [TYPE], "results": [_shown(c, p, texts(body, "returnFields")) for c, p in page]}
    if start + PAGE < len(found):
        answer["cursor"] = str(start + PAGE)
    return Answer(body=answer)


def _everyone(call: Call) -> Iterator[tuple[Conversation, Participant]]:
    for conversation in call.org.conversations.values():
        for participant in conversation.participants:
            if participant.attributes:
                yield conversation, participant


def _criteria(given_: Any) -> list[Body]:
    return [one for one in given_ if isinstance(one, dict)] if isinstance(given_, list) else []


def _holds(criterion: Body, conversation: Conversation, participant: Participant, depth: int) -> bool:
    """Whether a criterion fits: EXACT and DATE_RANGE on any of its fields, and its group by ``operator``."""
    if depth == 0:
        raise Refused(400, "bad.request", f"Groups of a query nest at most {DEPTH} deep.")
    operator = text(criterion, "operator").upper() or "AND"
    parts = [_holds(one, conversation, participant, depth - 1) for one in _criteria(criterion.get("group"))]
    if texts(criterion, "fields"):
        parts.append(any(_fits(criterion, _value(conversation, participant, f)) for f in texts(criterion, "fields")))
    match operator:
        case "OR":
            return any(parts) or not parts
        case "NOT":
            return not any(parts)
        case _:
            return all(parts)


def _fits(criterion: Body, value: str | None) -> bool:
    if value is None:
        return False
    if text(criterion, "type") == "DATE_RANGE":
        at, first, last = (_time(one) for one in (value, criterion.get("startValue"), criterion.get("endValue")))
        return at is not None and (first is None or first <= at) and (last is None or at <= last)
    return value in (*texts(criterion, "values"), text(criterion, "value"))


def _value(conversation: Conversation, participant: Participant, field: str) -> str | None:
    own = _own(conversation, participant)
    return own[field] if field in own else participant.attributes.get(field.removeprefix(ATTRIBUTES))


def _own(conversation: Conversation, participant: Participant) -> dict[str, str | None]:
    return {
        "conversationId": conversation.id,
        "participantId": participant.id,
        "purpose": participant.purpose,
        "userId": participant.user,
        "queueId": participant.queue,
        "startTime": iso(participant.started),
    }


def _shown(conversation: Conversation, participant: Participant, fields: tuple[str, ...]) -> Body:
    own = {key: value for key, value in _own(conversation, participant).items() if value is not None}
    if not fields:
        return {**own, "attributes": dict(participant.attributes)}
    return {field: value for field in fields if (value := _value(conversation, participant, field)) is not None}


def _time(value: Any) -> float | None:
    if value is None:
        return None
    try:
        return parse_iso(str(value))
    except ValueError as error:
        raise Refused(400, "invalid.date", f"{value!r} is no date and time.") from error


def _start(cursor: str) -> int:
    if cursor and not (cursor.isascii() and cursor.isdigit() and len(cursor) < 10):
        raise Refused(400, "invalid.value", f"{cursor!r} is no cursor of an answer.")
    return int(cursor or 0)


ACTIONS: Final[dict[str, Action]] = {"postConversationsParticipantsAttributesSearch": search}
