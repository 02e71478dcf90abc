"""Running a flow: a state machine that keeps its place in the conversation and goes on when what it waits for arrives.

A step carries out one action and says how to go on: ``Next``, ``Failed``, ``Await`` something (the run stays pending),
or ``Over``. Falling off a branch goes on behind the action that had it (facts: messaging §4.2).
"""

from __future__ import annotations

from typing import Any, Final

from understudy.architect import (
    bot_actions,
    control_actions,
    data_actions,
    message_actions,
    schedule_actions,
    stub_actions,
)
from understudy.architect.actions import Action, CallBot
from understudy.architect.control_actions import timer_key
from understudy.architect.place import Await, Executor, Failed, Next, Outcome, Over, Run, Step, Values, workflow
from understudy.architect.publish import published
from understudy.architect.values import EvaluationError
from understudy.conversations.commands import Disconnect, FlowLeft, FlowMessage, FlowTimer, StartFlow
from understudy.conversations.model import Conversation, Leg
from understudy.conversations.parties import add, find
from understudy.integrations.bot_sessions import WAITING, BotSession, keep, sessions_of
from understudy.world.entities import Entity
from understudy.world.org import Handler, Org

STEPS_MAX: Final = 10_000  # of one activation; a flow that runs in a circle is stopped
RECIPIENTS: Final = "routing.message.recipients"
ADDRESSES: Final = {"web_messaging": "webdeployments.deployments"}  # interface → what its flow is attached to
EXECUTORS: Final[dict[type, Executor]] = {
    **control_actions.EXECUTORS,
    **message_actions.EXECUTORS,
    **data_actions.EXECUTORS,
    **schedule_actions.EXECUTORS,
    **stub_actions.EXECUTORS,
    **bot_actions.EXECUTORS,
}


def start_flow(org: Org, command: StartFlow) -> None:
    """Run the flow that the address is bound to; without one the conversation ends with a diagnosis."""
    conversation = find(org, command.conversation)
    integration = conversation.leg.integration
    flow_id = attached_flow(org, conversation.leg)
    flow = published(org, flow_id)
    if flow is None or flow.type != "inboundShortMessage":
        reason = "no flow is attached to the address" if not flow_id else "the flow is gone or not published"
        reason = reason if flow is None else f"the flow is of type {flow.type}, not inboundShortMessage"
        _note(org, conversation, "routing.no_flow", integration=integration, flow=flow_id, reason=reason)
        org.perform(Disconnect(conversation.id, kind="system"))
        return
    entity = org.entities.get("flows", flow_id)
    name = entity.name if entity else flow.name
    conversation.division = _division(entity) or conversation.division
    participant = add(org, conversation, "workflow", name)
    run = Run(flow, flow_id, participant.id, org.ids.uuid("flow.execution"), flow_values=Values.of(flow.variables))
    run.language = flow.languages.spoken(str(conversation.leg.profile.get("language") or ""))
    run.enter(flow.first)
    conversation.flow = {"id": flow_id, "name": name, "run": run}
    _change(org, conversation, "flow.started", flow=flow_id, name=name)
    _advance(org, conversation, run)


def attached_flow(org: Org, leg: Leg) -> str:
    """The id of the flow at a leg's address: a messenger deployment's own, else its message recipient's; or ""."""
    address = org.entities.get(ADDRESSES.get(leg.interface, RECIPIENTS), leg.integration)
    flow = address.body.get("flow") if address is not None else None
    return str(flow.get("id") or "") if isinstance(flow, dict) else ""


def _division(flow: Entity | None) -> str:
    """The division that a conversation takes on: that of the flow that handles it (assumed)."""
    division = flow.body.get("division") if flow is not None else None
    return str(division.get("id") or "") if isinstance(division, dict) else ""


def resume(org: Org, conversation: Conversation, pending: str, step: Step | None = None) -> bool:
    """Go on with a flow that waits for ``pending``, by ``step`` where one is given; says whether it did."""
    run = waiting_run(conversation, pending)
    if run is None:
        return False
    action, step = run.waiting, step or run.then
    run.pending, run.waiting, run.then = "", None, None
    org.schedule.cancel(timer_key(conversation))
    if step is not None and action is not None and workflow(conversation, run).is_live:
        _tell(org, conversation, run, action, step)
        if not _go_on(org, conversation, run, action, step):
            return True
    _advance(org, conversation, run)
    return True


def flow_timer(org: Org, command: FlowTimer) -> None:
    """A wait inside a flow is over; silent where the flow no longer waits for it."""
    conversation = org.conversations.get(command.conversation)
    run = waiting_run(conversation, command.step) if conversation is not None else None
    if conversation is None or run is None:
        return
    if isinstance(run.waiting, CallBot):
        end_bot(org, conversation, run, timed_out("the customer did not answer in time"))
    else:
        resume(org, conversation, command.step)


def flow_message(org: Org, command: FlowMessage) -> None:
    """The customer wrote while a flow was with a bot: the next turn, at once or when the bot has answered this one."""
    conversation = find(org, command.conversation)
    run = conversation.flow.get("run")
    session = sessions_of(org).get(run.session) if isinstance(run, Run) else None
    message = conversation.messages.get(command.message)
    if not isinstance(run, Run) or session is None or message is None:
        return
    said = {"text": message.text, "content": message.content, "messageId": message.id}
    if not keep(org, session, said):
        text = f"{WAITING} messages of the customer wait for the bot already: this one is not asked"
        _note(org, conversation, "bot_connector.waiting_full", session=session.id, message=message.id, text=text)
    elif run.pending.startswith("follow:"):
        ask_next(org, conversation, run, session)


