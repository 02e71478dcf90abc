"""Values of slots (v1) and entities (v2) by their declared types, and the intents that a bot's version declares.

Facts: messaging §3.1 (v1 formats, from the Genesys PVA blueprint), §3.3 (v2: everything is a string). Types come in any
letter case; each has a collection. v1 takes the JSON value or its text (assumed; currency is seen as both).
Read values are JSON values again: str, int, float, bool, {"amount", "code"}, or a list of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import orjson

COLLECTION: Final = "collection"
INTEGER: Final = re.compile(r"[+-]?[0-9]{1,18}")  # what fits 64 bits for sure
DECIMAL: Final = re.compile(r"[+-]?([0-9]{1,18}(\.[0-9]{0,18})?|\.[0-9]{1,18})")
DURATION: Final = re.compile(  # ISO 8601, P1D; at least one part, and one after a T
    r"[+-]?P(?=.)([0-9]{1,9}W|([0-9]{1,9}Y)?([0-9]{1,9}M)?([0-9]{1,9}D)?"
    r"(T(?=.)([0-9]{1,9}H)?([0-9]{1,9}M)?([0-9]{1,9}([.,][0-9]{1,9})?S)?)?)"
)
DATETIME: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
CURRENCY: Final = re.compile(r"([+-]?[0-9.]{1,37})\|([A-Z]{3})")  # 17.00|USD
CODE: Final = re.compile(r"[A-Z]{3}")  # ISO 4217


class Unreadable(ValueError):
    """A value is none of its type. The text says what would be."""


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise Unreadable("a string")
    return value


def _integer(value: Any) -> int:
    if isinstance(value, str) and INTEGER.fullmatch(value):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unreadable("an integer")
    return value


def _decimal(value: Any) -> float:
    if isinstance(value, str) and DECIMAL.fullmatch(value):
        return float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unreadable("a decimal")
    return float(value)


def _boolean(value: Any) -> bool:
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if not isinstance(value, bool):
        raise Unreadable("true or false")
    return value


def _duration(value: Any) -> str:
    if not isinstance(value, str) or not DURATION.fullmatch(value):
        raise Unreadable("an ISO 8601 duration such as P1D")
    return value


def _datetime(value: Any) -> str:
    if isinstance(value, str) and DATETIME.fullmatch(value):
        try:
            datetime.fromisoformat(value)
        except ValueError:
            pass
        else:
            return value
    raise Unreadable("an ISO 8601 date and time such as 1955-11-05T12:00:00")


def _currency(value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        short = CURRENCY.fullmatch(value)
        if short is not None:
            value = {"amount": short[1], "code": short[2]}
        else:
            try:
                value = orjson.loads(value.encode("utf-8", "surrogatepass"))
            except ValueError:
                value = None
    if isinstance(value, dict) and isinstance(code := value.get("code"), str) and CODE.fullmatch(code):
        try:
            return {"amount": _decimal(value.get("amount")), "code": code}
        except Unreadable:
            pass
    raise Unreadable('a currency such as {"amount": 17.00, "code": "USD"} or 17.00|USD')


SCALARS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "string": _string,
    "integer": _integer,
    "decimal": _decimal,
    "boolean": _boolean,
    "duration": _duration,
    "datetime": _datetime,
    "currency": _currency,
}


def is_collection(kind: str) -> bool:
    """Whether a declared type is a …Collection."""
    return kind.casefold().endswith(COLLECTION)


def read_value(kind: str, value: Any, *, as_text: bool) -> Any:
    """A value of a declared type; ``as_text`` (v2) takes strings only. Raises ``Unreadable``."""
    scalar = SCALARS.get(kind.casefold().removesuffix(COLLECTION))
    if scalar is None:
        raise Unreadable(f"of a type that there is, and {kind[:50]!r} is none")
    if not is_collection(kind):
        return _one(scalar, value, as_text)
    if not isinstance(value, list):
        raise Unreadable("an array")
    return [_one(scalar, item, as_text) for item in value]


def _one(scalar: Callable[[Any], Any], value: Any, as_text: bool) -> Any:
    if as_text and not isinstance(value, str):
        raise Unreadable("a string (all values of v2 are)")
    try:
        return scalar(value)
    except OverflowError as error:  # an integer beyond what a decimal holds
        raise Unreadable("a decimal that a double holds") from error


@dataclass(frozen=True, slots=True)
class Declared:
    """What a bot's version declares: intent → (slot → type). A slot is known by its key and by its name, which may
    differ (facts: messaging §3.2)."""

    intents: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, version: Mapping[str, Any]) -> Declared:
        """From one version of a bot as the list holds it: v1's map of ``slots`` or v2's list of ``entities``."""
        return cls({intent["name"]: _slots(intent) for intent in version.get("intents") or ()})

    def type_of(self, intent: str | None, slot: str) -> str | None:
        """The declared type of a slot in an intent; of any intent while the bot names none."""
        if intent:
            return self.intents.get(intent, {}).get(slot)
        return next((slots[slot] for slots in self.intents.values() if slot in slots), None)


def _slots(intent: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, slot in (intent.get("slots") or {}).items():
        found[key] = found[slot["name"]] = slot["type"]
    return found | {entity["name"]: entity["type"] for entity in intent.get("entities") or ()}
