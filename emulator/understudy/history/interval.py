"""Intervals of reports: ``start/end`` in ISO 8601, and how a granularity cuts one into parts.

A time without a zone is UTC (assumed). A granularity is an ISO 8601 duration; days and longer are those of the query's
time zone, so that a day of 25 hours is one part. Codes are those that the API documents (facts: platform-api §4); which
of them a wrong interval gets is assumed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from understudy.clock import iso
from understudy.errors import Refused

YEAR_MIN: Final = 1000  # earlier ones have no form of four digits here
PARTS_MAX: Final = 20_000  # of one query; the emulator's own bound
_DURATION: Final = re.compile(
    r"P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?"
)
_DIGITS_MAX: Final = 6  # of one number in a duration


@dataclass(frozen=True, slots=True)
class Interval:
    """``start`` belongs to it, ``end`` does not; POSIX seconds of the org's time."""

    start: float
    end: float

    def __contains__(self, at: float) -> bool:
        return self.start <= at < self.end

    def overlaps(self, start: float, end: float) -> bool:
        """Whether something that lasted from ``start`` to ``end`` was under way within it."""
        return start < self.end and end >= self.start

    def __str__(self) -> str:
        return f"{iso(self.start)}/{iso(self.end)}"


@dataclass(frozen=True, slots=True)
class Granularity:
    """A duration: months and days of the calendar, and seconds."""

    months: int = 0
    days: int = 0
    seconds: int = 0


def parse_interval(text: object, field: str = "interval", *, days_max: float = 0) -> Interval:
    """``2026-01-01T00:00:00Z/2026-01-02T00:00:00Z``; Refused 400 where it is none or longer than ``days_max`` days."""
    first, _, last = text.partition("/") if isinstance(text, str) else ("", "", "")
    try:
        start, end = moment(first), moment(last)
    except ValueError as error:
        raise refused("invalid.date", field, f"[{text}] is not an interval start/end of two ISO 8601 times") from error
    if end <= start:
        raise refused("invalid.date", field, f"[{text}] ends before it starts")
    if days_max and end - start > days_max * 86_400:
        raise refused("invalid.value", field, f"[{text}] is longer than {days_max:g} days")
    return Interval(start, end)


def parse_granularity(text: str) -> Granularity:
    """``P1D``, ``PT30M``, ``P1DT12H``; Refused 400 where it is no duration, or none at all."""
    found = _DURATION.fullmatch(text)
    numbers = [part or "0" for part in found.groups()] if found else []
    if not found or any(len(number) > _DIGITS_MAX for number in numbers):
        raise refused("invalid.value", "granularity", f"[{text}] is not an ISO 8601 duration")
    years, months, weeks, days, hours, minutes, seconds = map(int, numbers)
    made = Granularity(12 * years + months, 7 * weeks + days, 3600 * hours + 60 * minutes + seconds)
    if made == Granularity():
        raise refused("invalid.value", "granularity", f"[{text}] lasts no time")
    return made


def parts(interval: Interval, granularity: str | None, zone: str | None) -> list[Interval]:
    """The interval cut up; whole where there is no granularity. The last part ends with the interval."""
    place = _zone(zone)
    if not granularity:
        return [interval]
    step, found, start = parse_granularity(granularity), list[Interval](), interval.start
    while start < interval.end:
        end = min(_after(start, step, place), interval.end)
        found.append(Interval(start, end))
        if len(found) > PARTS_MAX:
            raise refused("invalid.value", "granularity", f"cuts the interval into more than {PARTS_MAX} parts")
        start = end
    return found


def moment(text: str) -> float:
    """A time in ISO 8601, with or without a zone, as POSIX seconds; ``ValueError`` where it is none, or beyond
    the years that can be told (the last hours of 9999 in UTC are not)."""
    found = datetime.fromisoformat(text.strip())
    if found.year < YEAR_MIN:
        raise ValueError(f"{text!r} is out of range")
    try:
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC).timestamp()
    except OverflowError as error:
        raise ValueError(f"{text!r} is out of range") from error


def stamp(text: str, field: str) -> str:
    """A time of a request in the platform's form; Refused 400 where it is none."""
    try:
        return iso(moment(text))
    except ValueError as error:
        raise refused("invalid.date", field, f"[{text}] is not an ISO 8601 time") from error


def refused(code: str, field: str, problem: str) -> Refused:
    """400 that names the field of the query."""
    detail = {"errorCode": code, "fieldName": field}
    return Refused(400, code, f"{field}: {problem}", params={"field": field}, details=(detail,))


def _zone(name: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ValueError, OSError, KeyError) as error:  # ZoneInfoNotFoundError is a KeyError
        raise refused("invalid.value", "timeZone", f"[{name}] is not an IANA time zone") from error


def _after(start: float, step: Granularity, zone: ZoneInfo) -> float:
    if not (step.months or step.days):
        return start + step.seconds
    try:
        local = datetime.fromtimestamp(start, zone) + timedelta(days=step.days)
        month = local.month - 1 + step.months
        year = local.year + month // 12
        # a month after the 31st is the last day of a shorter one
        for day in (local.day, 30, 29, 28):
            try:
                local = local.replace(year=year, month=month % 12 + 1, day=day)
                break
            except ValueError:
                continue
        return local.timestamp() + step.seconds
    except (OverflowError, ValueError) as error:
        raise refused("invalid.value", "granularity", "leaves the calendar") from error