def flow_left(org: Org, command: FlowLeft) -> None:
    """The flow's participant is gone while the run waited, by whatever ended it: the run is over, with its bot."""
    conversation = org.conversations.get(command.conversation)
    run = conversation.flow.get("run") if conversation is not None else None
    if conversation is None or not isinstance(run, Run) or run.participant != command.participant:
        return
    if not run.pending:  # it is under way, and ends its participant by itself
        return
    bot_actions.close(org, run.session)
    org.schedule.cancel(timer_key(conversation))
    conversation.flow["run"] = None
    _change(org, conversation, "flow.ended", flow=run.flow_id, outcome="left")


def ask_next(org: Org, conversation: Conversation, run: Run, session: BotSession) -> bool:
    """Ask what has waited longest; says whether anything had."""
    if not session.asked:
        return False
    org.schedule.cancel(timer_key(conversation))
    run.pending = bot_actions.ask(org, conversation, run, session, session.asked.pop(0))
    return True


def timed_out(reason: str) -> Failed:
    """The timeout path of a bot; the failure path where the action has none."""
    return Failed(reason, {}, "timeout", "timeout")


def end_bot(org: Org, conversation: Conversation, run: Run, step: Step) -> None:
    """The run with a bot is over: go on with the flow."""
    bot_actions.close(org, run.session)
    run.session = ""
    resume(org, conversation, run.pending, step)


def waiting_run(conversation: Conversation, pending: str) -> Run | None:
    """The run of a conversation if it waits for ``pending``."""
    run = conversation.flow.get("run")
    return run if isinstance(run, Run) and pending and run.pending == pending else None


def _advance(org: Org, conversation: Conversation, run: Run) -> None:
    for _ in range(STEPS_MAX):
        if not workflow(conversation, run).is_live:
            return
        action: Action | None = None
        try:
            action = run.take()
            if action is None:
                _finish(org, conversation, run, "error" if run.failed else "end")
                return
            step = EXECUTORS[type(action)](org, conversation, run, action)
        except EvaluationError as error:  # no action's failure path is for this (assumed): the flow's error handling is
            _note(org, conversation, "flow.failed", flow=run.flow_id, action=_name(action), reason=str(error))
            _finish(org, conversation, run, "error")
            return
        _tell(org, conversation, run, action, step)
        if not _go_on(org, conversation, run, action, step):
            return
    _note(org, conversation, "flow.failed", flow=run.flow_id, action="", reason=f"more than {STEPS_MAX} steps")
    _finish(org, conversation, run, "error")


def _go_on(org: Org, conversation: Conversation, run: Run, action: Action, step: Step) -> bool:
    """Move the run's place; says whether there is a next action now."""
    match step:
        case Next(branch):
            run.failed = ""
            run.branch(action, branch)
        case Failed(reason, _, type_, branch, outputs):
            run.failed = reason
            _note(org, conversation, "flow.failed", flow=run.flow_id, action=action.name, reason=reason)
            for output, value in {"errorType": type_, "errorMessage": reason, **outputs}.items():
                if output in action.failure_outputs:
                    run.assign(action.failure_outputs[output], value)
            run.branch(action, branch if branch in action.branches else "failure")
        case Await(pending, _, then):
            run.pending, run.waiting, run.then = pending, action, then
            return False
        case Over(outcome):
            _finish(org, conversation, run, outcome)
            return False
    return True


def _finish(org: Org, conversation: Conversation, run: Run, outcome: Outcome) -> None:
    """The flow's error handling is to disconnect; so is the end of a flow that transferred to nobody."""
    conversation.flow["run"] = None
    _change(org, conversation, "flow.ended", flow=run.flow_id, outcome=outcome)
    if outcome in ("disconnect", "end"):
        _note(org, conversation, "flow.ended_without_acd", flow=run.flow_id, outcome=outcome)
    if outcome != "transfer":
        org.perform(Disconnect(conversation.id, kind="error" if outcome == "error" else "system"))


def _name(action: Action | None) -> str:
    return action.name if action is not None else ""


def _tell(org: Org, conversation: Conversation, run: Run, action: Action, step: Step) -> None:
    branch = getattr(step, "branch", "")
    data = {"flow": run.flow_id, "action": action.key, "name": action.name, "inputs": step.inputs, "branch": branch}
    _change(org, conversation, "flow.step", **data)
    waits = {"waits": True} if isinstance(step, Await) else {}
    _note(org, conversation, "flow.step", line=action.line, **data, **waits)


def _change(org: Org, conversation: Conversation, kind: str, **data: Any) -> None:
    org.changed(kind, conversation=conversation.id, customer=conversation.leg.address, **data)


def _note(org: Org, conversation: Conversation, name: str, /, **data: Any) -> None:
    org.note(name, conversation=conversation.id, customer=conversation.leg.address, **data)


HANDLERS: dict[type, Handler] = {
    StartFlow: start_flow,
    FlowTimer: flow_timer,
    FlowMessage: flow_message,
    FlowLeft: flow_left,
}
