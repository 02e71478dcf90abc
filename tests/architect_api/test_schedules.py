from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Ask = Callable[..., tuple[int, Any]]
SCHEDULES, GROUPS = "/api/v2/architect/schedules", "/api/v2/architect/schedulegroups"
DAY = {"start": "2026-01-05T08:00:00.000", "end": "2026-01-05T17:00:00.000", "rrule": "FREQ=WEEKLY"}


def test_a_put_names_the_current_version(ask: Ask) -> None:
    schedule = ask("POST", SCHEDULES, {"name": "Week", **DAY})[1]
    assert (schedule["version"], schedule["state"]) == (1, "active")
    status, refusal = ask("PUT", schedule["selfUri"], {"name": "Week", **DAY, "version": 2})
    assert (status, refusal["code"]) == (409, "general.conflict")
    assert ask("PUT", schedule["selfUri"], {"name": "Days", **DAY, "version": 1})[1]["version"] == 2
    assert ask("POST", SCHEDULES, {"name": "days", **DAY})[1]["code"] == "general.conflict"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"start": "soon"}, "start"),
        ({"start": "2026-01-05"}, "start"),
        ({"end": "2026-01-05T17:00:00Z"}, "end"),
        ({"end": "2026-01-04T17:00:00"}, "end"),
    ],
)
def test_times_have_no_zone_and_the_end_comes_last(ask: Ask, more: dict[str, str], field: str) -> None:
    status, refusal = ask("POST", SCHEDULES, {"name": "Week", **DAY, **more})
    assert (status, refusal["code"], refusal["details"][0]["fieldName"]) == (400, "invalid.date", field)


def test_a_schedule_of_a_group_is_not_deleted(ask: Ask) -> None:
    week, feast = (ask("POST", SCHEDULES, {"name": name, **DAY})[1] for name in ("Week", "Feast"))
    body = {"name": "Office", "timeZone": "Europe/Berlin", "openSchedules": [{"id": week["id"]}]}
    group = ask("POST", GROUPS, {**body, "holidaySchedules": [{"id": feast["id"]}]})[1]
    assert group["openSchedules"] == [{"id": week["id"], "name": "Week", "selfUri": week["selfUri"]}]
    status, refusal = ask("DELETE", feast["selfUri"])
    assert (status, refusal["code"], refusal["details"][0]["entityName"]) == (409, "general.conflict", "Office")
    assert [one["id"] for one in ask("GET", f"{GROUPS}?scheduleIds={feast['id']},x")[1]["entities"]] == [group["id"]]
    assert ask("GET", f"{GROUPS}?scheduleIds=x")[1]["total"] == 0
    assert ask("PUT", group["selfUri"], {**body, "version": 1})[0] == 200
    assert ask("DELETE", feast["selfUri"])[0] < 300
    assert ask("DELETE", week["selfUri"])[0] == 409


def test_a_group_names_schedules_and_a_time_zone_that_exist(ask: Ask) -> None:
    assert ask("POST", GROUPS, {"name": "G", "openSchedules": [{"id": "nope"}]})[1]["code"] == "invalid.value"
    assert ask("POST", GROUPS, {"name": "G", "timeZone": "Mars/Base"})[1]["details"][0]["fieldName"] == "timeZone"


@pytest.mark.parametrize("path", [SCHEDULES, GROUPS])
def test_a_division_view_shows_who_and_where(ask: Ask, path: str) -> None:
    ask("POST", path, {"name": "One", **(DAY if path == SCHEDULES else {})})
    assert {"id", "name", "division"} <= set(ask("GET", f"{path}/divisionviews")[1]["entities"][0])
