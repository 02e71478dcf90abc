"""The form of actions on data in archy YAML: variables, participant attributes, data tables (facts: messaging §4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import yaml

from understudy.architect.actions import (
    Action,
    DataTableLookup,
    FindQueue,
    GetParticipantData,
    SetParticipantData,
    UpdateData,
)
from understudy.architect.expression import Expression
from understudy.architect.forms import FAILURE_OUTPUTS, Form
from understudy.architect.inputs import Scope
from understudy.architect.nodes import Fields, line_of
from understudy.architect.values import TYPES
from understudy.errors import FlowError, nearest


def _update_data(fields: Fields, scope: Scope, name: str, line: int) -> Action:
    statements = tuple(_statement(node, fields, scope) for node in fields.sequence("statements"))
    if not statements:
        fields.fail(f"{fields.what} has no statements")
    return UpdateData(name=name, line=line, statements=statements)


def _statement(node: yaml.Node, fields: Fields, scope: Scope) -> tuple[str, Expression]:
    """``string: {variable: State.x, value: {exp: …}}``; the key is the variable's type (assumed)."""
    item = Fields(node, fields.source, f"a statement of {fields.what}")
    kinds = item.left()
    if len(kinds) != 1 or kinds[0] not in TYPES:
        wrong = ", ".join(kinds) or "nothing"
        item.fail(f"a statement of {fields.what} is {wrong}: {nearest(wrong, list(TYPES))}")
    inner = item.inner(kinds[0])
    target = _variable(inner, scope)
    if scope.variables[target].type != kinds[0]:
        inner.fail(f"{inner.what} sets {target}, which is {scope.variables[target].type}")
    value = scope.value(inner, "value")
    inner.close()
    return target, value


def _variable(fields: Fields, scope: Scope) -> str:
    node = fields.need("variable")
    target = scope.target(node, fields.source, f"'variable' of {fields.what}")
    if not target:
        raise FlowError(fields.source, line_of(node), f"'variable' of {fields.what} needs a variable")
    return target


def _attributes(fields: Fields) -> list[Fields]:
    found: list[Fields] = []
    for node in fields.sequence("attributes"):
        item = Fields(node, fields.source, f"an attribute of {fields.what}")
        found.append(item.inner("attribute"))
        item.close()
    if not found:
        fields.fail(f"{fields.what} has no attributes")
    return found


def _set_participant_data(fields: Fields, scope: Scope, name: str, line: int) -> Action:
    pairs: list[tuple[Expression, Expression]] = []
    for one in _attributes(fields):
        pairs.append((scope.value(one, "name"), scope.value(one, "value")))
        one.close()
    return SetParticipantData(name=name, line=line, attributes=tuple(pairs))


def _get_participant_data(fields: Fields, scope: Scope, name: str, line: int) -> Action:
    pairs: list[tuple[Expression, str]] = []
    for one in _attributes(fields):
        attribute, target = scope.value(one, "name"), _variable(one, scope)
        if scope.variables[target].type != "string":
            one.fail(f"{one.what} is written to {target}, which is {scope.variables[target].type}, not string")
        pairs.append((attribute, target))
        one.close()
    return GetParticipantData(name=name, line=line, attributes=tuple(pairs))


def _data_table_lookup(fields: Fields, scope: Scope, name: str, line: int) -> Action:
    table = fields.inner("dataTable")
    names = table.left()
    if len(names) != 1:
        table.fail(f"{table.what} names {len(names)} tables, not one")
    outputs = table.inner(names[0])
    found = scope.targets(outputs, "foundOutputs")
    failure = scope.targets(outputs, "failureOutputs", FAILURE_OUTPUTS)
    outputs.close()
    return DataTableLookup(
        name=name,
        line=line,
        table=names[0],
        lookup=scope.value(fields, "lookupValue"),
        found=found,
        failure_outputs=failure,
        branches=scope.branches(fields, "found", "notFound", "failure"),
    )


def _find_queue(fields: Fields, scope: Scope, name: str, line: int) -> Action:
    """``queueName`` and the variable that takes the queue (both assumed)."""
    wanted = scope.value(fields, "queueName")
    result = scope.target(fields.need("result"), fields.source, f"'result' of {fields.what}")
    if not result or scope.variables[result].type != "queue":
        fields.fail(f"'result' of {fields.what} needs a queue variable")
    branches = scope.branches(fields, "found", "notFound")
    return FindQueue(name=name, line=line, queue_name=wanted, result=result, branches=branches)


FORMS: Final[Mapping[str, Form]] = {
    "updateData": Form(_update_data),
    "setParticipantData": Form(_set_participant_data),
    "getParticipantData": Form(_get_participant_data),
    "dataTableLookup": Form(_data_table_lookup),
    "findQueue": Form(_find_queue),
}
