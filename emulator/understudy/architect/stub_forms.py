"""The form of actions that call what only a script answers: data actions and bot flows (facts: messaging §4.2).

``callData`` and ``callBotFlow`` as public flows have them; inputs and outputs below a bot flow's version are those of a
common module there, the intents of a bot flow are assumed to stand as those of a bot connector.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from understudy.architect.actions import Action, CallBotFlow, CallData, Targets
from understudy.architect.expression import Expression, Literal, Variable
from understudy.architect.forms import MESSAGE, Form
from understudy.architect.inputs import Scope, is_nothing
from understudy.architect.nodes import Fields
from understudy.architect.values import Duration

TIMEOUT: Final = Literal(Duration(60_000))  # facts: messaging §4.1: 1 min in the sample; as a default assumed
DATA_FAILURE: Final = (  # read in a public flow
    *("errorCode", "status", "correlationId", "entityId", "entityName", "userMessage", "userParamsMessage"),
    *("userParams.key", "userParams.value", "details.errorCode", "details.fieldName", "details.entityId"),
    *("details.entityName", "errorType", "errorMessage"),
)
BOT_OUTCOME: Final = ("intent", "exitReason")


def _call_data(fields: Fields, scope: Scope, name: str, line: int) -> Action:
    category, outer = _one(fields, "category")
    action, inner = _one(outer, "dataAction")
    outer.close()
    call = CallData(
        name=name,
        line=line,
        category=category,
        action=action,
        timeout=scope.value(fields, "timeout", TIMEOUT),
        inputs=_inputs(inner, scope),
        success_outputs=scope.targets(inner, "successOutputs"),
        failure_outputs=scope.targets(inner, "failureOutputs", DATA_FAILURE),
        branches=scope.branches(fields, "success", "failure", "timeout"),
    )
    inner.close()
    message = call.failure_outputs.get("userMessage")
    if message and scope.variables[message].type != "string":
        fields.fail(f"'userMessage' of {fields.what} is written to {message}, which is no string")
    return call


def _call_bot_flow(fields: Fields, scope: Scope, name: str, line: int) -> Action:
    flow, outer = _one(fields, "botFlow")
    version = outer.left()
    if len(version) != 1 or not version[0].startswith("ver_"):
        outer.fail(f"{outer.what} names {', '.join(version) or 'no version'}: give ver_latestPublished")
    inner = outer.inner(version[0])
    inner.drop("none", "noValue")
    slots, branches = _intents(fields, scope)
    call = CallBotFlow(
        name=name,
        line=line,
        flow=flow,
        text=scope.value(fields, "inputText", Variable("Message.Message.body")),
        inputs=_inputs(inner, scope),
        outputs=scope.targets(inner, "outputs"),
        slots=slots,
        success_outputs=_outcome(fields, scope),
        failure_outputs=scope.targets(fields, "failureOutputs", ("errorType", "errorMessage")),
        branches={**scope.branches(fields, "success", "failure"), **branches},
    )
    inner.close()
    return call


def _outcome(fields: Fields, scope: Scope) -> Targets:
    """``intent`` and ``exitReason`` stand beside the other inputs, not below ``successOutputs``."""
    found: dict[str, str] = {}
    for key in BOT_OUTCOME:
        node = fields.take(key)
        if not is_nothing(node) and node is not None:
            target = scope.target(node, fields.source, f"{key!r} of {fields.what}")
            if scope.variables[target].type != "string":
                fields.fail(f"{key!r} of {fields.what} is written to {target}, which is no string")
            found[key] = target
    return found


def _one(fields: Fields, key: str) -> tuple[str, Fields]:
    """A thing that is named by the only key below ``key``."""
    outer = fields.inner(key)
    names = outer.left()
    if len(names) != 1:
        outer.fail(f"{outer.what} names {len(names)} things, not one")
    return names[0], outer.inner(names[0])


def _inputs(fields: Fields, scope: Scope) -> dict[str, Expression]:
    inner = Fields(fields.take("inputs"), fields.source, f"'inputs' of {fields.what}")
    return {one: scope.value(inner, one, Literal(None)) for one in inner.left()}


def _intents(fields: Fields, scope: Scope) -> tuple[dict[str, Targets], dict[str, tuple[Action, ...]]]:
    inner = Fields(fields.take("intents"), fields.source, f"'intents' of {fields.what}")
    slots: dict[str, Targets] = {}
    branches: dict[str, tuple[Action, ...]] = {}
    for intent in inner.left():
        one = inner.inner(intent)
        slots[intent] = scope.targets(one, "slots")
        branches[f"intent {intent}"] = scope.actions(one, "actions", scope)
        one.close()
    return slots, branches


FORMS: Final[Mapping[str, Form]] = {
    "callData": Form(_call_data, (MESSAGE,)),
    "callBotFlow": Form(_call_bot_flow, (MESSAGE,)),
}
