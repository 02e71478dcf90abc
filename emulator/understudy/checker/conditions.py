"""What a rule asks of a value: the same small language in selectors and judges.

A plain value must be equal; a list means one of; ``{…}`` names tests, all of which must hold: ``min max`` (numbers),
``matches`` (a regular expression that covers the whole text), ``glob``, ``contains``, ``type`` (JSON's words, and
``strings`` for a map of strings), ``max_bytes`` (of the value as JSON), ``min_items``, ``not``, ``exists``.
``"$expect.texts"`` stands for what the test expects in this window.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, Final

import orjson

PREFIX: Final = "$expect."
_JSON_TYPES: Final[Mapping[str, type | tuple[type, ...]]] = {
    "string": str,
    "number": (int, float),
    "boolean": bool,
    "object": dict,
    "array": list,
}


class Unexpected(LookupError):
    """The window gives no expectation of this name, so the rule has nothing to compare with."""


def resolve(template: Any, expect: Mapping[str, Any]) -> Any:
    """A rule's parameters with ``$expect.…`` replaced; raises ``Unexpected`` where the window has no such name."""
    if isinstance(template, str) and template.startswith(PREFIX):
        value: Any = expect
        for step in template.removeprefix(PREFIX).split("."):
            if not isinstance(value, Mapping) or step not in value:
                raise Unexpected(template.removeprefix(PREFIX))
            value = value[step]
        return value
    if isinstance(template, Mapping):
        return {key: resolve(item, expect) for key, item in template.items()}
    if isinstance(template, list):
        return [resolve(item, expect) for item in template]
    return template


def holds(condition: Any, value: Any) -> bool:
    """Whether one value meets a condition."""
    if isinstance(condition, Mapping):
        return all(TESTS[name](argument, value) for name, argument in condition.items())
    if isinstance(condition, list):
        return any(holds(one, value) for one in condition)
    if isinstance(condition, bool) or isinstance(value, bool):
        return condition is value
    return bool(condition == value)


def any_holds(condition: Any, found: Sequence[Any]) -> bool:
    """Whether one of the values does; with ``exists = false``, whether there is none."""
    if isinstance(condition, Mapping) and "exists" in condition:
        if not condition["exists"]:
            return not found
        condition = {name: argument for name, argument in condition.items() if name != "exists"}
    return any(holds(condition, value) for value in found)


def of_status(condition: Any) -> Any:
    """``"2xx"`` written out."""
    if isinstance(condition, list):
        return [of_status(one) for one in condition]
    if isinstance(condition, Mapping):
        return {name: of_status(one) for name, one in condition.items()}
    if isinstance(condition, str) and re.fullmatch(r"[1-5]xx", condition):
        return {"min": int(condition[0]) * 100, "max": int(condition[0]) * 100 + 99}
    return condition


def _is(name: str, value: Any) -> bool:
    if name == "strings":
        return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())
    return isinstance(value, _JSON_TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


def _contains(part: Any, value: Any) -> bool:
    return (
        isinstance(value, str | list | dict) and (not isinstance(value, str) or isinstance(part, str)) and part in value
    )


TESTS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "min": lambda least, value: _is("number", value) and value >= least,
    "max": lambda most, value: _is("number", value) and value <= most,
    "matches": lambda pattern, value: isinstance(value, str) and re.fullmatch(pattern, value) is not None,
    "glob": lambda pattern, value: isinstance(value, str) and fnmatchcase(value, pattern),
    "contains": _contains,
    "type": _is,
    "max_bytes": lambda most, value: len(orjson.dumps(value)) <= most,
    "min_items": lambda least, value: isinstance(value, str | list | dict) and len(value) >= least,
    "not": lambda condition, value: not holds(condition, value),
}
