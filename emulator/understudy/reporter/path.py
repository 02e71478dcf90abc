"""The path that a conversation took through a flow: a run (``runs.py``) in, boxes and arrows on paper out. A template
draws them.

Each action that was carried out is one box, however often it ran; boxes stand below each other in the order of their
first run. An arrow leads to what ran next and carries the branch that was taken; those that skip boxes, or lead back as
loops do, run beside the boxes. Lengths are in pixels of the drawing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from understudy.reporter.exhibit import anchor, plain
from understudy.reporter.runs import Key, Run, Visit, runs
from understudy.reporter.visible import one_line

PATHS_MAX: Final = 6  # drawings of one conversation
BOXES_MAX: Final = 60  # actions of one drawing
ARCS_MAX: Final = 60  # arrows beside the boxes
MARGIN, WIDTH, HEIGHT, GAP = 24, 440, 46, 34  # around; of a box; between two boxes
BESIDE, LANE = 124, 18  # from the boxes to the first arrow beside them (its label's room); between two of those
LETTER: Final = 6.9  # width of a letter at 12 px, on the average


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """An action, or the start or the end (``form``). ``told`` is its second line, ``whole`` all that is known."""

    x: ClassVar[int] = MARGIN
    width: ClassVar[int] = WIDTH
    height: ClassVar[int] = HEIGHT
    form: str  # start | action | end
    y: float
    title: str
    told: str
    whole: str
    anchor: str = ""
    is_failing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """From box to box (``start``, ``end``: their numbers); ``x`` is 0 for one straight down, else where it runs beside
    the boxes."""

    start: int
    end: int
    y: float
    to: float
    x: float
    label: str
    whole: str
    is_failing: bool

    @property
    def label_at(self) -> tuple[float, float]:
        """Where the label begins: beside the middle of a straight one, over the beginning of another."""
        if not self.x:
            return MARGIN + 40, (self.y + self.to) / 2 + 4
        return MARGIN + WIDTH + 8, self.y - 4

    @property
    def line(self) -> str:
        """Path data."""
        left, right = MARGIN + 28, MARGIN + WIDTH
        if not self.x:
            return f"M{left} {self.y:g}V{self.to:g}"
        return f"M{right} {self.y:g}H{self.x:g}V{self.to:g}H{right}"

    @property
    def head(self) -> str:
        """Path data of the head: down on a box, or from the right."""
        left, right = MARGIN + 28, MARGIN + WIDTH
        if not self.x:
            return f"M{left - 4.5:g} {self.to - 9:g}L{left} {self.to:g}L{left + 4.5:g} {self.to - 9:g}z"
        return f"M{right + 9} {self.to - 4.5:g}L{right} {self.to:g}L{right + 9} {self.to + 4.5:g}z"


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """One run of a flow on paper. ``left_out`` actions and arrows did not fit."""

    flow: str
    outcome: str
    description: str
    width: float
    height: float
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    left_out: int = 0

    @property
    def is_failing(self) -> bool:
        """An action failed in it, or the whole."""
        return any(box.is_failing for box in self.boxes)


def paths(lines: Iterable[Mapping[str, Any]], shown: Collection[str] = ()) -> tuple[Path, ...]:
    """The drawings of a conversation's entries (``Entry.to_json``); ``shown`` are ids that can be led to."""
    return tuple(drawn(run, shown) for run in runs(lines)[:PATHS_MAX])


def drawn(run: Run, shown: Collection[str]) -> Path:
    """One run on paper."""
    order = list(dict.fromkeys(visit.key for visit in run.visits))
    kept = {key: row for row, key in enumerate(order[:BOXES_MAX], 1)}
    rows = {**kept, ("start",): 0, ("end",): len(kept) + 1}
    boxes = [_start(run), *(_box(run, key, row, shown) for key, row in kept.items()), _end(run, rows[("end",)])]
    arrows, lanes, dropped = _arrows(run, rows)
    return Path(
        flow=one_line(run.flow, 80),
        outcome=run.outcome,
        description=_description(run),
        width=MARGIN * 2 + WIDTH + (BESIDE + LANE * lanes if lanes else 0),
        height=_y(len(kept) + 1) + HEIGHT + MARGIN,
        boxes=tuple(boxes),
        arrows=tuple(arrows),
        left_out=len(order) - len(kept) + dropped,
    )


def _y(row: int) -> float:
    return MARGIN + row * (HEIGHT + GAP)


def _start(run: Run) -> Box:
    return Box(form="start", y=_y(0), title=_fitting(run.flow), told="", whole=f"Start of {one_line(run.flow, 200)}")


