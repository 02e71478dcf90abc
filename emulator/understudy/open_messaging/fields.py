"""Reading the fields of an inbound body, with the refusals of a JSON-schema gate (AJV's words, as a user quoted them).

Every function raises ``Refused`` 400 whose text names the field; ``path`` is where the object sits ("" for the body).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.clock import iso, parse_iso
from understudy.errors import Refused


def refused(message: str, code: str = "bad.request") -> Refused:
    """The platform's 400."""
    return Refused(400, code, message)


def object_of(value: object, path: str) -> Mapping[str, Any]:
    """``value`` as a JSON object."""
    if not isinstance(value, dict):
        raise refused(f"{path or 'body'} should be object")
    return value


def list_of(value: object, path: str) -> list[Any]:
    """``value`` as an array; an absent one is empty."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise refused(f"{path} should be array")
    return value


def required(data: Mapping[str, Any], key: str, path: str) -> Any:
    """The value under ``key``; null counts as absent."""
    if data.get(key) is None:
        raise refused(f"{path} should have required property '{key}'".strip())
    return data[key]


def text_of(data: Mapping[str, Any], key: str, path: str) -> str:
    """A required string."""
    value = required(data, key, path)
    if not isinstance(value, str):
        raise refused(f"{path + '.' if path else ''}{key} should be string")
    return value


def name_of(data: Mapping[str, Any], key: str, path: str) -> str:
    """A required string that is not empty."""
    value = text_of(data, key, path)
    if not value:
        raise refused(f"{path + '.' if path else ''}{key} should NOT be shorter than 1 characters")
    return value


def optional_text(data: Mapping[str, Any], key: str, path: str) -> str:
    """A string, "" where it is absent."""
    return "" if data.get(key) is None else text_of(data, key, path)


def one_of(value: str, allowed: tuple[str, ...], path: str, *, fold: bool = False) -> str:
    """The allowed value that ``value`` is; ``fold`` ignores letter case."""
    for known in allowed:
        if value == known or (fold and value.casefold() == known.casefold()):
            return known
    raise refused(f"{path} should be equal to one of the allowed values: {', '.join(allowed)}", "invalid.value")


def time_of(channel: Mapping[str, Any]) -> float:
    """``channel.time`` as POSIX seconds; code ``invalid.date`` when it is no time with a zone."""
    text = text_of(channel, "time", "channel")
    try:
        moment = parse_iso(text)
        iso(moment)  # the edges of the calendar parse with an offset and can't be written in UTC
    except (ValueError, OverflowError) as error:
        raise refused("channel.time should be an ISO 8601 date-time with a zone", "invalid.date") from error
    return moment


def strings_of(value: object, path: str) -> dict[str, str]:
    """A map of strings; an absent one is empty."""
    if value is None:
        return {}
    data = object_of(value, path)
    for key, item in data.items():
        if not isinstance(item, str):
            raise refused(f"{path}['{key}'] should be string")
    return dict(data)
