"""Cursors of results that are read in pieces: opaque words that name a job and the place of the next item."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence
from typing import Final, TypeVar

from understudy.history.interval import refused
from understudy.platform.call import Call

T = TypeVar("T")
DIGITS_MAX: Final = 9
SHOWN: Final = 50  # characters of a wrong value that its refusal repeats


def piece(
    call: Call, items: Sequence[T], name: str, *, default: int, most: int, parameter: str = "cursor"
) -> tuple[Sequence[T], str | None]:
    """The items that the request's cursor and ``pageSize`` choose, and the cursor behind them (None at the end)."""
    size = query_number(call, "pageSize", default, most)
    start = _place(call.query.get(parameter), name, parameter)
    end = start + size
    return items[start:end], _cursor(name, end) if end < len(items) else None


def query_number(call: Call, name: str, default: int, most: int) -> int:
    """The number from 1 to ``most`` that a query parameter gives; Refused 400 for any other."""
    given = call.query.get(name)
    if not given:
        return default
    is_number = given.isascii() and given.isdigit() and len(given) <= DIGITS_MAX
    if not is_number or not 1 <= int(given) <= most:
        raise refused("invalid.query.param.value", name, f"[{given[:SHOWN]}] is not a number from 1 to {most}")
    return int(given)


def _cursor(name: str, place: int) -> str:
    return urlsafe_b64encode(f"{name}:{place}".encode()).decode().rstrip("=")


def _place(cursor: str | None, name: str, parameter: str) -> int:
    if not cursor:
        return 0
    try:
        plain = urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)).decode()
    except (Base64Error, ValueError):
        plain = ""
    owner, _, place = plain.rpartition(":")
    if owner != name or not place.isascii() or not place.isdigit() or len(place) > DIGITS_MAX:
        raise refused("invalid.query.param.value", parameter, f"[{cursor}] is not a cursor of these results")
    return int(place)
