"""Functions of expressions: canonical name, types of the arguments, and what each does.

Append, Trim, If, IsNotSetOrEmpty and ToDisplayString were read in public flows (facts: messaging §4.2); the others are
assumed from Architect's names. ``contracts/architect/keys.toml`` carries the certainty of each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from understudy.architect.values import (
    ITEMS_MAX,
    TEXT_MAX,
    EvaluationError,
    Result,
    Single,
    display,
    is_number,
    kind_of,
    read,
)

MANY: Final = 100
Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """``takes`` are the kinds of the first arguments (the last one repeats up to ``most``); ``needs`` is the fewest."""

    takes: Words
    needs: int
    most: int
    does: Callable[..., Result]


def apply(name: str, arguments: tuple[Result, ...]) -> Result:
    """The value of a call; raises ``EvaluationError`` that names the function and the argument."""
    definition = FUNCTIONS[name]
    for i, argument in enumerate(arguments):
        wanted = definition.takes[min(i, len(definition.takes) - 1)]
        if not _ARE[wanted](argument):
            raise EvaluationError(f"argument {i + 1} of {name} is {kind_of(argument)}, not {wanted}")
    value = definition.does(*arguments)
    if isinstance(value, str) and len(value) > TEXT_MAX:
        raise EvaluationError(f"{name} makes a text of more than {TEXT_MAX} characters")
    if isinstance(value, tuple) and len(value) > ITEMS_MAX:
        raise EvaluationError(f"{name} makes a collection of more than {ITEMS_MAX} items")
    return value


def is_empty(value: Result) -> bool:
    """NOT_SET, a text without characters or a collection without items."""
    return value is None or value in ("", ())


def _whole(value: Result) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_ARE: Final[Mapping[str, Callable[[Result], bool]]] = {
    "any": lambda value: True,
    "string": lambda value: isinstance(value, str),
    "integer": _whole,
    "number": is_number,
    "boolean": lambda value: isinstance(value, bool),
    "single": lambda value: not isinstance(value, tuple),
    "collection": lambda value: isinstance(value, tuple),
    "string or collection": lambda value: isinstance(value, str | tuple),
}


def _append(*values: Result) -> Result:
    return "".join("" if value is None else display(value) for value in values)


def _to_integer(value: Result) -> Result:
    try:
        return int(float(display(value)))
    except (ValueError, OverflowError) as error:
        raise EvaluationError(f"ToInt can't read {display(value)[:50]!r}") from error


def _get_at(items: tuple[Single, ...], index: int) -> Result:
    if not 0 <= index < len(items):
        raise EvaluationError(f"GetAt has no item {index}: there are {len(items)}")
    return items[index]


def _substring(text: str, start: int, length: int) -> Result:
    if start < 0 or length < 0:
        raise EvaluationError("Substring takes no negative number")
    return text[start : start + length]


def _split(text: str, mark: str) -> Result:
    if not mark:
        raise EvaluationError("Split takes no empty separator")
    return tuple(part for part in text.split(mark) if part)


def _find(items: tuple[Single, ...], wanted: Single) -> Result:
    return items.index(wanted) if wanted in items else -1


def _replace(text: str, old: str, new: str) -> Result:
    if old and text.count(old) * len(new) > TEXT_MAX:
        raise EvaluationError(f"Replace makes a text of more than {TEXT_MAX} characters")
    return text.replace(old, new) if old else text


FUNCTIONS: Final[Mapping[str, Definition]] = {
    "Append": Definition(("any",), 2, MANY, _append),
    "Trim": Definition(("string",), 1, 1, lambda text: text.strip()),
    "If": Definition(("boolean", "any"), 3, 3, lambda condition, yes, no: yes if condition else no),
    "IsNotSetOrEmpty": Definition(("any",), 1, 1, is_empty),
    "ToDisplayString": Definition(("any",), 1, 1, display),
    "IsSet": Definition(("any",), 1, 1, lambda value: value is not None),
    "IsNotSet": Definition(("any",), 1, 1, lambda value: value is None),
    "ToString": Definition(("any",), 1, 1, display),
    "ToInt": Definition(("single",), 1, 1, _to_integer),
    "ToBool": Definition(("string",), 1, 1, lambda text: read(text, "boolean")),
    "Length": Definition(("string",), 1, 1, len),
    "Lower": Definition(("string",), 1, 1, lambda text: text.lower()),
    "Upper": Definition(("string",), 1, 1, lambda text: text.upper()),
    "Contains": Definition(("string",), 2, 2, lambda text, part: part in text),
    "StartsWith": Definition(("string",), 2, 2, lambda text, part: text.startswith(part)),
    "EndsWith": Definition(("string",), 2, 2, lambda text, part: text.endswith(part)),
    "Substring": Definition(("string", "integer"), 3, 3, _substring),
    "Replace": Definition(("string",), 3, 3, _replace),
    "Split": Definition(("string",), 2, 2, _split),
    "Count": Definition(("collection",), 1, 1, len),
    "GetAt": Definition(("collection", "integer"), 2, 2, _get_at),
    "FindFirst": Definition(("collection", "single"), 2, 2, _find),
    "MakeList": Definition(("single",), 0, MANY, lambda *items: items),
    "AddItem": Definition(("collection", "single"), 2, 2, lambda items, item: (*items, item)),
}
