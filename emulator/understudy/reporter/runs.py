"""The runs of flows, as the notes of a record tell them: which actions were carried out, with what, and how they ended.

What draws them is ``path.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from understudy.record.entry import Entry

NAMES: Final = ("flow.started", "flow.step", "flow.failed", "flow.ended")
Key = tuple[str, ...]


@dataclass(slots=True)
class Visit:
    """One run of an action, as the notes tell it."""

    key: Key
    entry: str
    action: str
    name: str
    line: int
    branch: str
    inputs: Mapping[str, Any]
    waits: bool = False
    reason: str = ""
    is_failing: bool = False


@dataclass(slots=True)
class Run:
    """One run of a flow."""

    flow: str
    visits: list[Visit] = field(default_factory=list)
    outcome: str = ""


def runs(lines: Iterable[Mapping[str, Any]]) -> list[Run]:
    """The runs of flows that the notes of some entries tell of, in their order."""
    found: list[Run] = []
    current: dict[str, Run] = {}
    for line in lines:
        if line.get("kind") != "note" or line.get("name") not in NAMES:
            continue
        entry = Entry.from_json(dict(line))
        of = entry.conversation or entry.customer or ""
        if entry.name == "flow.started" or of not in current:
            name = entry.data.get("name") if entry.name == "flow.started" else None
            current[of] = Run(str(name or entry.data.get("flow") or "flow"))
            found.append(current[of])
        _read(current[of], entry)
        if entry.name == "flow.ended":
            del current[of]
    return [run for run in found if run.visits or run.outcome]


def _read(run: Run, entry: Entry) -> None:
    data = entry.data
    match entry.name:
        case "flow.ended":
            run.outcome = str(data.get("outcome") or "")
        case "flow.failed":
            _fail(run, entry)
        case "flow.step":
            visit = _visit(entry)
            last = run.visits[-1] if run.visits else None
            if last is not None and last.waits and last.key == visit.key:  # what it waited for is here
                last.branch, last.waits, last.inputs = visit.branch, visit.waits, {**last.inputs, **visit.inputs}
            else:
                run.visits.append(visit)


def _visit(entry: Entry) -> Visit:
    data = entry.data
    action, name = str(data.get("action") or "?"), str(data.get("name") or "")
    line = data.get("line")
    inputs = data.get("inputs")
    return Visit(
        key=(str(data.get("flow")), str(line), action, name),
        entry=entry.id,
        action=action,
        name=name,
        line=line if isinstance(line, int) else 0,
        branch=str(data.get("branch") or ""),
        inputs=inputs if isinstance(inputs, dict) else {},
        waits=data.get("waits") is True,
    )


def _fail(run: Run, entry: Entry) -> None:
    """A failure is told after the step that failed; one without a step is that of an action that never came so far."""
    name, reason = str(entry.data.get("action") or ""), str(entry.data.get("reason") or "")
    last = run.visits[-1] if run.visits else None
    if last is None or last.name != name or last.is_failing:
        last = Visit(
            (str(entry.data.get("flow")), "", "flow.failed", name), entry.id, name or "the flow", "", 0, "", {}
        )
        run.visits.append(last)
    last.reason, last.is_failing = reason, True
