"""The form of the bot actions in archy YAML. No public flow has one: all keys are inferred (facts: messaging §4.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.architect.actions import Action, CallBot, CallDigitalBot, Targets
from understudy.architect.expression import Expression, Literal, Variable
from understudy.architect.forms import FAILURE_OUTPUTS, MESSAGE, Form
from understudy.architect.inputs import Scope, named
from understudy.architect.nodes import Fields
from understudy.architect.values import Duration

SUCCESS_OUTPUTS: Final = ("intent", "confidence")
DEFAULT_TEXT: Final = Variable("Message.Message.body")  # facts: messaging §4.1
FOLLOW_UP: Final = Literal(Duration(12 * 3_600_000))  # facts: messaging §4.1
DIGITAL_FOLLOW_UP: Final = Literal(Duration(6 * 3_600_000))  # facts: messaging §3.3
DIGITAL_RESPONSE: Final = Literal(Duration(30_000))  # facts: messaging §3.3


def _call_bot(fields: Fields, scope: Scope, name: str, line: int) -> Action:
    return CallBot(**_common(fields, scope, FOLLOW_UP), name=name, line=line)


def _call_digital_bot(fields: Fields, scope: Scope, name: str, line: int) -> Action:
    response = scope.value(fields, "botResponseTimeout", DIGITAL_RESPONSE)
    common = _common(fields, scope, DIGITAL_FOLLOW_UP)
    return CallDigitalBot(**common, name=name, line=line, response_timeout=response)


def _common(fields: Fields, scope: Scope, follow_up: Expression) -> dict[str, Any]:
    slots, branches = _intents(fields, scope)
    return {
        "integration": named(fields, "botIntegration"),
        "bot": named(fields, "botName"),
        "version": named(fields, "botVersion"),
        "text": scope.value(fields, "botInputText", DEFAULT_TEXT),
        "follow_up": scope.value(fields, "followUpResponseTimeout", follow_up),
        "session": _session(fields, scope),
        "session_outputs": scope.targets(fields, "sessionVariableOutputs"),
        "slots": slots,
        "success_outputs": scope.targets(fields, "successOutputs", SUCCESS_OUTPUTS),
        "failure_outputs": scope.targets(fields, "failureOutputs", FAILURE_OUTPUTS),
        "branches": {**scope.branches(fields, "success", "failure", "timeout"), **branches},
    }


def _session(fields: Fields, scope: Scope) -> tuple[tuple[Expression, Expression], ...]:
    """``sessionVariables: [{variable: {name, value}}]``."""
    found: list[tuple[Expression, Expression]] = []
    for node in fields.sequence("sessionVariables"):
        item = Fields(node, fields.source, f"a session variable of {fields.what}")
        one = item.inner("variable")
        item.close()
        found.append((scope.value(one, "name"), scope.value(one, "value")))
        one.close()
    return tuple(found)


def _intents(fields: Fields, scope: Scope) -> tuple[dict[str, Targets], dict[str, tuple[Action, ...]]]:
    """``intents: {NAME: {slots: {SLOT: {var: …}}, actions: […]}}``: bindings and branch of each intent."""
    inner = Fields(fields.take("intents"), fields.source, f"'intents' of {fields.what}")
    slots: dict[str, Targets] = {}
    branches: dict[str, tuple[Action, ...]] = {}
    for intent in inner.left():
        one = inner.inner(intent)
        slots[intent] = scope.targets(one, "slots")
        if "actions" in one.left():
            branches[f"intent {intent}"] = scope.actions(one, "actions", scope)
        one.close()
    return slots, branches


FORMS: Final[Mapping[str, Form]] = {
    "callBotConnector": Form(_call_bot, (MESSAGE,)),
    "callDigitalBotConnector": Form(_call_digital_bot, (MESSAGE,)),
}
