"""What a bot answers to a turn, read strictly and totally: every input gives an answer, faults, or both.

Facts: messaging §3.1 (v1), §3.3 (v2 and its asynchronous ``OutgoingMessageRequest``). The contracts differ in the names
of two keys (``replymessages``/``replyMessages``, ``slotValues``/``entities``); ``errorInfo`` has two spellings.
Whether an answer fits what the bot declares is ``judge_answer``'s, for only the session knows the bot's version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

import orjson

from understudy.bot_connector.faults import Fault, Faults, Said, strings_of, text_of
from understudy.bot_connector.messages import Variant
from understudy.bot_connector.replies import ReplyMessage, read_replies
from understudy.bot_connector.slots import Declared, Unreadable, is_collection, read_value


class BotState(StrEnum):
    """What the bot wants next."""

    COMPLETE = "Complete"
    FAILED = "Failed"
    MORE_DATA = "MoreData"


STATES: Final = {state.value.casefold(): state for state in BotState}
REPLIES: Final = {Variant.V1: "replymessages", Variant.V2: "replyMessages"}
VALUES: Final = {Variant.V1: "slotValues", Variant.V2: "entities"}
CANONICAL: Final = {  # v1 bots in the field write capitals, the blueprint mixed case (facts: messaging §3.1)
    Variant.V1: frozenset({"Complete", "Failed", "MoreData", "COMPLETE", "FAILED", "MOREDATA"}),
    Variant.V2: frozenset({"Complete", "Failed", "MoreData"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorInfo:
    """``errorInfo``: ``errorCode``/``errorMessage`` in middlewares, ``code``/``message`` in the SDK."""

    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BotAnswer:
    """One answer. ``confidence`` is filled in where the bot gave none: 1.0, or 0.0 when it failed (facts §3.1).
    ``values`` are slots or entities by name, raw until ``judge_answer`` has read them by their declared types."""

    state: BotState
    messages: tuple[ReplyMessage, ...] = ()
    intent: str | None = None
    confidence: float = 1.0
    values: Mapping[str, Any] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)  # v2: the type that the bot itself names
    parameters: Mapping[str, str] = field(default_factory=dict)
    error: ErrorInfo | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading: ``answer`` is None exactly when a fault is fatal."""

    answer: BotAnswer | None
    faults: tuple[Fault, ...] = ()


def parse_answer(body: bytes, variant: Variant) -> Reading:
    """An answer's body."""
    faults = Faults()
    data = object_in(body, faults)
    return read_answer(data, variant, faults) if data is not None else Reading(None, tuple(faults.found))


