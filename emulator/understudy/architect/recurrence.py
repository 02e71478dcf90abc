"""On which days a schedule recurs: the part of RFC 5545 §3.3.10 that schedules of an org use.

FREQ (DAILY, WEEKLY, MONTHLY, YEARLY), INTERVAL, UNTIL, COUNT, BYDAY (``MO``, ``1MO``, ``-1FR``), BYMONTHDAY, BYMONTH
and WKST. Any other part is an error: a day is never guessed.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Final

DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES: Final = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
PARTS: Final = ("FREQ", "INTERVAL", "UNTIL", "COUNT", "BYDAY", "BYMONTHDAY", "BYMONTH", "WKST")
COUNTED_MAX: Final = 4000  # days that are looked at for COUNT, the emulator's own bound: ten years
_DAY: Final = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")


class RecurrenceError(ValueError):
    """A rule is malformed or has a part that is not supported; the text says what."""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A rule. ``days`` are (ordinal or 0, weekday); what is not given is empty."""

    frequency: str
    interval: int = 1
    until: date | None = None
    count: int = 0
    days: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    week_start: int = 0

    def falls_on(self, day: date, first: date) -> bool:
        """Whether the rule of a schedule that begins on ``first`` has an occurrence on ``day``."""
        if day < first or (self.until is not None and day > self.until) or not self._fits(day, first):
            return False
        if not self.count:
            return True
        if (day - first).days > COUNTED_MAX:
            raise RecurrenceError(f"COUNT over more than {COUNTED_MAX} days is not supported")
        before = (first + timedelta(n) for n in range((day - first).days))
        hits = (one for one in before if self._fits(one, first))
        return next(islice(hits, self.count - 1, None), None) is None

    def _fits(self, day: date, first: date) -> bool:
        if self.months and day.month not in self.months:
            return False
        if self.month_days and not self._on_month_day(day):
            return False
        if self.days and not any(self._on_weekday(day, ordinal, weekday) for ordinal, weekday in self.days):
            return False
        return self._in_interval(day, first) and self._implied(day, first)

    def _on_month_day(self, day: date) -> bool:
        length = calendar.monthrange(day.year, day.month)[1]
        return day.day in self.month_days or day.day - length - 1 in self.month_days

    def _on_weekday(self, day: date, ordinal: int, weekday: int) -> bool:
        if day.weekday() != weekday:
            return False
        if ordinal == 0 or self.frequency in ("DAILY", "WEEKLY"):
            return True
        if self.frequency == "YEARLY" and not self.months:  # counted in the year
            last = date(day.year, 12, 31).timetuple().tm_yday
            at = day.timetuple().tm_yday
        else:
            last, at = calendar.monthrange(day.year, day.month)[1], day.day
        return ordinal == (at - 1) // 7 + 1 if ordinal > 0 else -ordinal == (last - at) // 7 + 1

    def _in_interval(self, day: date, first: date) -> bool:
        match self.frequency:
            case "DAILY":
                passed = (day - first).days
            case "WEEKLY":
                passed = (self._week(day) - self._week(first)).days // 7
            case "MONTHLY":
                passed = (day.year - first.year) * 12 + day.month - first.month
            case _:
                passed = day.year - first.year
        return passed % self.interval == 0

    def _week(self, day: date) -> date:
        return day - timedelta((day.weekday() - self.week_start) % 7)

    def _implied(self, day: date, first: date) -> bool:
        """What the start says where the rule is silent."""
        if self.days or self.month_days or self.frequency == "DAILY":
            return True
        if self.frequency == "WEEKLY":
            return day.weekday() == first.weekday()
        is_month = self.frequency == "MONTHLY" or bool(self.months) or day.month == first.month
        return is_month and day.day == first.day


def recurrence(rule: str) -> Recurrence:
    """The rule of a text such as ``FREQ=WEEKLY;BYDAY=MO,TU``; raises ``RecurrenceError``."""
    parts = _parts(rule)
    unknown = [name for name in parts if name not in PARTS]
    if unknown:
        raise RecurrenceError(f"{', '.join(unknown)} is not supported: known are {', '.join(PARTS)}")
    frequency = parts.get("FREQ", "")
    if frequency not in FREQUENCIES:
        raise RecurrenceError(f"FREQ is {frequency or 'missing'}, not one of {', '.join(FREQUENCIES)}")
    starts = parts.get("WKST", "MO")
    if starts not in DAYS:
        raise RecurrenceError(f"WKST is {starts}, not a weekday")
    return Recurrence(
        frequency,
        max(_number(parts.get("INTERVAL", "1")), 1),
        _until(parts["UNTIL"]) if "UNTIL" in parts else None,
        max(_number(parts.get("COUNT", "0")), 0),
        tuple(_weekday(one) for one in _list(parts, "BYDAY")),
        tuple(_number(one) for one in _list(parts, "BYMONTHDAY")),
        tuple(_number(one) for one in _list(parts, "BYMONTH")),
        DAYS.index(starts),
    )


def _parts(rule: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for part in rule.strip().upper().removeprefix("RRULE:").strip(";").split(";"):
        name, mark, value = part.partition("=")
        if not mark or name in found:
            raise RecurrenceError(f"{part[:50]!r} is no part of a rule")
        found[name] = value
    return found


def _list(parts: Mapping[str, str], name: str) -> list[str]:
    return [one for one in parts.get(name, "").split(",") if one]


def _number(text: str) -> int:
    if not re.fullmatch(r"[+-]?\d{1,6}", text, re.ASCII):
        raise RecurrenceError(f"{text[:50]!r} is not a whole number")
    return int(text)


def _weekday(text: str) -> tuple[int, int]:
    match = _DAY.fullmatch(text)
    if match is None:
        raise RecurrenceError(f"BYDAY {text[:50]!r} is no weekday")
    return int(match.group(1) or 0), DAYS.index(match.group(2))


def _until(text: str) -> date:
    try:
        return datetime.strptime(text[:8], "%Y%m%d").date()
    except ValueError:
        raise RecurrenceError(f"UNTIL {text[:50]!r} is no date") from None
