from __future__ import annotations

from typing import Any

import pytest

from understudy.record.entry import Entry
from understudy.reporter.path import ARCS_MAX, BOXES_MAX, PATHS_MAX, Path, paths


class Told:
    """The notes of a flow, as ``report.json`` holds them."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []

    def note(self, name: str, /, conversation: str = "c-1", **data: Any) -> Told:
        number = len(self.lines) + 1
        entry = Entry(0, number, "note", name, "world", 1.0, 1.0, 1.0, conversation=conversation, data=data)
        self.lines.append(entry.to_json())
        return self

    def start(self, **more: Any) -> Told:
        return self.note("flow.started", flow="f1", name="Front door", **more)

    def step(self, line: int, action: str, name: str, branch: str = "", **inputs: Any) -> Told:
        return self.note("flow.step", flow="f1", line=line, action=action, name=name, branch=branch, inputs=inputs)

    def fails(self, action: str, reason: str) -> Told:
        return self.note("flow.failed", flow="f1", action=action, reason=reason)

    def ends(self, outcome: str = "transfer") -> Told:
        return self.note("flow.ended", flow="f1", outcome=outcome)

    def path(self) -> Path:
        (one,) = paths(self.lines)
        return one


def arrows(path: Path) -> list[tuple[int, int, str]]:
    """(from, to, label) by the boxes' numbers; each arrow touches both boxes."""
    for arrow in path.arrows:
        for y, number in ((arrow.y, arrow.start), (arrow.to, arrow.end)):
            assert path.boxes[number].y <= y <= path.boxes[number].y + path.boxes[number].height
    return [(arrow.start, arrow.end, arrow.label) for arrow in path.arrows]


@pytest.fixture
def told() -> Told:
    return Told()


def test_a_path_has_a_box_for_each_action_and_the_branch_on_its_arrow(told: Told) -> None:
    path = (
        told.start().step(9, "decision", "Money", "yes", condition=True).step(12, "transferToAcd", "Go").ends().path()
    )
    assert [(box.form, box.title, box.told) for box in path.boxes] == [
        ("start", "Front door", ""),
        ("action", "decision “Money”", "condition true"),
        ("action", "transferToAcd “Go”", ""),
        ("end", "End: transfer", ""),
    ]
    assert arrows(path) == [(0, 1, ""), (1, 2, "yes"), (2, 3, "")]
    assert (path.flow, path.outcome, path.is_failing, path.left_out) == ("Front door", "transfer", False, 0)
    assert path.description == "decision Money, branch yes; transferToAcd Go. Outcome: transfer."


def test_a_loop_leads_back_beside_the_boxes_and_is_counted(told: Told) -> None:
    told.start().step(3, "loop", "L")
    for _ in range(3):
        told.step(4, "updateData", "A").step(5, "decision", "B", "no")
    path = told.step(9, "disconnect", "Bye").ends("disconnect").path()
    assert [box.title for box in path.boxes][1:4] == ["loop “L”", "updateData “A” × 3", "decision “B” × 3"]
    assert arrows(path) == [(0, 1, ""), (1, 2, ""), (2, 3, " × 3"), (3, 2, "no × 2"), (3, 4, "no"), (4, 5, "")]
    (back,) = [arrow for arrow in path.arrows if arrow.x]
    assert back.x < path.width
    assert back.line.startswith("M464 ")


def test_a_failure_is_red_with_its_reason_and_so_is_its_arrow(told: Told) -> None:
    told.start().step(9, "transferToAcd", "Go", "failure", targetQueue="Support").fails("Go", "there is no queue")
    path = told.step(12, "sendResponse", "Sorry").ends("end").path()
    assert [box.is_failing for box in path.boxes] == [False, True, False, False]
    assert path.boxes[1].told == "failed: there is no queue"
    assert path.boxes[1].whole == "transferToAcd “Go”, line 9; failed: there is no queue; targetQueue Support"
    assert [arrow.is_failing for arrow in path.arrows] == [False, True, False]
    assert path.is_failing
    assert "transferToAcd Go failed: there is no queue, branch failure" in path.description


def test_an_action_that_broke_off_before_its_step_was_told_is_drawn(told: Told) -> None:
    path = told.start().step(9, "updateData", "A").fails("B", "'x' is no integer").ends("error").path()
    assert [(box.title, box.is_failing) for box in path.boxes][1:] == [
        ("updateData “A”", False), ("B", True), ("End: error", True),
    ]  # fmt: skip


def test_what_a_script_answered_says_so(told: Told) -> None:
    told.start().step(5, "callData", "Find", "success", stub="success").step(6, "callData", "Not", stub="none")
    path = told.path()
    assert [box.title for box in path.boxes][1:3] == ["callData “Find”, answered by a script", "callData “Not”"]


def test_what_an_action_waited_for_belongs_to_it(told: Told) -> None:
    told.start().note("flow.step", flow="f1", line=5, action="callBotConnector", name="Ask", branch="", waits=True,
                      inputs={"botName": "Nova"})  # fmt: skip
    path = told.step(5, "callBotConnector", "Ask", "intent order", intent="order").ends().path()
    assert [box.told for box in path.boxes][1:-1] == ["botName Nova, intent order"]
    assert arrows(path) == [(0, 1, ""), (1, 2, "intent order")]


def test_each_run_of_a_flow_has_its_drawing_and_their_number_is_bounded(told: Told) -> None:
    told.start(conversation="c-1").start(conversation="c-2").step(1, "disconnect", "Bye").ends()
    assert [len(path.boxes) for path in paths(told.lines)] == [3]  # c-2 has neither a step nor an end yet
    for _ in range(PATHS_MAX + 3):
        told.start().ends()
    assert len(paths(told.lines)) == PATHS_MAX


def test_a_record_that_begins_within_a_flow_is_drawn_as_far_as_it_goes(told: Told) -> None:
    path = told.step(4, "wait", "W").path()
    assert [box.title for box in path.boxes] == ["f1", "wait “W”", "End: not seen in the record"]
    assert paths([]) == ()


def test_a_long_path_is_cut_and_says_so(told: Told) -> None:
    told.start()
    for line in range(BOXES_MAX + 7):
        told.step(line, "updateData", f"A{line}")
    path = told.ends().path()
    assert (len(path.boxes), path.left_out) == (BOXES_MAX + 2, 7)
    assert "and 7 more" in path.description
    assert path.boxes[-1].y + path.boxes[-1].height < path.height


def test_arrows_beside_the_boxes_are_bounded(told: Told) -> None:
    told.start().step(0, "switch", "S", "case 0")
    for line in range(1, 12):
        for again in range(9):
            told.step(line, "wait", f"W{line}", f"b{again}").step(0, "switch", "S", f"case {line} {again}")
    path = told.ends().path()
    assert sum(bool(arrow.x) for arrow in path.arrows) == ARCS_MAX
    assert path.left_out > 0


def test_only_what_is_on_the_page_is_led_to(told: Told) -> None:
    told.start().step(1, "wait", "A").step(2, "wait", "B")
    (path,) = paths(told.lines, ["0:2"])
    assert [box.anchor for box in path.boxes] == ["", "e-0-2", "", ""]


def test_a_hostile_note_is_one_visible_line(told: Told) -> None:
    told.start().note("flow.step", line="x", action="\u202eevil\n", name=7, inputs=["no"], branch=None)
    box = told.note("flow.failed", action=None, reason={"a": 1}).path().boxes[1]
    assert box.title == "‹U+202E›evil “7”"
