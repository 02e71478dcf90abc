"""What is wrong with a value, in our words: a place, a short text and the schema's keyword."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from understudy.platform.formats import ANY_CASE, ISO, choices

SHOWN: Final = 60  # characters of a wrong value in a message
LISTED: Final = 12  # values of an enum in a message
ARTICLES: Final = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a string",
}
FORMATS: Final = {
    "date": "a date (YYYY-MM-DD)",
    "date-time": "a date and time (RFC 3339)",
    ISO: "a date and time (ISO 8601)",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """``path`` is dotted (``channel.from.id``, ``content.0.url``) and empty for the whole value; ``keyword`` is the
    schema's (required, type, enum, format, additionalProperties, oneOf), or ``depth`` for what is nested too deep to be
    looked at. ``str(problem)`` reads ``channel.from.id is missing``."""

    path: str
    message: str
    keyword: str

    def __str__(self) -> str:
        return f"{self.path or 'the body'} {self.message}"


def problems_of(error: Any, exactly_one: Callable[[str], tuple[str, ...]]) -> Iterator[Problem]:
    """The problems in one ``jsonschema_rs.ValidationError``: one for each unknown field, otherwise one.

    ``exactly_one`` gives the alternatives of a model, which the engine's error doesn't name.
    """
    kind, path = error.kind, error.instance_path
    match kind.name:
        case "additionalProperties":
            yield from (Problem(_dotted([*path, name]), "is not a known field", kind.name) for name in kind.unexpected)
        case "required":
            yield Problem(_dotted([*path, kind.property]), "is missing", kind.name)
        case "type":
            yield Problem(_dotted(path), f"is {_named(error.instance)}, not {_expected(kind.types)}", kind.name)
        case "enum":
            yield Problem(_dotted(path), f"is {_shown(error.instance)}, not one of {_listed(kind.options)}", kind.name)
        case "format" if kind.format.startswith(ANY_CASE):
            listed = _listed(choices(kind.format))
            yield Problem(_dotted(path), f"is {_shown(error.instance)}, not one of {listed}", "enum")
        case "format":
            expected = FORMATS.get(kind.format, kind.format)
            yield Problem(_dotted(path), f"is {_shown(error.instance)}, not {expected}", kind.name)
        case "oneOf":
            fields = ", ".join(exactly_one(str(error.schema_path[1])))
            yield Problem(_dotted(path), f"needs exactly one of {fields}", kind.name)
        case "falseSchema":  # how the engine names an unknown field when it stops at the first error
            yield Problem(_dotted(path), "is not a known field", "additionalProperties")
        case other:
            yield Problem(_dotted(path), f"breaks the rule {other}", other)


def too_deep(reason: str) -> Problem:
    """The engine gave up on the value: nested too deep, or no JSON at all (our own misuse)."""
    if "Recursion" in reason:
        return Problem("", "is nested too deep", "depth")
    return Problem("", f"is not JSON: {reason[:SHOWN]}", "json")


def _dotted(path: Iterable[str | int]) -> str:
    return ".".join(str(part) for part in path)


def _named(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    names = {type(None): "null", int: "a number", float: "a number", str: "a string", list: "a list", dict: "an object"}
    return names.get(type(value), type(value).__name__)


def _expected(types: list[str]) -> str:
    return " or ".join(ARTICLES.get(name, name) for name in types if name != "null")


def _shown(value: Any) -> str:
    text = f"'{value}'" if isinstance(value, str) else str(value)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _listed(values: Iterable[Any]) -> str:
    names = [str(value) for value in values if value is not None]
    return ", ".join(names[:LISTED]) + (f" and {len(names) - LISTED} more" if len(names) > LISTED else "")
