"""Running a flow: a state machine that keeps its place in the conversation and goes on when what it waits for arrives.

``Run`` is a stack of frames (a list of actions and an index). A step carries out one action and says how to go on:
``Next``, ``Failed``, ``Await`` something (the run stays pending), or ``Over``. Falling off a branch goes on behind
the action that had it (facts: messaging §4.2).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from understudy.architect.expression import Result, display, evaluate
from understudy.architect.flow import Action, DisconnectAction, EndState, Flow, SendResponse, TransferToAcd, branches
from understudy.architect.publish import published
from understudy.conversations.commands import Disconnect, EnterQueue, FlowTimer, SendMessage, StartFlow
from understudy.conversations.model import Conversation, Participant, Sender
from understudy.conversations.parties import add, find
from understudy.errors import Refused
from understudy.world.org import Handler, Org

STEPS_MAX: Final = 10_000  # of one activation; a flow that runs in a circle is stopped


@dataclass(slots=True)
class Frame:
    """A list of actions under way; ``at`` is the next one."""

    actions: tuple[Action, ...]
    at: int = 0


@dataclass(slots=True)
class Run:
    """Where a conversation is in its flow. ``pending`` is what it waits for, ``failed`` why the last action failed."""

    flow: Flow
    flow_id: str
    participant: str
    frames: list[Frame] = field(default_factory=list)
    pending: str = ""
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Next:
    """Go on with the next action."""

    branch: str = ""
    inputs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failed:
    """Take the failure branch; without one, go on with the next action."""

    reason: str
    inputs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Await:
    """Stop here until ``resume`` names the same thing."""

    pending: str
    inputs: dict[str, Any] = field(default_factory=dict)


Outcome = Literal["transfer", "disconnect", "end", "error"]


@dataclass(frozen=True, slots=True)
class Over:
    """The flow has ended."""

    outcome: Outcome
    branch: str = ""
    inputs: dict[str, Any] = field(default_factory=dict)


Step = Next | Failed | Await | Over

_Executor = Callable[[Org, Conversation, Run, Any], Step]


def start_flow(org: Org, command: StartFlow) -> None:
    """Run the flow that the address is bound to; without one the conversation ends with a diagnosis."""
    conversation = find(org, command.conversation)
    integration = conversation.leg.integration
    recipient = org.entities.get("routing.message.recipients", integration)
    flow_id = str(((recipient.body.get("flow") or {}) if recipient else {}).get("id") or "")
    flow = published(org, flow_id)
    if flow is None:
        reason = "no flow is attached to the address" if not flow_id else "the flow is gone or not published"
        _note(org, conversation, "routing.no_flow", integration=integration, flow=flow_id, reason=reason)
        org.perform(Disconnect(conversation.id, kind="system"))
        return
    entity = org.entities.get("flows", flow_id)
    name = entity.name if entity else flow.name
    participant = add(org, conversation, "workflow", name)
    run = Run(flow, flow_id, participant.id, [Frame(flow.states[flow.start].actions)])
    conversation.flow = {"id": flow_id, "name": name, "run": run}
    _change(org, conversation, "flow.started", flow=flow_id, name=name)
    _advance(org, conversation, run)


def resume(org: Org, conversation: Conversation, pending: str) -> bool:
    """Go on with a flow that waits for ``pending``; says whether it did."""
    run = conversation.flow.get("run")
    if not isinstance(run, Run) or run.pending != pending or not pending:
        return False
    run.pending = ""
    _advance(org, conversation, run)
    return True


def flow_timer(org: Org, command: FlowTimer) -> None:
    """A wait inside a flow is over; silent where the flow no longer waits for it."""
    conversation = org.conversations.get(command.conversation)
    if conversation is not None:
        resume(org, conversation, command.step)


def _advance(org: Org, conversation: Conversation, run: Run) -> None:
    for _ in range(STEPS_MAX):
        if not _workflow(conversation, run).is_live:
            return
        action = _take(run)
        if action is None:
            _finish(org, conversation, run, "error" if run.failed else "end")
            return
        step = EXECUTORS[type(action)](org, conversation, run, action)
        _tell(org, conversation, run, action, step)
        match step:
            case Next():
                run.failed = ""
            case Failed(reason):
                run.failed = reason
                _note(org, conversation, "flow.failed", flow=run.flow_id, action=action.name, reason=reason)
                run.frames.append(Frame(_failure_branch(action)))
            case Await(pending):
                run.pending = pending
                return
            case Over(outcome):
                _finish(org, conversation, run, outcome)
                return
    _note(org, conversation, "flow.failed", flow=run.flow_id, action="", reason=f"more than {STEPS_MAX} steps")
    _finish(org, conversation, run, "error")


def _take(run: Run) -> Action | None:
    """The next action, its frame moved on; ``None`` at the end of the state."""
    while run.frames:
        frame = run.frames[-1]
        if frame.at < len(frame.actions):
            frame.at += 1
            return frame.actions[frame.at - 1]
        run.frames.pop()
    return None


def _finish(org: Org, conversation: Conversation, run: Run, outcome: Outcome) -> None:
    """The flow's error handling is to disconnect; so is the end of a flow that transferred to nobody."""
    conversation.flow["run"] = None
    _change(org, conversation, "flow.ended", flow=run.flow_id, outcome=outcome)
    if outcome in ("disconnect", "end"):
        _note(org, conversation, "flow.ended_without_acd", flow=run.flow_id, outcome=outcome)
    if outcome != "transfer":
        org.perform(Disconnect(conversation.id, kind="error" if outcome == "error" else "system"))


