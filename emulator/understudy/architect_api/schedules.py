"""Schedules and schedule groups: times without a zone, which the group's time zone places (SDK: Schedule.start).

The code for a malformed time is ``invalid.date``, documented for every operation; that the end comes after the start is
assumed.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any, Final
from zoneinfo import available_timezones

from understudy.errors import Refused
from understudy.platform.call import Call
from understudy.platform.in_use import ids_at
from understudy.platform.lifecycle import Filter, Lifecycle
from understudy.world.entities import Entity

SCHEDULES: Final = "architect.schedules"
GROUPS: Final = "architect.schedulegroups"
LISTS: Final = ("openSchedules", "closedSchedules", "holidaySchedules")


def _check_schedule(call: Call, before: Entity | None, after: dict[str, Any] | None) -> None:
    if after is None:
        return
    start, end = _time(after, "start"), _time(after, "end")
    if end < start:
        raise _refused("end", f"The schedule ends at {after['end']}, before it starts at {after['start']}")


def _time(body: dict[str, Any], name: str) -> datetime:
    given = body.get(name)
    try:
        found = datetime.fromisoformat(str(given))
    except ValueError:
        raise _refused(name, f"{name} is {given}, not a date and time like 2026-01-31T08:00:00.000") from None
    if found.tzinfo is not None or "T" not in str(given):
        raise _refused(name, f"{name} is {given}: give a date and time without a zone")
    return found


def _check_group(call: Call, before: Entity | None, after: dict[str, Any] | None) -> None:
    zone = (after or {}).get("timeZone")
    if zone is not None and _zones() and zone not in _zones():
        raise _refused("timeZone", f"timeZone is {zone}, not a time zone like Europe/Berlin", "invalid.value")


@cache
def _zones() -> frozenset[str]:
    """The zones of this machine's database; none where it has no database, and then any name passes."""
    return frozenset(available_timezones())


def _has_schedules(entity: Entity, given: str) -> bool:
    wanted = set(given.split(","))
    return any(id_ in wanted for name in LISTS for id_ in ids_at(entity.body, name))


def _refused(field: str, message: str, code: str = "invalid.date") -> Refused:
    return Refused(400, code, message, params={"field": field}, details=({"errorCode": code, "fieldName": field},))


FILTERS: Final[dict[str, Filter]] = {"scheduleIds": _has_schedules}
RULES: Final[dict[str, Lifecycle]] = {
    SCHEDULES: Lifecycle(check=_check_schedule),
    GROUPS: Lifecycle(check=_check_group, filters=FILTERS),
}
