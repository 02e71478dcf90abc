"""Values of a flow: text, numbers, booleans, durations, currencies and collections; ``None`` is NOT_SET.

A variable has a type and takes only values of it (facts: messaging §4.2 for the declarations; slots of bots have the
same types, §3.1). A moment is kept as its ISO text (assumed).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

COLLECTION: Final = "Collection"
ITEMS_MAX: Final = 2000  # of a collection, and
TEXT_MAX: Final = 32_000  # characters of a text: the emulator's own bounds
_ISO_DURATION: Final = re.compile(
    r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,3})?)S)?)?", re.ASCII
)
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time; milliseconds, as in archy's ``ms``."""

    milliseconds: int

    @property
    def seconds(self) -> float:
        """In seconds, for the org's clock."""
        return self.milliseconds / 1000


@dataclass(frozen=True, slots=True)
class Currency:
    """An amount of money."""

    amount: float
    code: str


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue that a flow found; ``id`` and name."""

    id: str
    name: str


Single = str | int | float | Duration | Currency | Queue | None
Result = Single | tuple[Single, ...]


class EvaluationError(ValueError):
    """A value is not what an operator, a function or a variable takes; the text says what."""


def is_number(value: object) -> bool:
    """Whole or decimal, and no boolean."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def kind_of(value: Result) -> str:
    """The type of a value by Architect's name."""
    if value is None:
        return "NOT_SET"
    if isinstance(value, tuple):
        return f"{kind_of(value[0])}{COLLECTION}" if value else COLLECTION
    return _KINDS[type(value)]


_KINDS: Final[Mapping[type, str]] = {
    bool: "boolean",
    int: "integer",
    float: "decimal",
    str: "string",
    Duration: "duration",
    Currency: "currency",
    Queue: "queue",
}


def display(value: Result) -> str:
    """How Architect turns a value into text; NOT_SET is shown as its name (assumed)."""
    match value:
        case None:
            return "NOT_SET"
        case bool():
            return str(value).lower()
        case Duration(milliseconds):
            return iso_duration(milliseconds)
        case Currency(amount, code):
            return f"{amount:.2f} {code}"
        case Queue(_, name):
            return name
        case tuple():
            return ", ".join(display(one) for one in value)
    return str(value)


def iso_duration(milliseconds: int) -> str:
    """As ISO 8601 has it: ``PT1H30M``."""
    seconds, rest = divmod(abs(milliseconds), 1000)
    parts = [(seconds // 3600, "H"), (seconds // 60 % 60, "M")]
    text = "".join(f"{number}{unit}" for number, unit in parts if number)
    if seconds % 60 or rest or not text:
        text += f"{seconds % 60}{f'.{rest:03}' if rest else ''}S"
    return f"{'-' if milliseconds < 0 else ''}PT{text}"


def as_json(value: Result) -> Any:
    """As a note of the record shows it."""
    if isinstance(value, tuple):
        return [as_json(one) for one in value]
    return display(value) if isinstance(value, Duration | Currency | Queue) else value


def fitting(value: Result, type_: str) -> Result:
    """The value as a variable of the type holds it; raises ``EvaluationError`` where it is of another type."""
    if value is None:
        return None
    if type_.endswith(COLLECTION):
        if not isinstance(value, tuple):
            raise EvaluationError(f"{type_} does not take {kind_of(value)}")
        return tuple(_single(one, type_.removesuffix(COLLECTION)) for one in value)
    return _single(value, type_)


def _single(value: Result, type_: str) -> Single:
    if isinstance(value, tuple) or not (value is None or _FITS[type_](value)):
        raise EvaluationError(f"{type_} does not take {kind_of(value)}")
    return float(value) if type_ == "decimal" and isinstance(value, int) else value


_FITS: Final[Mapping[str, Callable[[Single], bool]]] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "decimal": is_number,
    "boolean": lambda value: isinstance(value, bool),
    "duration": lambda value: isinstance(value, Duration),
    "currency": lambda value: isinstance(value, Currency),
    "queue": lambda value: isinstance(value, Queue),
    "dateTime": lambda value: isinstance(value, str) and _MOMENT.fullmatch(value) is not None,
}
TYPES: Final = (*_FITS, *(f"{type_}{COLLECTION}" for type_ in _FITS))


def read(text: str, type_: str) -> Single:
    """A value from its text as a bot's slot or a data table's cell gives it (facts: messaging §3.1, §3.3)."""
    try:
        return _READERS[type_](text)
    except (ValueError, OverflowError) as error:
        raise EvaluationError(f"{text[:50]!r} is no {type_}") from error


def received(raw: Any, type_: str) -> Result:
    """A value of JSON as a variable of the type takes it; raises ``EvaluationError``. A list is a collection."""
    if isinstance(raw, list):
        if not type_.endswith(COLLECTION):
            raise EvaluationError(f"a list is no {type_}")
        return fitting(tuple(_received(one, type_.removesuffix(COLLECTION)) for one in raw[:ITEMS_MAX]), type_)
    return fitting(_received(raw, type_), type_)


def _received(raw: Any, type_: str) -> Single:
    if isinstance(raw, str):
        return read(raw, type_) if type_ in _READERS else raw
    if raw is None or isinstance(raw, bool | int | float):
        return raw
    raise EvaluationError(f"a value of type {type(raw).__name__} is no {type_}")


def _boolean(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(text)
    return text.lower() == "true"


def _duration(text: str) -> Duration:
    match = _ISO_DURATION.fullmatch(text)
    if match is None or text[-1] in "PT":
        raise ValueError(text)
    weeks, days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return Duration(round(((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000))


def _currency(text: str) -> Currency:
    amount, mark, code = text.partition("|")  # "17.00|USD" (facts: messaging §3.1)
    if not mark or not code.strip():
        raise ValueError(text)
    return Currency(float(amount), code.strip())


def _moment(text: str) -> str:
    if _MOMENT.fullmatch(text) is None:
        raise ValueError(text)
    return text


_READERS: Final[Mapping[str, Callable[[str], Single]]] = {
    "string": str,
    "integer": int,
    "decimal": float,
    "boolean": _boolean,
    "duration": _duration,
    "currency": _currency,
    "dateTime": _moment,
}
