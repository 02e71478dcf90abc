"""Archy-form YAML → ``Flow`` (facts: messaging §4.2).

An action is a mapping of one key. ``ACTIONS`` is the table of those that can be executed: any other one, any key that
is not known and any input that would change what happens is a ``FlowError`` with its line: no flow runs by half. Call
flows are only parsed: what stands in them alone is known by name (``call_forms``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import yaml

from understudy.architect import bot_forms, data_forms, forms, schedule_actions, stub_forms
from understudy.architect.actions import Action
from understudy.architect.call_forms import SETTINGS, call_action, menu_choices
from understudy.architect.declarations import declarations
from understudy.architect.flow import Container, Declaration, Flow
from understudy.architect.forms import CALL, MESSAGE, Form
from understudy.architect.grammar import BUILT_IN
from understudy.architect.inputs import Scope, reference
from understudy.architect.languages import languages
from understudy.architect.nodes import Fields, compose
from understudy.architect.references import check_references
from understudy.architect.spelling import calls, canonical, keys
from understudy.errors import FlowError, nearest

FLOW_TYPES: Final = (MESSAGE, CALL)
ACTIONS: Final[Mapping[str, Form]] = {
    **forms.FORMS,
    **data_forms.FORMS,
    **schedule_actions.FORMS,
    **stub_forms.FORMS,
    **bot_forms.FORMS,
}
SCOPES: Final[Mapping[str, str]] = {"state": "State", "task": "Task", "menu": "Menu"}
KINDS: Final[Mapping[str, tuple[str, ...]]] = {MESSAGE: ("state", "task"), CALL: ("task", "menu")}  # start: the first


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
    division = fields.text("division", "")
    spoken = languages(fields)
    variables = declarations(fields, ("Flow",))
    _check_error_handling(fields)
    start = fields.text("startUpRef")
    found = {kind: _containers(fields, kind, type_, variables) for kind in KINDS[type_]}
    if type_ == CALL:
        fields.drop(*SETTINGS, *(key for key in fields.left() if key.startswith("settings")))
    fields.close()
    ref = reference(start)
    if not any(ref in known for known in found.values()):
        kind = KINDS[type_][0]
        remedy = nearest(ref, list(found[kind])) if found[kind] else f"there are no {kind}s"
        fields.fail(f"startUpRef names {kind} {ref!r}: {remedy}")
    states, tasks, menus = (found.get(kind, {}) for kind in ("state", "task", "menu"))
    flow = Flow(type_, name, description, source, ref, states, tasks, variables, spoken, menus, division)
    check_references(flow)
    return flow


def _containers(fields: Fields, kind: str, flow_type: str, variables: tuple[Declaration, ...]) -> dict[str, Container]:
    found: dict[str, Container] = {}
    for node in fields.sequence(f"{kind}s"):
        item = Fields(node, fields.source, f"an item of '{kind}s'")
        one = _container(item.inner(kind), kind, flow_type, variables)
        item.close()
        if one.ref in found:
            raise FlowError(fields.source, one.line, f"{kind} {one.ref!r} is there twice")
        found[one.ref] = one
    return found


def _container(fields: Fields, kind: str, flow_type: str, flow_variables: tuple[Declaration, ...]) -> Container:
    name = fields.text("name")
    ref = fields.text("refId", name)
    variables = declarations(fields, (SCOPES[kind],))
    known = {one.name: one for one in (*flow_variables, *variables)}
    scope = Scope(flow_type, BUILT_IN[flow_type], known, _actions)
    actions = menu_choices(fields, scope) if kind == "menu" else _actions(fields, "actions", scope)
    fields.drop("description", *(fields.left() if kind == "menu" else ()))
    fields.close()
    if not actions:
        fields.fail(f"{kind} {name!r} has no actions")
    return Container(kind, name, ref, fields.line, actions, variables)


def _actions(fields: Fields, key: str, scope: Scope) -> tuple[Action, ...]:
    return tuple(_action(node, fields.source, scope) for node in fields.sequence(key))


def _action(node: yaml.Node, source: str, scope: Scope) -> Action:
    item = Fields(node, source, "an action")
    given = item.left()
    if len(given) != 1:
        item.fail(f"an action has one key, not {len(given)}: {', '.join(given)}")
    key = canonical().get(given[0], given[0])
    form = ACTIONS.get(key)
    if form is None and given[0] not in calls():
        item.fail(f"unsupported action {given[0]!r}: {nearest(given[0], list(ACTIONS))}")
    if form is None and scope.flow_type != CALL:
        item.fail(f"action {given[0]!r} is one of calls: it is not executed for messages")
    if form is not None and scope.flow_type not in form.types:
        item.fail(f"action {given[0]!r} does not stand in a flow of type {scope.flow_type}")
    inner = item.inner(given[0])
    inner.what, inner.line = f"{given[0]!r}", item.line
    if form is None:
        return call_action(given[0], inner, scope, inner.text("name", given[0]), item.line)
    inner.rename(keys()[key].inputs)
    action = form.build(inner, scope, inner.text("name", given[0]), item.line)
    inner.drop("trackingId", "refId")
    inner.close()
    return action


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