def _send_response(org: Org, conversation: Conversation, run: Run, action: SendResponse) -> Step:
    text = display(evaluate(action.message_body, _variables(conversation)))
    inputs = {"messageBody": text}
    communication = _workflow(conversation, run).communication.id
    try:
        org.perform(SendMessage(conversation.id, communication, Sender.FLOW, text=text))
    except Refused as refused:
        return Failed(str(refused), inputs)
    return Next("", inputs)


def _transfer_to_acd(org: Org, conversation: Conversation, run: Run, action: TransferToAcd) -> Step:
    priority = evaluate(action.priority, _variables(conversation))
    inputs = {"targetQueue": action.queue, "priority": priority}
    queue = org.entities.named("routing.queues", action.queue)
    if queue is None:
        return Failed(f"there is no queue {action.queue!r}", inputs)
    if isinstance(priority, bool) or not isinstance(priority, int):
        return Failed(f"priority {priority!r} is not a whole number", inputs)
    try:
        org.perform(EnterQueue(conversation.id, queue.id, priority, run.participant))
    except Refused as refused:
        return Failed(str(refused), inputs)
    return Over("transfer", "", inputs)


def _disconnect(org: Org, conversation: Conversation, run: Run, action: DisconnectAction) -> Step:
    return Over("disconnect")


def _end_state(org: Org, conversation: Conversation, run: Run, action: EndState) -> Step:
    return Over("error" if run.failed else "end")


EXECUTORS: Final[dict[type, _Executor]] = {
    SendResponse: _send_response,
    TransferToAcd: _transfer_to_acd,
    DisconnectAction: _disconnect,
    EndState: _end_state,
}


def _variables(conversation: Conversation) -> dict[str, Result]:
    inbound = (m.text for m in reversed(conversation.messages.values()) if m.direction == "inbound")
    return {"Message.Message.body": next(inbound, "")}


def _workflow(conversation: Conversation, run: Run) -> Participant:
    return next(p for p in conversation.participants if p.id == run.participant)


def _failure_branch(action: Action) -> tuple[Action, ...]:
    return branches(action).get("failure", ())


def _tell(org: Org, conversation: Conversation, run: Run, action: Action, step: Step) -> None:
    branch = "failure" if isinstance(step, Failed) else getattr(step, "branch", "")
    data = {"flow": run.flow_id, "action": action.key, "name": action.name, "inputs": step.inputs, "branch": branch}
    _change(org, conversation, "flow.step", **data)
    _note(org, conversation, "flow.step", line=action.line, **data)


def _change(org: Org, conversation: Conversation, kind: str, **data: Any) -> None:
    org.changed(kind, conversation=conversation.id, customer=conversation.leg.address, **data)


def _note(org: Org, conversation: Conversation, name: str, /, **data: Any) -> None:
    org.note(name, conversation=conversation.id, customer=conversation.leg.address, **data)


HANDLERS: dict[type, Handler] = {StartFlow: start_flow, FlowTimer: flow_timer}
