"""The form of each action in archy YAML: messages, queues, branches, loops, tasks and states (facts: messaging §4).

``FORMS`` is the table of those that can be executed, with the flow types that they stand in. A form of data or of bots
is in its own module; ``load`` joins them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import yaml

from understudy.architect.actions import (
    Action,
    CallTask,
    ChangeState,
    Decision,
    DisconnectAction,
    EndState,
    EndTask,
    JumpToTask,
    Loop,
    LoopExit,
    LoopNext,
    SendResponse,
    Switch,
    TransferToAcd,
    Wait,
)
from understudy.architect.expression import Expression, Literal
from understudy.architect.inputs import Scope, is_nothing, named, reference, refuse
from understudy.architect.nodes import Fields

MESSAGE: Final = "inboundShortMessage"
CALL: Final = "inboundCall"
BOTH: Final = (MESSAGE, CALL)
FAILURE_OUTPUTS: Final = ("errorType", "errorMessage")
SKILLS_MAX: Final = 10  # assumed


@dataclass(frozen=True, slots=True)
class Form:
    """How an action is built, and in which types of flow it may stand."""

    build: Callable[[Fields, Scope, str, int], Action]
    types: tuple[str, ...] = BOTH


def _send_response(fields: Fields, scope: Scope, name: str, line: int) -> Action:
    return SendResponse(name=name, line=line, message_body=scope.value(fields, "messageBody"))


def _transfer_to_acd(fields: Fields, scope: Scope, name: str, line: int) -> Action:
    queue, found = _queue(fields, scope)
    for key in ("preferredAgents", "directAgent", "preTransferAudio", "failureTransferAudio"):
        node = fields.take(key)
        if node is not None and not is_nothing(node):
            refuse(fields, node, key)
    return TransferToAcd(
        name=name,
        line=line,
        queue=queue,
        found=found,
        priority=scope.value(fields, "priority", Literal(0)),
        skills=_skills(fields),
        language=_language(fields),
        failure_outputs=scope.targets(fields, "failureOutputs", FAILURE_OUTPUTS),
        branches=scope.branches(fields, "failure"),
    )


def _queue(fields: Fields, scope: Scope) -> tuple[str, Expression | None]:
    """A queue by its name, or a value that is one: ``{var: Flow.queue}`` (what ``findQueue`` found)."""
    node = fields.look("targetQueue")
    keys = [str(key.value) for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []
    if keys in (["var"], ["exp"]):
        return "", scope.value(fields, "targetQueue")
    return named(fields, "targetQueue"), None


def _skills(fields: Fields) -> tuple[str, ...]:
    """``skills: [{skill: {lit: {name: X}}}]`` (assumed)."""
    found: list[str] = []
    if "skills" in fields.left():
        node = fields.take("skills")
        if is_nothing(node):
            return ()
        if not isinstance(node, yaml.SequenceNode) or len(node.value) > SKILLS_MAX:
            fields.fail(f"'skills' of {fields.what} is not a list of at most {SKILLS_MAX}")
        for item in node.value:
            one = Fields(item, fields.source, f"a skill of {fields.what}")
            found.append(named(one, "skill"))
            one.close()
    return tuple(found)


def _language(fields: Fields) -> str:
    if is_nothing(fields.look("languageSkill")):
        fields.drop("languageSkill")
        return ""
    return named(fields, "languageSkill")


def _disconnect(fields: Fields, scope: Scope, name: str, line: int) -> Action:
    fields.drop("none")
    return DisconnectAction(name=name, line=line)


def _wait(fields: Fields, scope: Scope, name: str, line: int) -> Action:
    return Wait(name=name, line=line, duration=scope.value(fields, "duration"))


def _decision(fields: Fields, scope: Scope, name: str, line: int) -> Action:
    condition = scope.value(fields, "condition")
    return Decision(name=name, line=line, condition=condition, branches=scope.branches(fields, "yes", "no"))


def _switch(fields: Fields, scope: Scope, name: str, line: int) -> Action:
    evaluate = fields.inner("evaluate")
    first = evaluate.inner("firstTrue")
    evaluate.close()
    values: list[Expression] = []
    branches: dict[str, tuple[Action, ...]] = {}
    for node in first.sequence("cases"):
        item = Fields(node, fields.source, f"a case of {fields.what}")
        case = item.inner("case")
        item.close()
        values.append(scope.value(case, "value"))
        branches[f"case {len(values)}"] = scope.actions(case, "actions", scope)
        case.drop("name", "refId")
        case.close()
    default = first.take("default")
    branches["default"] = scope.branch(default, fields.source, f"'default' of {fields.what}")
    first.close()
    if not values:
        fields.fail(f"{fields.what} has no cases")
    return Switch(name=name, line=line, cases=tuple(values), branches=branches)


def _loop(fields: Fields, scope: Scope, name: str, line: int) -> Action:
    node = fields.take("currentIndex")
    index = "" if node is None or is_nothing(node) else scope.target(node, fields.source, "'currentIndex'")
    if index and scope.variables[index].type != "integer":
        fields.fail(f"'currentIndex' of {fields.what} is {index}, which is {scope.variables[index].type}")
    count = scope.value(fields, "loopCount")
    return Loop(name=name, line=line, count=count, index=index, branches=scope.branches(fields, "loop"))


def _loop_exit(fields: Fields, scope: Scope, name: str, line: int) -> Action:
    fields.drop("none")
    return LoopExit(name=name, line=line)


def _loop_next(fields: Fields, scope: Scope, name: str, line: int) -> Action:
    fields.drop("none")
    return LoopNext(name=name, line=line)


def _call_task(fields: Fields, scope: Scope, name: str, line: int) -> Action:
    inner = fields.inner("outputs") if "outputs" in fields.left() else Fields(None, fields.source, "'outputs'")
    branches = {
        output: scope.branch(inner.take(output), fields.source, f"{output!r} of {fields.what}")
        for output in inner.left()
    }
    outputs = Fields(fields.take("taskOutputs"), fields.source, f"'taskOutputs' of {fields.what}")
    return CallTask(
        name=name,
        line=line,
        target=reference(fields.text("targetTaskRef")),
        inputs=_task_inputs(fields, scope),
        outputs={one: scope.target(outputs.need(one), fields.source, repr(one)) for one in outputs.left()},
        branches=branches,
    )


def _task_inputs(fields: Fields, scope: Scope) -> dict[str, Expression]:
    inputs = Fields(fields.take("taskInputs"), fields.source, f"'taskInputs' of {fields.what}")
    return {one: scope.value(inputs, one) for one in inputs.left()}


def _jump_to_task(fields: Fields, scope: Scope, name: str, line: int) -> Action:
    target = reference(fields.text("targetTaskRef"))
    return JumpToTask(name=name, line=line, target=target, inputs=_task_inputs(fields, scope))


def _end_task(fields: Fields, scope: Scope, name: str, line: int) -> Action:
    fields.drop("none")
    output = "default"
    if "outputPath" in fields.left():
        path = fields.inner("outputPath")
        output = path.text("name")
        path.close()
    return EndTask(name=name, line=line, output=output)


def _change_state(fields: Fields, scope: Scope, name: str, line: int) -> Action:
    return ChangeState(name=name, line=line, target=reference(fields.text("targetStateRef")))


def _end_state(fields: Fields, scope: Scope, name: str, line: int) -> Action:
    fields.drop("none")
    return EndState(name=name, line=line)


FORMS: Final[Mapping[str, Form]] = {
    "sendResponse": Form(_send_response, (MESSAGE,)),
    "transferToAcd": Form(_transfer_to_acd),
    "disconnect": Form(_disconnect),
    "wait": Form(_wait),
    "decision": Form(_decision),
    "switch": Form(_switch),
    "loop": Form(_loop),
    "loopExit": Form(_loop_exit),
    "loopNext": Form(_loop_next),
    "callTask": Form(_call_task),
    "jumpToTask": Form(_jump_to_task),
    "endTask": Form(_end_task),
    "changeState": Form(_change_state, (MESSAGE,)),
    "endState": Form(_end_state, (MESSAGE,)),
}
