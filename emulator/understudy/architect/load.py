"""Archy-form YAML → ``Flow`` (facts: messaging §4.2).

An action is a mapping of one key. ``ACTIONS`` is the table of those that can be executed: any other one, any key that
is not known and any input that would change what happens is a ``FlowError`` with its line: no flow runs by half.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import yaml

from understudy.architect.expression import Expression, ExpressionError, Literal, parse
from understudy.architect.flow import Action, DisconnectAction, EndState, Flow, SendResponse, State, TransferToAcd
from understudy.architect.nodes import Fields, compose, line_of, scalar
from understudy.errors import FlowError, nearest

FLOW_TYPES: Final = ("inboundShortMessage",)
_START: Final = re.compile(r"\[([^\[\]]*)\]\s*$")


def load(text: str, source: str) -> Flow:
    """Parse a flow; raises ``FlowError``. ``source`` names the file or job in errors."""
    top = Fields(compose(text, source), source, "the file")
    types = [key for key in top.left() if key in FLOW_TYPES]
    if len(types) != 1:
        known = ", ".join(FLOW_TYPES)
        top.fail(f"the top key is {', '.join(top.left()) or 'missing'}; flow types that can be run are {known}")
    fields = top.inner(types[0])
    top.close()
    return _flow(fields, types[0], source)


def _flow(fields: Fields, type_: str, source: str) -> Flow:
    name, description = fields.text("name"), fields.text("description", "")
    fields.drop("division", "defaultLanguage", "supportedLanguages")
    for node in fields.sequence("variables"):
        raise FlowError(source, line_of(node), "variables are not supported")
    _check_error_handling(fields)
    reference = fields.text("startUpRef")
    states: dict[str, State] = {}
    for node in fields.sequence("states"):
        state = _state(Fields(node, source, "an item of 'states'"))
        if state.ref in states:
            raise FlowError(source, state.line, f"state {state.ref!r} is there twice")
        states[state.ref] = state
    fields.close()
    match = _START.search(reference)
    start = match.group(1) if match else reference
    if start not in states:
        remedy = nearest(start, list(states)) if states else "there are no states"
        fields.fail(f"startUpRef names state {start!r}: {remedy}")
    return Flow(type_, name, description, source, start, states)


def _state(item: Fields) -> State:
    fields = item.inner("state")
    item.close()
    name = fields.text("name")
    ref = fields.text("refId", name)
    for node in fields.sequence("variables"):
        raise FlowError(fields.source, line_of(node), "variables are not supported")
    actions = _actions(fields, "actions")
    fields.close()
    if not actions:
        fields.fail(f"state {name!r} has no actions")
    return State(name, ref, fields.line, actions)


def _actions(fields: Fields, key: str) -> tuple[Action, ...]:
    return tuple(_action(node, fields.source) for node in fields.sequence(key))


def _action(node: yaml.Node, source: str) -> Action:
    item = Fields(node, source, "an action")
    keys = item.left()
    if len(keys) != 1:
        item.fail(f"an action has one key, not {len(keys)}: {', '.join(keys)}")
    build = ACTIONS.get(keys[0])
    if build is None:
        item.fail(f"unsupported action {keys[0]!r}: {nearest(keys[0], list(ACTIONS))}")
    inner = item.inner(keys[0])
    inner.what, inner.line = f"{keys[0]!r}", item.line
    action = build(inner, inner.text("name", keys[0]), item.line)
    inner.drop("trackingId", "refId")
    inner.close()
    return action


def _send_response(fields: Fields, name: str, line: int) -> Action:
    return SendResponse(name, line, _value(fields, "messageBody"))


def _transfer_to_acd(fields: Fields, name: str, line: int) -> Action:
    target = fields.inner("targetQueue")
    queue = target.inner("lit").text("name")
    target.close()
    priority = _value(fields, "priority", Literal(0))
    for key in ("preferredAgents", "languageSkill", "skills", "directAgent"):
        _absent(fields, key)
    for output in Fields(fields.take("failureOutputs"), fields.source, "'failureOutputs'").left():
        if output not in ("errorType", "errorMessage"):
            fields.fail(f"'failureOutputs' has {output!r}, which is not supported")
    return TransferToAcd(name, line, queue, priority, _branch(fields, "failure"))


def _branch(fields: Fields, output: str) -> tuple[Action, ...]:
    """The actions of the one output branch that an action may have."""
    outputs = Fields(fields.take("outputs"), fields.source, f"'outputs' of {fields.what}")
    branch = Fields(outputs.take(output), fields.source, f"{output!r} of {fields.what}")
    outputs.close()
    actions = _actions(branch, "actions")
    branch.close()
    return actions


def _disconnect(fields: Fields, name: str, line: int) -> Action:
    fields.drop("none")
    return DisconnectAction(name, line)


def _end_state(fields: Fields, name: str, line: int) -> Action:
    fields.drop("none")
    return EndState(name, line)


def _value(fields: Fields, key: str, default: Expression | None = None) -> Expression:
    """``lit``, ``exp`` or ``noValue`` under ``key``; without a default the value must be there."""
    if key not in fields.left() and default is not None:
        return default
    inner = fields.inner(key)
    kinds = inner.left()
    if len(kinds) != 1 or kinds[0] not in ("lit", "exp", "noValue", "none"):
        inner.fail(f"{key!r} of {fields.what} has {', '.join(kinds) or 'nothing'}: give lit or exp")
    node = inner.need(kinds[0])
    if kinds[0] in ("noValue", "none"):
        if default is None:
            inner.fail(f"{key!r} of {fields.what} needs a value")
        return default
    if not isinstance(node, yaml.ScalarNode):
        inner.fail(f"{key!r} of {fields.what} is not a single value")
    try:
        value = scalar(node)
        return parse(str(node.value)) if kinds[0] == "exp" else Literal("" if value is None else value)
    except ExpressionError as error:
        raise FlowError(fields.source, line_of(node), f"{key!r} of {fields.what}: {error}") from error


def _absent(fields: Fields, key: str) -> None:
    """An input that is not supported may only be there to say that it has no value."""
    node = fields.take(key)
    if node is None or (isinstance(node, yaml.SequenceNode) and not node.value):
        return
    kinds = Fields(node, fields.source, f"{key!r}").left()
    if kinds not in (["noValue"], ["none"]):
        raise FlowError(fields.source, line_of(node), f"{key!r} of {fields.what} is not supported")


def _check_error_handling(fields: Fields) -> None:
    node = fields.take("settingsErrorHandling")
    if node is None:
        return
    handling = Fields(node, fields.source, "'settingsErrorHandling'")
    handling.drop("preHandlingAudio")
    inner = handling.inner("errorHandling")
    if inner.left() != ["disconnect"]:
        inner.fail(f"error handling {', '.join(inner.left())!r} is not supported: only 'disconnect' is")
    handling.close()


ACTIONS: Final[dict[str, Callable[[Fields, str, int], Action]]] = {
    "sendResponse": _send_response,
    "transferToAcd": _transfer_to_acd,
    "disconnect": _disconnect,
    "endState": _end_state,
}
