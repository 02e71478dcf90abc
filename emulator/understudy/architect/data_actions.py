"""Carrying out actions on data: variables, the customer's attributes, rows of data tables (facts: messaging §4.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.architect.actions import DataTableLookup, FindQueue, GetParticipantData, SetParticipantData, UpdateData
from understudy.architect.expression import evaluate
from understudy.architect.place import Executor, Failed, Next, Run, Step
from understudy.architect.values import EvaluationError, Queue, Result, as_json, display, kind_of, read
from understudy.conversations.commands import SetAttributes
from understudy.conversations.model import Conversation
from understudy.errors import Refused
from understudy.world.org import Org

TABLES: Final = "architect.datatables"
ROWS: Final = "architect.datatables.rows"  # kept by table: entities.of(f"{ROWS}/{id}")


def _update_data(org: Org, conversation: Conversation, run: Run, action: UpdateData) -> Step:
    inputs: dict[str, Any] = {}
    for name, expression in action.statements:  # each sees what those before it set
        value = evaluate(expression, run.variables(conversation))
        run.assign(name, value)
        inputs[name] = as_json(value)
    return Next("", inputs)


def _set_participant_data(org: Org, conversation: Conversation, run: Run, action: SetParticipantData) -> Step:
    variables = run.variables(conversation)
    given = {
        _name(evaluate(name, variables)): _attribute(evaluate(value, variables)) for name, value in action.attributes
    }
    try:
        org.perform(SetAttributes(conversation.id, conversation.customer.id, given))
    except Refused as refused:
        return Failed(str(refused), dict(given))
    return Next("", dict(given))


def _get_participant_data(org: Org, conversation: Conversation, run: Run, action: GetParticipantData) -> Step:
    variables = run.variables(conversation)
    attributes = conversation.customer.attributes
    inputs: dict[str, Any] = {}
    for name, target in action.attributes:
        wanted = _name(evaluate(name, variables))
        run.assign(target, attributes.get(wanted))
        inputs[wanted] = attributes.get(wanted)
    return Next("", inputs)


def _name(value: Result) -> str:
    if not isinstance(value, str) or not value:
        raise EvaluationError(f"an attribute's name is {kind_of(value)}, not a text")
    return value


def _attribute(value: Result) -> str:
    return "" if value is None else display(value)  # an attribute is a text; NOT_SET empties it (assumed)


def _data_table_lookup(org: Org, conversation: Conversation, run: Run, action: DataTableLookup) -> Step:
    key = evaluate(action.lookup, run.variables(conversation))
    inputs = {"dataTable": action.table, "lookupValue": as_json(key)}
    table = org.entities.named(TABLES, action.table)
    if table is None:
        return Failed(f"there is no data table {action.table!r}", inputs)
    if key is None or isinstance(key, tuple):
        return Failed(f"the lookup value is {kind_of(key)}", inputs)
    row = org.entities.get(f"{ROWS}/{table.id}", display(key))
    if row is None:
        return Next("notFound", inputs)
    columns = _columns(table.body)
    try:
        for column, target in action.found.items():
            run.assign(target, _cell(row.body, columns, column, run.type_of(target)))
    except EvaluationError as error:
        return Failed(str(error), inputs)
    return Next("found", inputs)


def _columns(table: Mapping[str, Any]) -> Mapping[str, str]:
    """Title of a column (as a flow names it, assumed) → its name in a row."""
    properties = (table.get("schema") or {}).get("properties") or {}
    return {str(about.get("title") or name): str(name) for name, about in properties.items() if isinstance(about, dict)}


def _cell(row: Mapping[str, Any], columns: Mapping[str, str], column: str, type_: str) -> Result:
    value = row.get(column, row.get(columns.get(column, column)))
    if value is None:
        return None
    if isinstance(value, str) and type_ != "string":
        return read(value, type_) if not type_.endswith("Collection") else value
    return value if isinstance(value, bool | int | float) else str(value)


def _find_queue(org: Org, conversation: Conversation, run: Run, action: FindQueue) -> Step:
    name = evaluate(action.queue_name, run.variables(conversation))
    inputs = {"queueName": as_json(name)}
    queue = org.entities.named("routing.queues", name) if isinstance(name, str) else None
    run.assign(action.result, None if queue is None else Queue(queue.id, queue.name))
    return Next("notFound" if queue is None else "found", inputs)


EXECUTORS: Final[dict[type, Executor]] = {
    UpdateData: _update_data,
    SetParticipantData: _set_participant_data,
    GetParticipantData: _get_participant_data,
    DataTableLookup: _data_table_lookup,
    FindQueue: _find_queue,
}
