"""Carrying out what a flow says and where it sends the conversation (facts: messaging §4.1)."""

from __future__ import annotations

from typing import Final

from understudy.architect.actions import DisconnectAction, SendResponse, TransferToAcd
from understudy.architect.expression import evaluate
from understudy.architect.place import Executor, Failed, Next, Over, Run, Step, workflow
from understudy.architect.values import EvaluationError, Queue, display, kind_of
from understudy.conversations.commands import EnterQueue, SendMessage
from understudy.conversations.model import Conversation, Sender
from understudy.errors import Refused
from understudy.world.org import Org


def _send_response(org: Org, conversation: Conversation, run: Run, action: SendResponse) -> Step:
    value = evaluate(action.message_body, run.variables(conversation))
    text = "" if value is None else display(value)
    inputs = {"messageBody": text}
    communication = workflow(conversation, run).communication.id
    try:
        org.perform(SendMessage(conversation.id, communication, Sender.FLOW, text=text))
    except Refused as refused:
        return Failed(str(refused), inputs)
    return Next("", inputs)


def _transfer_to_acd(org: Org, conversation: Conversation, run: Run, action: TransferToAcd) -> Step:
    priority = evaluate(action.priority, run.variables(conversation))
    name = action.queue or _found(conversation, run, action)
    inputs: dict[str, object] = {"targetQueue": name, "priority": priority}
    if action.skills:
        inputs["skills"] = list(action.skills)
    if action.language:
        inputs["languageSkill"] = action.language
    queue = org.entities.named("routing.queues", name)
    if queue is None:
        return Failed(f"there is no queue {name!r}" if name else "targetQueue is NOT_SET", inputs)
    if isinstance(priority, bool) or not isinstance(priority, int):
        return Failed(f"priority {priority!r} is not a whole number", inputs)
    skills = [org.entities.named("routing.skills", name) for name in action.skills]
    language = org.entities.named("routing.languages", action.language) if action.language else None
    if None in skills or (action.language and language is None):
        return Failed("a skill or the language is gone", inputs)
    wanted = tuple(skill.id for skill in skills if skill is not None)
    try:
        org.perform(
            EnterQueue(
                conversation.id,
                queue.id,
                priority,
                run.participant,
                skills=wanted,
                language=language.id if language else "",
            )
        )
    except Refused as refused:
        return Failed(str(refused), inputs)
    return Over("transfer", "", inputs)


def _found(conversation: Conversation, run: Run, action: TransferToAcd) -> str:
    value = evaluate(action.found, run.variables(conversation)) if action.found is not None else None
    if value is not None and not isinstance(value, Queue):
        raise EvaluationError(f"targetQueue is {kind_of(value)}, not queue")
    return value.name if value is not None else ""


def _disconnect(org: Org, conversation: Conversation, run: Run, action: DisconnectAction) -> Step:
    return Over("disconnect")


EXECUTORS: Final[dict[type, Executor]] = {
    SendResponse: _send_response,
    TransferToAcd: _transfer_to_acd,
    DisconnectAction: _disconnect,
}