def object_in(body: bytes, faults: Faults) -> dict[str, Any] | None:
    """A JSON object in UTF-8, or the fault that says why there is none."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        faults.add("BC-25.utf8", "", "UTF-8", Said(f"wrong at byte {error.start}"))
        return None
    if not body.strip():
        faults.add("BC-01.json", "", "a JSON object", Said("empty"))
        return None
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        faults.add("BC-01.json", "", "a JSON object", Said(f"no JSON ({error})"))
        return None
    if not isinstance(data, dict):
        faults.add("BC-01.json", "", "a JSON object", data)
        return None
    return data


def read_answer(data: dict[str, Any], variant: Variant, faults: Faults | None = None) -> Reading:
    """A body that is an object already (an ``OutgoingMessageRequest`` that has passed the platform's gate)."""
    faults = faults if faults is not None else Faults()
    state = _state(data.get("botState"), variant, faults)
    _other_case(data, variant, faults)
    messages = read_replies(data.get(REPLIES[variant]), REPLIES[variant], faults)
    intent = text_of(data, "intent", "", "BC-12", faults)
    confidence = _confidence(data.get("confidence"), state, faults)
    values, types = _slot_map(data, faults) if variant is Variant.V1 else _entities(data, faults)
    parameters = strings_of(data, "parameters", "BC-10", faults)
    error = _error(data.get("errorInfo"), faults)
    if state is BotState.FAILED and error is None and not intent:  # BC-13
        faults.add("BC-13", "", "Failed with errorInfo or intent", Said("Failed without either"), is_fatal=False)
    if state is None or faults.first_fatal is not None:
        return Reading(None, tuple(faults.found))
    answer = BotAnswer(
        state=state,
        messages=messages,
        intent=intent or None,
        confidence=confidence,
        values=values,
        types=types,
        parameters=parameters,
        error=error,
    )
    return Reading(answer, tuple(faults.found))


def judge_answer(answer: BotAnswer, variant: Variant, declared: Declared) -> Reading:
    """The answer with its slots read by their declared types; intents and slots that are not declared are faults."""
    faults = Faults()
    intent = answer.intent
    if intent is None and answer.state is BotState.COMPLETE:
        faults.add("BC-12", "intent", "given when botState is Complete", None)
    if intent is not None and intent not in declared.intents:
        faults.add("BC-12", "intent", "declared in the bot list for this version", intent)
    values = {}
    for name, value in answer.values.items():
        path = f"{VALUES[variant]}.{name[:80]}"
        kind = declared.type_of(intent, name)
        if kind is None:
            undeclared = Said("not declared")
            faults.add("BC-14", path, "declared for the intent", undeclared, is_fatal=False)
            continue
        told = answer.types.get(name)
        if told is not None and told.casefold() != kind.casefold():
            faults.add("BC-14", f"{path}.type", kind, told)
            continue
        try:
            values[name] = read_value(kind, value, as_text=variant is Variant.V2)
        except Unreadable as error:
            faults.add("BC-14", path, str(error), value)
    if faults.first_fatal is not None:
        return Reading(None, tuple(faults.found))
    read = BotAnswer(**{name: getattr(answer, name) for name in BotAnswer.__slots__} | {"values": values})
    return Reading(read, tuple(faults.found))


def _state(given: Any, variant: Variant, faults: Faults) -> BotState | None:
    state = STATES.get(given.casefold()) if isinstance(given, str) else None
    if state is None:
        faults.add("BC-07", "botState", "Complete, Failed or MoreData", given)
    elif given not in CANONICAL[variant]:
        faults.add("BC-07.case", "botState", f"spelled {state.value}", given, is_fatal=False)
    return state


def _other_case(data: dict[str, Any], variant: Variant, faults: Faults) -> None:
    """Messages under a key that this contract does not have are not seen by the platform (assumed)."""
    key = REPLIES[variant]
    for other in data:
        if other != key and other.casefold() == key.casefold():
            faults.add("BC-08", other, f"named {key}", Said(f"named {other}"), is_fatal=key not in data)


def _confidence(given: Any, state: BotState | None, faults: Faults) -> float:
    if given is None:
        return 0.0 if state is BotState.FAILED else 1.0
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given <= 1:
        faults.add("BC-11", "confidence", "null or a number from 0 to 1", given)
        return 0.0
    return float(given)


def _slot_map(data: dict[str, Any], faults: Faults) -> tuple[dict[str, Any], dict[str, str]]:
    given = data.get("slotValues")
    if given is None:
        return {}, {}
    if not isinstance(given, dict):
        faults.add("BC-14", "slotValues", "an object", given)
        return {}, {}
    return {name: value for name, value in given.items() if value is not None}, {}


def _entities(data: dict[str, Any], faults: Faults) -> tuple[dict[str, Any], dict[str, str]]:
    given = data.get("entities")
    if given is None:
        return {}, {}
    if not isinstance(given, list):
        faults.add("BC-14", "entities", "an array", given)
        return {}, {}
    values: dict[str, Any] = {}
    types: dict[str, str] = {}
    for i, item in enumerate(given):
        name, kind = (item.get("name"), item.get("type")) if isinstance(item, dict) else (None, None)
        if not isinstance(name, str) or not isinstance(kind, str):
            faults.add("BC-14", f"entities[{i}]", "an object with name and type", item)
        elif name in values:
            faults.add("BC-14", f"entities[{i}].name", "a name that stands once", name)
        else:
            value = item.get("values" if is_collection(kind) else "value")
            if value is not None:
                values[name], types[name] = value, kind
    return values, types


def _error(given: Any, faults: Faults) -> ErrorInfo | None:
    if given is None:
        return None
    if not isinstance(given, dict):
        faults.add("BC-13", "errorInfo", "an object", given)
        return None
    code, message = (_either(given, keys, faults) for keys in (("errorCode", "code"), ("errorMessage", "message")))
    return ErrorInfo(code=code, message=message)


def _either(given: dict[str, Any], keys: tuple[str, str], faults: Faults) -> str:
    """The first of two spellings that has a text."""
    found = [text_of(given, key, "errorInfo.", "BC-13", faults) for key in keys]
    return next((text for text in found if text), "")
