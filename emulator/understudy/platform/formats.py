"""String formats of our own, with one check that both validation engines call, so that they can't disagree.

``iso-8601``: what the gate takes for a date and time. The platform parses more than RFC 3339 (official SDKs send times
without a zone), so every ISO 8601 form passes. ``any-case:A|B``: one of the values, without regard to case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

ISO: Final = "iso-8601"
ANY_CASE: Final = "any-case:"

Check = Callable[[object], bool]


def any_case(values: Iterable[str]) -> str:
    """The name of the format that takes these values in any case."""
    return ANY_CASE + "|".join(values)


def choices(name: str) -> list[str]:
    """The values of an ``any-case:`` format."""
    return name.removeprefix(ANY_CASE).split("|")


def check_of(name: str) -> Check:
    """The check of one of our formats; what is no string passes, as JSON Schema has it."""
    if name == ISO:
        return _is_iso
    folded = {value.casefold() for value in choices(name)}
    return lambda value: not isinstance(value, str) or value.casefold() in folded


def _is_iso(value: object) -> bool:
    if not isinstance(value, str):
        return True
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True
