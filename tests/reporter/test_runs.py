from __future__ import annotations

from typing import Any

from understudy.record.entry import Entry
from understudy.reporter.runs import Run, runs


def told(*notes: tuple[str, str, dict[str, Any]]) -> list[Run]:
    """The runs of notes (name, conversation, data)."""
    entries = (
        Entry(0, number, "note", name, "world", 1.0, 1.0, 1.0, conversation=conversation, data=data)
        for number, (name, conversation, data) in enumerate(notes, 1)
    )
    return runs(entry.to_json() for entry in entries)


def step(name: str, **data: Any) -> tuple[str, str, dict[str, Any]]:
    return "flow.step", "c", {"flow": "f", "action": "callBotConnector", "name": name, "line": 3, **data}


START = ("flow.started", "c", {"flow": "f", "name": "Front door"})


def test_a_wait_and_its_end_are_one_visit() -> None:
    begun = step("Ask", inputs={"botName": "Nova"}, branch="", waits=True)
    (run,) = told(START, begun, step("Ask", inputs={"intent": "order"}, branch="success"))
    (visit,) = run.visits
    assert (visit.branch, visit.waits, visit.inputs) == ("success", False, {"botName": "Nova", "intent": "order"})


def test_runs_of_two_conversations_and_of_two_rounds_are_told_apart() -> None:
    ended = ("flow.ended", "c", {"outcome": "end"})
    other = ("flow.started", "d", {"flow": "f", "name": "Back door"})
    found = told(START, other, step("One"), ended, START, ("flow.ended", "d", {"outcome": "transfer"}), step("Two"))
    assert [(run.flow, [visit.name for visit in run.visits], run.outcome) for run in found] == [
        ("Front door", ["One"], "end"), ("Back door", [], "transfer"), ("Front door", ["Two"], ""),
    ]  # fmt: skip


def test_a_failure_is_that_of_the_action_before_it_or_of_one_that_never_came_so_far() -> None:
    failed = ("flow.failed", "c", {"flow": "f", "action": "Ask", "reason": "no bot"})
    (run,) = told(START, step("Ask", branch="failure"), failed)
    assert [(visit.name, visit.reason) for visit in run.visits] == [("Ask", "no bot")]
    (run,) = told(START, failed)
    assert [(visit.action, visit.name, visit.is_failing) for visit in run.visits] == [("Ask", "", True)]


def test_notes_without_a_beginning_are_a_run_of_the_flow_s_id() -> None:
    (run,) = told(step("Ask"))
    assert run.flow == "f"
