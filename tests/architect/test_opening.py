from __future__ import annotations

from datetime import UTC, datetime

import pytest

from understudy.architect.opening import GROUPS, SCHEDULES, is_emergency, state_of
from understudy.architect.values import EvaluationError
from understudy.world.entities import Entity
from understudy.world.org import Org


def group(org: Org, zone: str | None = "America/New_York", **lists: tuple[str, str, str]) -> Entity:
    """One schedule (start, end, rule) a list."""
    body: dict[str, object] = {"id": "g", "name": "Office", "timeZone": zone}
    for key, (start, end, rule) in lists.items():
        org.entities.put(SCHEDULES, key, {"id": key, "name": key, "start": start, "end": end, "rrule": rule})
        body[f"{key}Schedules"] = [{"id": key}, {"id": "gone"}]
    return org.entities.put(GROUPS, "g", body)


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


WEEK = ("2026-01-05T09:00:00.000", "2026-01-05T17:00:00.000", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR")


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        ("2026-01-05T13:59", "closed"),
        ("2026-01-05T14:00", "open"),
        ("2026-01-05T21:59", "open"),
        ("2026-01-05T22:00", "closed"),
        ("2026-07-06T13:00", "open"),  # summer time
        ("2026-01-10T15:00", "closed"),
        ("2025-12-30T15:00", "closed"),  # before it began
    ],
)
def test_a_group_is_open_by_the_clock_of_its_zone(org: Org, moment: str, state: str) -> None:
    assert state_of(org, group(org, open=WEEK), at(moment))[0] == state


def test_a_schedule_reaches_over_midnight(org: Org) -> None:
    night = group(org, None, open=("2026-01-01T22:00:00", "2026-01-02T06:00:00", "FREQ=DAILY"))
    told = [state_of(org, night, at(f"2026-03-01T{hour}"))[0] for hour in ("05:59", "06:00", "21:59", "22:00")]
    assert told == ["open", "closed", "closed", "open"]


def test_a_schedule_without_a_rule_is_once(org: Org) -> None:
    once = group(org, "", holiday=("2026-01-01T00:00:00", "2026-01-02T00:00:00", ""), open=WEEK)
    assert state_of(org, once, at("2026-01-01T23:59")) == ("holiday", ("holiday",))
    assert state_of(org, once, at("2026-01-02T10:00")) == ("closed", ())


def test_a_holiday_goes_before_closed_and_closed_before_open(org: Org) -> None:
    always = ("2026-01-01T00:00:00", "2026-01-02T00:00:00", "FREQ=DAILY")
    moment = at("2026-02-03T10:00")
    assert state_of(org, group(org, open=always, closed=always, holiday=always), moment)[0] == "holiday"
    assert state_of(org, group(org, open=always, closed=always), moment)[0] == "closed"
    assert state_of(org, group(org, open=always), moment)[0] == "open"


@pytest.mark.parametrize(
    ("zone", "schedule", "problem"),
    [
        ("Mars/Base", WEEK, "'Mars/Base' is no time zone known here"),
        ("UTC", ("soon", WEEK[1], ""), "schedule 'open': start 'soon' is no date and time"),
        ("UTC", (WEEK[0], WEEK[1], "FREQ=DAILY;BYHOUR=7"), "schedule 'open': BYHOUR is not supported"),
    ],
)
def test_what_cannot_be_read_is_an_error(org: Org, zone: str, schedule: tuple[str, str, str], problem: str) -> None:
    with pytest.raises(EvaluationError, match=problem):
        state_of(org, group(org, zone, open=schedule), at("2026-01-05T14:00"))


def test_an_emergency_group_is_on_or_off() -> None:
    assert is_emergency(Entity("e", "e", {"enabled": True}))
    assert not is_emergency(Entity("e", "e", {}))
