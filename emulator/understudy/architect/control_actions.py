"""Carrying out branches, loops, tasks and states: they only move the run's place (facts: messaging §4.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from understudy.architect.actions import (
    CallTask,
    ChangeState,
    Decision,
    EndState,
    EndTask,
    JumpToTask,
    Loop,
    LoopExit,
    LoopNext,
    Switch,
    Wait,
)
from understudy.architect.expression import Expression, evaluate
from understudy.architect.operators import truth
from understudy.architect.place import Await, Executor, Frame, Next, Over, Run, Step, Values
from understudy.architect.values import Duration, EvaluationError, Result, as_json, kind_of
from understudy.conversations.commands import FlowTimer
from understudy.conversations.model import Conversation
from understudy.world.org import Org

FRAMES_MAX: Final = 200  # tasks that call themselves: the emulator's own bound


def timer_key(conversation: Conversation) -> str:
    """The key of a run's one timer."""
    return f"flow:{conversation.id}"


def _decision(org: Org, conversation: Conversation, run: Run, action: Decision) -> Step:
    value = truth("a condition", evaluate(action.condition, run.variables(conversation)))
    return Next("yes" if value else "no", {"condition": value})


def _switch(org: Org, conversation: Conversation, run: Run, action: Switch) -> Step:
    variables = run.variables(conversation)
    for number, case in enumerate(action.cases, 1):
        if truth("a case", evaluate(case, variables)):
            return Next(f"case {number}", {"case": number})
    return Next("default", {"case": None})


def _loop(org: Org, conversation: Conversation, run: Run, action: Loop) -> Step:
    count = evaluate(action.count, run.variables(conversation))
    if isinstance(count, bool) or not isinstance(count, int):
        raise EvaluationError(f"loopCount is {kind_of(count)}, not integer")
    body = action.branches.get("loop", ())
    if action.index:
        run.assign(action.index, 0)
    if body and count > 0:
        run.frames.append(Frame(body, owner=action, turns=count))
    return Next("", {"loopCount": count})


def _loop_exit(org: Org, conversation: Conversation, run: Run, action: LoopExit) -> Step:
    if run.unwind_to_loop() is not None:
        run.frames.pop()
    return Next()


def _loop_next(org: Org, conversation: Conversation, run: Run, action: LoopNext) -> Step:
    frame = run.unwind_to_loop()
    if frame is not None:
        frame.at = len(frame.actions)
    return Next()


def _call_task(org: Org, conversation: Conversation, run: Run, action: CallTask) -> Step:
    task = run.flow.tasks[action.target]
    if len(run.frames) >= FRAMES_MAX:
        raise EvaluationError(f"tasks are called more than {FRAMES_MAX} deep")
    given = _given(conversation, run, action.inputs)
    run.frames.append(Frame(task.actions, owner=action, values=Values.of(task.variables)))
    return _assigned(run, task.name, given)


def _jump_to_task(org: Org, conversation: Conversation, run: Run, action: JumpToTask) -> Step:
    task = run.flow.tasks[action.target]
    given = _given(conversation, run, action.inputs)
    run.enter(task)
    return _assigned(run, task.name, given)


def _given(conversation: Conversation, run: Run, inputs: Mapping[str, Expression]) -> Mapping[str, Result]:
    variables = run.variables(conversation)
    return {name: evaluate(value, variables) for name, value in inputs.items()}


def _assigned(run: Run, task: str, given: Mapping[str, Result]) -> Step:
    for name, value in given.items():
        run.assign(name, value)
    return Next("", {"task": task, **{name: as_json(value) for name, value in given.items()}})


def _end_task(org: Org, conversation: Conversation, run: Run, action: EndTask) -> Step:
    run.leave_task(action.output)
    return Next("", {"output": action.output})


def _change_state(org: Org, conversation: Conversation, run: Run, action: ChangeState) -> Step:
    state = run.flow.states[action.target]
    run.enter(state)
    return Next("", {"state": state.name})


def _end_state(org: Org, conversation: Conversation, run: Run, action: EndState) -> Step:
    return Over("error" if run.failed else "end")


def _wait(org: Org, conversation: Conversation, run: Run, action: Wait) -> Step:
    duration = evaluate(action.duration, run.variables(conversation))
    if not isinstance(duration, Duration):
        raise EvaluationError(f"duration is {kind_of(duration)}")
    inputs = {"duration": as_json(duration)}
    if duration.milliseconds <= 0:
        return Next("", inputs)
    pending = run.next_pending("wait")
    org.schedule.at(org.now() + duration.seconds, timer_key(conversation), FlowTimer(conversation.id, pending))
    return Await(pending, inputs)


EXECUTORS: Final[dict[type, Executor]] = {
    Decision: _decision,
    Switch: _switch,
    Loop: _loop,
    LoopExit: _loop_exit,
    LoopNext: _loop_next,
    CallTask: _call_task,
    JumpToTask: _jump_to_task,
    EndTask: _end_task,
    ChangeState: _change_state,
    EndState: _end_state,
    Wait: _wait,
}