def _end(run: Run, row: int) -> Box:
    told = run.outcome or "not seen in the record"
    title = f"End: {one_line(told, 60)}"
    return Box(form="end", y=_y(row), title=title, told="", whole=title, is_failing=run.outcome == "error")


def _box(run: Run, key: Key, row: int, shown: Collection[str]) -> Box:
    visits = [visit for visit in run.visits if visit.key == key]
    failed = next((visit for visit in visits if visit.is_failing), None)
    one = failed or visits[-1]
    times = f" × {len(visits)}" if len(visits) > 1 else ""
    inputs = ", ".join(
        f"{name} {plain(value)}" for name, value in one.inputs.items() if value not in (None, "", [], {})
    )
    told = f"failed: {one.reason}" if failed else inputs
    title = f"{one.action} “{one.name}”" if one.name else one.action
    if one.inputs.get("stub") not in (None, "none"):
        title += ", answered by a script"
    place = f", line {one.line}" if one.line else ""
    whole = f"{title}{place}{times}" + "".join(f"; {text}" for text in (told, inputs if failed else "") if text)
    return Box(
        form="action",
        y=_y(row),
        title=_fitting(title, times),
        told=_fitting(told),
        whole=one_line(whole, 1000),
        anchor=anchor(one.entry) if one.entry in shown else "",
        is_failing=failed is not None,
    )


def _fitting(text: str, times: str = "") -> str:
    return one_line(text, int((WIDTH - 24) / LETTER) - len(times)) + times


def _arrows(run: Run, rows: Mapping[Key, int]) -> tuple[list[Arrow], int, int]:
    """The arrows, how many lanes run beside the boxes, and how many arrows did not fit."""
    counted = _steps(run, rows)
    arrows: list[Arrow] = []
    lanes: list[list[tuple[int, int]]] = []
    dropped = 0
    leaving: dict[int, int] = {}
    for (from_, to, branch), (times, failing) in counted.items():
        whole = f"{branch or 'on'}{f' × {times}' if times > 1 else ''}"
        label = one_line(branch, 30) + (f" × {times}" if times > 1 else "")
        if to == from_ + 1:
            y = _y(from_) + HEIGHT
            arrows.append(Arrow(start=from_, end=to, y=y, to=_y(to), x=0, label=label, whole=whole, is_failing=failing))
            continue
        if sum(bool(arrow.x) for arrow in arrows) >= ARCS_MAX:
            dropped += 1
            continue
        lane = _lane(lanes, min(from_, to), max(from_, to))
        at = leaving[from_] = leaving.get(from_, 0) + 1
        arrows.append(
            Arrow(
                start=from_,
                end=to,
                y=_y(from_) + min(14 * at, HEIGHT - 8),
                to=_y(to) + HEIGHT - 6,
                x=MARGIN + WIDTH + BESIDE + lane * LANE,
                label=one_line(label, int((BESIDE - 16) / LETTER)),
                whole=whole,
                is_failing=failing,
            )
        )
    return arrows, len(lanes), dropped


def _steps(run: Run, rows: Mapping[Key, int]) -> dict[tuple[int, int, str], tuple[int, bool]]:
    """(from, to, branch) → how often, and whether that was a failure. Boxes that did not fit are passed over."""
    found: dict[tuple[int, int, str], tuple[int, bool]] = {}
    before, branch, failing = 0, "", False
    ends: Sequence[Visit | None] = [*run.visits, None]
    for visit in ends:
        key = ("end",) if visit is None else visit.key
        if key not in rows:
            continue
        step = (before, rows[key], branch)
        times, was = found.get(step, (0, False))
        found[step] = (times + 1, was or failing)
        if visit is not None:
            before, branch, failing = rows[key], visit.branch, visit.is_failing
    return found


def _lane(lanes: list[list[tuple[int, int]]], top: int, bottom: int) -> int:
    for number, taken in enumerate(lanes):
        if all(bottom < first or top > last for first, last in taken):
            taken.append((top, bottom))
            return number
    lanes.append([(top, bottom)])
    return len(lanes) - 1


def _description(run: Run) -> str:
    """The path in words, for those who don't see it."""
    told = []
    for visit in run.visits[:BOXES_MAX]:
        name = f"{visit.action} {visit.name}".strip()
        way = f" failed: {visit.reason}" if visit.is_failing else ""
        branch = f", branch {visit.branch}" if visit.branch else ""
        told.append(one_line(f"{name}{way}{branch}", 200))
    more = f"; and {len(run.visits) - BOXES_MAX} more" if len(run.visits) > BOXES_MAX else ""
    return f"{'; '.join(told) or 'no action ran'}{more}. Outcome: {one_line(run.outcome, 60) or 'not seen'}."
