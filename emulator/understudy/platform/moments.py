"""Dates and times of stored bodies: the gate takes every ISO 8601 form, a response has RFC 3339 with a zone.

A time without a zone is UTC (assumed; official SDKs send such times). What is RFC 3339 already stays as it was sent.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Final

from understudy.platform.catalogue import Models

MOMENT: Final = "date-time"
RFC_3339: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def holds_moment(type_: str, models: Models) -> bool:
    """Whether a value of the type may hold a date and time, at any depth."""
    seen: set[str] = set()
    waiting = [type_]
    while waiting:
        one = plain(waiting.pop())
        if one == MOMENT:
            return True
        if one in models and one not in seen:
            seen.add(one)
            waiting += [about["type"] for about in models[one].values()]
    return False


def with_zone(value: Any, type_: str, models: Models) -> Any:
    """The value with every date and time in the form of a response."""
    if type_.endswith("[]"):
        return [with_zone(item, type_[:-2], models) for item in value] if isinstance(value, list) else value
    if type_ == MOMENT:
        return _zoned(value) if isinstance(value, str) else value
    if not isinstance(value, dict):
        return value
    if type_.startswith("map<"):
        return {key: with_zone(item, type_[4:-1], models) for key, item in value.items()}
    fields = models.get(type_)
    if fields is None:
        return value
    return {key: with_zone(item, fields[key]["type"], models) if key in fields else item for key, item in value.items()}


def plain(type_: str) -> str:
    """The model or scalar that a type expression is about: ``Role`` of ``Role``, ``Role[]``, ``map<Role>``."""
    return type_.removesuffix("[]").removeprefix("map<").removesuffix(">").removesuffix("[]")


def _zoned(text: str) -> str:
    if RFC_3339.fullmatch(text):
        return text
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:  # a field that the gate does not look at
        return text
    moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
