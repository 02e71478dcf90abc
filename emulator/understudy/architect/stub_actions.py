"""Carrying out actions that only a script answers (``stubs``): nothing is called, and each such step says so.

A note ``flow.stub`` names action, thing, inputs and what the script says. Without a script for these inputs the action
fails: no success is made up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.architect.actions import CallBotFlow, CallData, Targets
from understudy.architect.actions import Step as Action
from understudy.architect.control_actions import timer_key
from understudy.architect.expression import Expression, evaluate
from understudy.architect.place import Await, Executor, Failed, Next, Run, Step, workflow
from understudy.architect.stubs import Stub, answer
from understudy.architect.values import Duration, EvaluationError, Result, as_json, display, kind_of, received
from understudy.conversations.commands import FlowTimer, SendMessage
from understudy.conversations.model import Conversation, Sender
from understudy.errors import Refused
from understudy.world.org import Org

NO_STUB: Final = "NoStub"  # the emulator's own words, as is
INVALID: Final = "InvalidOutput"  # of a value that is not of its variable's type
STUBBED: Final = "answered by the org file's script: nothing was called"
UNSCRIPTED: Final = "not called: the org file has no script for it with these inputs (understudy: stubs: of the flow)"


def _call_data(org: Org, conversation: Conversation, run: Run, action: CallData) -> Step:
    variables = run.variables(conversation)
    name = f"{action.category}/{action.action}"
    timeout = evaluate(action.timeout, variables)
    if not isinstance(timeout, Duration):
        raise EvaluationError(f"timeout is {kind_of(timeout)}, not duration")
    given = _given(action.inputs, variables)
    inputs = {"dataAction": name, "timeout": as_json(timeout), "inputs": given}
    stub = _scripted(org, conversation, run, action, "dataAction", name, given)
    if stub is None:
        return _unscripted(f"data action {name!r}", inputs)
    inputs["stub"] = stub.then
    if stub.then == "timeout":
        pending = run.next_pending("data")
        org.schedule.at(org.now() + timeout.seconds, timer_key(conversation), FlowTimer(conversation.id, pending))
        late = Failed("the data action did not answer in time", {"stub": "timeout"}, "timeout", "timeout")
        return Await(pending, inputs, late)
    if stub.then == "failure":
        return _failed(run, action, stub, f"data action {name!r} failed", inputs)
    try:
        _bind(run, action.success_outputs, stub.outputs)
    except EvaluationError as error:
        told = {"errorCode": INVALID, "userMessage": str(error)}
        return Failed(str(error), inputs, INVALID, outputs=told)
    return Next("success", inputs)


def _call_bot_flow(org: Org, conversation: Conversation, run: Run, action: CallBotFlow) -> Step:
    variables = run.variables(conversation)
    text = as_json(evaluate(action.text, variables))
    given = {"inputText": text, **_given(action.inputs, variables)}
    inputs: dict[str, Any] = {"botFlow": action.flow, "inputs": given}
    stub = _scripted(org, conversation, run, action, "botFlow", action.flow, given)
    if stub is None:
        return _unscripted(f"bot flow {action.flow!r}", inputs)
    inputs |= {"stub": stub.then, "intent": stub.intent}
    if (refusal := _say(org, conversation, run, stub)) is not None:
        return Failed(refusal, inputs)
    if stub.then == "failure":
        return _failed(run, action, stub, f"bot flow {action.flow!r} failed", inputs)
    outcome = {"intent": stub.intent or None, "exitReason": stub.exit_reason or None}
    try:
        _bind(run, action.success_outputs, outcome)
        _bind(run, action.outputs, stub.outputs)
        _bind(run, action.slots.get(stub.intent) or {}, stub.slots)
    except EvaluationError as error:
        return Failed(str(error), inputs, INVALID)
    branch = f"intent {stub.intent}"
    return Next(branch if branch in action.branches else "success", inputs)


def _given(inputs: Mapping[str, Expression], variables: Mapping[str, Result]) -> dict[str, Any]:
    return {name: as_json(evaluate(value, variables)) for name, value in inputs.items()}


def _scripted(
    org: Org, conversation: Conversation, run: Run, action: Action, kind: str, name: str, given: Mapping[str, Any]
) -> Stub | None:
    stub = answer(org, run.flow_id, kind, name, given)
    told = {"then": stub.then, "outputs": dict(stub.outputs), "meaning": STUBBED} if stub else {"meaning": UNSCRIPTED}
    about = {"flow": run.flow_id, "action": action.name, "kind": kind, "thing": name, "inputs": dict(given), **told}
    org.note("flow.stub", conversation=conversation.id, customer=conversation.leg.address, **about)
    return stub


def _unscripted(what: str, inputs: dict[str, Any]) -> Failed:
    reason = f"{what} is {UNSCRIPTED}"
    return Failed(reason, {**inputs, "stub": "none"}, NO_STUB, outputs={"errorCode": NO_STUB, "userMessage": reason})


def _failed(run: Run, action: Action, stub: Stub, reason: str, inputs: dict[str, Any]) -> Failed:
    """What the script says of the failure, as far as the flow takes it."""
    reason = str(stub.outputs.get("userMessage") or stub.outputs.get("errorMessage") or reason)
    type_ = str(stub.outputs.get("errorCode") or stub.outputs.get("errorType") or "failure")
    told: dict[str, Result] = {"errorCode": type_, "userMessage": reason}
    for name, value in stub.outputs.items():
        if name in action.failure_outputs:
            told[name] = received(value, run.type_of(action.failure_outputs[name]))
    return Failed(reason, inputs, type_, outputs=told)


def _say(org: Org, conversation: Conversation, run: Run, stub: Stub) -> str | None:
    communication = workflow(conversation, run).communication.id
    try:
        for text in stub.says:
            org.perform(SendMessage(conversation.id, communication, Sender.BOT, text=display(text)))
    except Refused as refused:
        return str(refused)
    return None


def _bind(run: Run, targets: Targets, values: Mapping[str, Any]) -> None:
    for name, target in targets.items():
        run.assign(target, received(values.get(name), run.type_of(target)))


EXECUTORS: Final[dict[type, Executor]] = {CallData: _call_data, CallBotFlow: _call_bot_flow}
