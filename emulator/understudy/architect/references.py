"""What the actions of a flow refer to inside it: tasks, states, loops around them; checked when the flow is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from understudy.architect.actions import (
    Action,
    CallTask,
    ChangeState,
    EndState,
    EndTask,
    JumpToTask,
    Loop,
    LoopExit,
    LoopNext,
)
from understudy.architect.flow import Container, Flow
from understudy.errors import FlowError, nearest

T = TypeVar("T")


def check_references(flow: Flow) -> None:
    """Raises ``FlowError`` at the action that names what there isn't, or that stands where it can't."""
    for container in flow.containers():
        for action in container.actions:
            _check(flow, container, action, in_loop=False)


def _check(flow: Flow, container: Container, action: Action, *, in_loop: bool) -> None:
    match action:
        case CallTask() | JumpToTask():
            _task(flow, action)
        case ChangeState():
            _known(flow, action, "state", action.target, flow.states)
        case EndTask() if container.kind != "task":
            raise FlowError(flow.source, action.line, f"{action.name!r} ends a task but stands in a {container.kind}")
        case EndState() if container.kind != "state":
            raise FlowError(flow.source, action.line, f"{action.name!r} ends a state but stands in a {container.kind}")
        case LoopExit() | LoopNext() if not in_loop:
            raise FlowError(flow.source, action.line, f"{action.name!r} stands in no loop")
    inside = in_loop or isinstance(action, Loop)
    for branch in action.branches.values():
        for inner in branch:
            _check(flow, container, inner, in_loop=inside)


def _task(flow: Flow, action: CallTask | JumpToTask) -> None:
    task = _known(flow, action, "task", action.target, flow.tasks)
    inputs = {one.name: one for one in task.variables if one.is_input}
    for name in action.inputs:
        _known(flow, action, "input", name, inputs)
    if isinstance(action, CallTask):
        outputs = {one.name: one for one in task.variables if one.is_output}
        for name in action.outputs:
            _known(flow, action, "output", name, outputs)


def _known(flow: Flow, action: Action, what: str, name: str, known: Mapping[str, T]) -> T:
    found = known.get(name)
    if found is None:
        remedy = nearest(name, list(known)) if known else f"there is no {what}"
        raise FlowError(flow.source, action.line, f"{action.name!r} names {what} {name!r}: {remedy}")
    return found
