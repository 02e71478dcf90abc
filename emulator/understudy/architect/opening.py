"""Whether a schedule group is open: its schedules, emergency groups, and the group's time zone.

Order (help, "Evaluate Schedule Group" names the four outcomes; which wins where several apply is assumed): an emergency
before a holiday before closed before open; where none applies it is closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from understudy.architect.recurrence import RecurrenceError, recurrence
from understudy.architect.values import EvaluationError
from understudy.world.entities import Entity
from understudy.world.org import Org

GROUPS: Final = "architect.schedulegroups"
SCHEDULES: Final = "architect.schedules"
EMERGENCIES: Final = "architect.emergencygroups"
LISTS: Final[Mapping[str, str]] = {  # outcome → the group's list, the first that applies wins
    "holiday": "holidaySchedules",
    "closed": "closedSchedules",
    "open": "openSchedules",
}
LENGTH_MAX: Final = timedelta(31)  # of an occurrence of what recurs: the emulator's own bound


def state_of(org: Org, group: Entity, at: float) -> tuple[str, tuple[str, ...]]:
    """``open``, ``closed`` or ``holiday`` at a moment (POSIX seconds), and the names of the schedules that apply.

    Raises ``EvaluationError`` where a schedule can't be read.
    """
    local = datetime.fromtimestamp(at, _zone(group)).replace(tzinfo=None)
    for state, key in LISTS.items():
        names = tuple(one.name for one in _schedules(org, group, key) if _applies(one, local))
        if names:
            return state, names
    return "closed", ()


def is_emergency(group: Entity) -> bool:
    """Whether an emergency group is turned on."""
    return group.body.get("enabled") is True


def _zone(group: Entity) -> tzinfo:
    name = str(group.body.get("timeZone") or "")
    try:
        return ZoneInfo(name) if name else UTC  # a group without a zone: assumed
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise EvaluationError(f"schedule group {group.name!r}: {name!r} is no time zone known here") from None


def _schedules(org: Org, group: Entity, key: str) -> list[Entity]:
    given = group.body.get(key)
    ids = [str(one.get("id")) for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    known = (org.entities.get(SCHEDULES, id_) for id_ in ids)
    return [one for one in known if one is not None]


def _applies(schedule: Entity, local: datetime) -> bool:
    start, end = _moment(schedule, "start"), _moment(schedule, "end")
    rule = str(schedule.body.get("rrule") or "")
    if not rule:
        return start <= local < end
    length = min(end - start, LENGTH_MAX)
    try:
        known = recurrence(rule)
        days = (local.date() - timedelta(back) for back in range(length.days + 2))
        return any(
            known.falls_on(day, start.date())
            and datetime.combine(day, start.time()) <= local < datetime.combine(day, start.time()) + length
            for day in days
        )
    except (RecurrenceError, OverflowError) as error:
        raise EvaluationError(f"schedule {schedule.name!r}: {error}") from error


def _moment(schedule: Entity, key: str) -> datetime:
    given: Any = schedule.body.get(key)
    try:
        return datetime.fromisoformat(str(given)).replace(tzinfo=None)
    except ValueError:
        raise EvaluationError(f"schedule {schedule.name!r}: {key} {given!r} is no date and time") from None
