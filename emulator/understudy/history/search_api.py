"""Search in transcripts: ``POST /speechandtextanalytics/transcripts/search`` (catalogue: TranscriptSearchRequest).

One result a communication in which something was said. Criteria stand side by side with AND unless one says OR or NOT
(assumed); text is compared without regard to case. The fields of a result are assumed: the model says "object".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from understudy.clock import iso
from understudy.conversations.model import Conversation
from understudy.history.documents import media_type
from understudy.history.interval import moment, refused
from understudy.history.reach import within
from understudy.history.transcripts import phrases_of, transcript_id
from understudy.platform.call import Action, Call
from understudy.platform.messages import Answer
from understudy.world.org import Org

TYPES: Final = ("transcripts",)
SIZE_DEFAULT: Final = 25
SIZE_MAX: Final = 500  # not documented
DEPTH_MAX: Final = 10  # of groups within groups; the emulator's own bound
TEXT: Final = frozenset({"transcript", "transcripts", "text", "phrase", "phrases", "content"})

Document = Mapping[str, Any]
Test = Callable[[Document], bool]


def search(call: Call) -> Answer:
    """``POST …/transcripts/search`` → JsonSearchResponse."""
    body = call.body
    types = [str(one) for one in body.get("types") or ()]
    if not types or any(one.casefold() not in TYPES for one in types):
        raise refused("invalid.value", "types", f"knows {', '.join(TYPES)} only")
    size, number = _number(body, "pageSize", SIZE_DEFAULT, SIZE_MAX), _number(body, "pageNumber", 1, 1_000_000)
    test = _together(body.get("query") or (), 0)
    known = within(call, call.org.conversations.values())
    documents = [one for conversation in known for one in _documents(call.org, conversation)]
    found = _sorted(body, [one for one in documents if test(one)])
    shown = [_shown(one, body.get("returnFields")) for one in found[(number - 1) * size : number * size]]
    answer = {"total": len(found), "pageCount": -(-len(found) // size), "pageSize": size, "pageNumber": number}
    return Answer(body=answer | {"types": list(TYPES), "results": shown})


def _documents(org: Org, conversation: Conversation) -> Iterator[Document]:
    for participant in conversation.participants:
        for communication in participant.communications:
            said = phrases_of(conversation, communication)
            if participant.purpose == "customer" and said:
                users = dict.fromkeys(p.user for p in conversation.participants if p.user)
                queues = dict.fromkeys(p.queue for p in conversation.participants if p.queue)
                yield {
                    "conversationId": conversation.id,
                    "communicationId": communication.id,
                    "transcriptId": transcript_id(org, communication),
                    "mediaType": media_type(communication),
                    "startTime": iso(communication.started),
                    "userIds": list(users),
                    "queueIds": list(queues),
                    "divisionIds": [conversation.division] if conversation.division else [],
                    "transcript": [phrase.text for phrase in said],
                }


def _together(criteria: Sequence[Any], depth: int) -> Test:
    """All of the criteria with AND, one of those with OR, none of those with NOT."""
    if depth > DEPTH_MAX:
        raise refused("invalid.value", "query", f"holds groups more than {DEPTH_MAX} deep")
    tests: dict[str, list[Test]] = {"AND": [], "OR": [], "NOT": []}
    for one in criteria:
        if isinstance(one, Mapping):
            tests[str(one.get("operator") or "AND")].append(_test(one, depth))

    def holds(document: Document) -> bool:
        return (
            all(test(document) for test in tests["AND"])
            and (not tests["OR"] or any(test(document) for test in tests["OR"]))
            and not any(test(document) for test in tests["NOT"])
        )

    return holds


def _test(one: Mapping[str, Any], depth: int) -> Test:
    if one.get("group"):
        return _together(one["group"], depth + 1)
    fields = [str(field) for field in one.get("fields") or ("transcript",)]
    compare = _comparison(one)
    return lambda document: any(compare(value) for field in fields for value in _values(document, field))


def _comparison(one: Mapping[str, Any]) -> Callable[[str], bool]:
    type_ = one.get("type") or "EXACT"
    wanted = [str(value).casefold() for value in (one.get("value"), *(one.get("values") or ())) if value is not None]
    low, high = one.get("startValue"), one.get("endValue")
    match type_:
        case "REQUIRED_FIELDS":
            return lambda value: value != ""
        case "EXACT" if wanted:
            return lambda value: value.casefold() in wanted or any(word in value.casefold().split() for word in wanted)
        case "EXACT_PHRASE" | "PHRASE" if wanted:
            return lambda value: any(text in value.casefold() for text in wanted)
        case "DATE_RANGE" | "RANGE" if low is not None or high is not None:
            bounds = _key(low) if low is not None else None, _key(high) if high is not None else None
            return lambda value: _between(value, *bounds)
        case "GREATER_THAN" if wanted:
            return lambda value: _key(value) > _key(wanted[0])
        case "LESS_THAN" if wanted:
            return lambda value: _key(value) < _key(wanted[0])
    raise refused("invalid.value", "query", f"a criterion of type {type_} lacks its value")


def _between(value: str, low: tuple[int, Any] | None, high: tuple[int, Any] | None) -> bool:
    key = _key(value)
    return (low is None or key >= low) and (high is None or key <= high)


def _key(value: Any) -> tuple[int, Any]:
    """Times by their moment, all else as text; of two kinds neither is within the other."""
    try:
        return 0, moment(str(value).upper())
    except ValueError:
        return 1, str(value).casefold()


def _values(document: Document, field: str) -> list[str]:
    found = document.get("transcript" if field in TEXT else field, document.get(f"{field}s", ""))
    return [str(one) for one in found] if isinstance(found, list) else [str(found)]


def _sorted(body: Mapping[str, Any], found: list[Document]) -> list[Document]:
    sorts = [one for one in body.get("sort") or () if isinstance(one, Mapping)]
    first = sorts[0] if sorts else body
    by, order = str(first.get("sortBy") or "startTime"), first.get("sortOrder") or "ASC"
    return sorted(found, key=lambda one: str(one.get(by, "")), reverse=order == "DESC")


def _shown(document: Document, fields: Sequence[str] | None) -> dict[str, Any]:
    return {key: value for key, value in document.items() if not fields or key in fields}


def _number(body: Mapping[str, Any], name: str, default: int, most: int) -> int:
    given = body.get(name)
    if given is None:
        return default
    if not 1 <= given <= most:
        raise refused("invalid.value", name, f"[{given}] is not a number from 1 to {most}")
    return int(given)


ACTIONS: Final[Mapping[str, Action]] = {"postSpeechandtextanalyticsTranscriptsSearch": search}
