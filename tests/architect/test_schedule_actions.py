from __future__ import annotations

from collections.abc import Callable

import pytest

from understudy.clock import ManualClock
from understudy.conversations.model import Conversation
from understudy.errors import FlowError
from understudy.world.org import Org

Begin = Callable[..., Conversation]
STAY = "wait: {duration: {lit: {hours: 1}}}"


@pytest.fixture
def office(org: Org) -> Org:
    """Open on the mornings of January's first week, UTC."""
    body = {"id": "s", "name": "Mornings", "start": "2026-01-01T06:00:00", "end": "2026-01-01T12:00:00"}
    org.entities.put("architect.schedules", "s", {**body, "rrule": "FREQ=DAILY;COUNT=7"})
    group = {"id": "g", "name": "Office", "openSchedules": [{"id": "s"}]}
    org.entities.put("architect.schedulegroups", "g", group)
    return org


@pytest.mark.parametrize(
    ("moment", "branch"),
    [
        ("{lit: '2026-01-03T07:00:00Z'}", "open"),
        ("{lit: '2026-01-03T07:00:00'}", "open"),
        ("{lit: '2026-01-03T13:00:00+02:00'}", "open"),
        ("{lit: '2026-01-03T05:00:00'}", "closed"),
        ('{exp: \'Append("2026-01-09", "T07:00:00")\'}', "closed"),
    ],
)
def test_another_moment_than_now_may_be_given(office: Org, begin: Begin, moment: str, branch: str) -> None:
    begin(f"evaluateScheduleGroup: {{scheduleGroup: {{lit: Office}}, evaluate: {{dateTime: {moment}}}}}", STAY)
    step = next(note.data for note in office.notes if note.name == "flow.step")
    assert (step["branch"], step["inputs"]["schedules"]) == (branch, ["Mornings"] if branch == "open" else [])


@pytest.mark.parametrize("moment", ["{lit: soon}", "{lit: 7}"])
def test_a_moment_that_is_none_ends_in_the_error_handling(office: Org, begin: Begin, moment: str) -> None:
    given = f"evaluateScheduleGroup: {{scheduleGroup: {{lit: Office}}, evaluate: {{dateTime: {moment}}}}}"
    assert begin(given, STAY).ended is not None


def test_a_group_that_is_gone_ends_in_the_error_handling(office: Org, begin: Begin, clock: ManualClock) -> None:
    conversation = begin(STAY, "evaluateScheduleGroup: {scheduleGroup: {lit: Office}}", STAY)
    office.entities.remove("architect.schedulegroups", "g")
    clock.advance(3600)
    office.tick()
    assert conversation.ended is not None
    assert [note.data["reason"] for note in office.notes if note.name == "flow.failed"] == [
        "there is no schedule group 'Office'"
    ]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("scheduleGroup: {lit: Nowhere}", "names schedule group 'Nowhere': known are Office"),
        ("scheduleGroup: {lit: Office}, emergencyGroup: {lit: X}", "names emergency group 'X': the org has no"),
    ],
)
def test_groups_exist_when_the_flow_is_published(office: Org, begin: Begin, given: str, problem: str) -> None:
    with pytest.raises(FlowError, match=problem):
        begin(f"evaluateScheduleGroup: {{{given}}}")
