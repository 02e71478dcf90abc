from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.architect_api.conftest import COLUMNS, FLOW, SCHEMA

from understudy.architect_api.datatables import rows_type
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
TABLES = "/api/v2/flows/datatables"


def schema(**columns: Any) -> dict[str, Any]:
    return {"type": "object", "required": ["key"], "properties": {"key": {"type": "string"}, **columns}}


def test_the_schema_is_shown_where_it_is_asked_for(ask: Ask, table: str) -> None:
    assert "schema" not in ask("GET", f"{TABLES}/{table}")[1]
    assert ask("GET", f"{TABLES}/{table}?expand=schema")[1]["schema"] == SCHEMA
    assert "schema" not in ask("GET", TABLES)[1]["entities"][0]
    assert ask("GET", f"{TABLES}/divisionviews?expand=schema")[1]["entities"][0]["schema"] == SCHEMA


def test_rows_fit_the_schema_when_they_are_made_and_changed(ask: Ask, table: str) -> None:
    rows = f"{TABLES}/{table}/rows"
    assert ask("POST", rows, {"key": "a"})[1] == {"key": "a", "count": 1, "open": False}
    status, refusal = ask("POST", rows, {"key": "b", "count": "many"})
    assert (status, refusal["code"]) == (400, "flows.datatables.schema.exception")
    assert ask("PUT", f"{rows}/a", {"key": "z", "count": 3})[1] == {"key": "a", "count": 3, "open": False}
    assert ask("PUT", f"{rows}/a", {"count": "many"})[0] == 400
    assert ask("GET", f"{rows}/a?showbrief=false")[1]["count"] == 3
    assert ask("POST", rows, {"key": "a"})[1]["code"] == "flows.datatables.not.unique"
    assert ask("GET", rows)[1]["entities"] == [{"key": "a"}]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"type": "object"}, "flows.datatables.syntax.error"),
        ({"properties": {"key": 7}}, "flows.datatables.syntax.error"),
        ({"properties": {"key": {"type": "integer"}}, "required": ["key"]}, "flows.datatables.schema.exception"),
        ({"properties": {"key": {"type": "string"}}}, "flows.datatables.schema.exception"),
        (schema(a={"type": "array"}), "flows.datatables.schema.exception"),
        (schema(a={"type": "integer", "default": "1"}), "flows.datatables.schema.exception"),
        (schema(**{f"c{n}": {"type": "string"} for n in range(50)}), "flows.datatables.too.many.properties"),
    ],
)
def test_a_bad_schema_is_refused(ask: Ask, given: dict[str, Any], code: str) -> None:
    status, refusal = ask("POST", TABLES, {"name": "T", "schema": given})
    assert (status, refusal["code"]) == (400, code)


def test_columns_are_added_with_their_defaults_and_never_removed(ask: Ask, table: str) -> None:
    path = f"{TABLES}/{table}"
    ask("POST", f"{path}/rows", {"key": "a"})
    more = {**SCHEMA, "properties": {**COLUMNS, "new": {"type": "string", "default": "n"}}}
    assert ask("PUT", f"{path}?expand=schema", {"name": "Prices", "schema": more})[0] == 200
    assert ask("GET", f"{path}/rows/a?showbrief=false")[1]["new"] == "n"
    fewer = {**SCHEMA, "properties": {"key": COLUMNS["key"]}}
    refusal = ask("PUT", path, {"name": "Prices", "schema": fewer})[1]
    assert refusal["code"] == "flows.datatables.cannot.remove.fields"
    other = {**SCHEMA, "properties": {**COLUMNS, "new": {"type": "string"}, "count": {"type": "string"}}}
    assert ask("PUT", path, {"name": "Prices", "schema": other})[1]["code"] == "flows.datatables.schema.exception"


def test_a_table_has_a_name(ask: Ask) -> None:
    assert ask("POST", TABLES, {"schema": SCHEMA})[0] == 400


def test_a_table_holds_so_many_rows(ask: Ask, office: Org, table: str) -> None:
    rows = office.entities.of(rows_type(table))
    most = int(office.limits.value("architect", "datatable.rows.max"))
    row = office.entities.put(rows_type(table), "r", {"key": "r"})
    rows.update({str(number): row for number in range(most - 1)})
    status, refusal = ask("POST", f"{TABLES}/{table}/rows", {"key": "one"})
    assert (status, refusal["code"]) == (400, "flows.datatables.too.many.rows")


def test_a_table_that_a_flow_uses_is_deleted_only_by_force(ask: Ask, office: Org, published: str, table: str) -> None:
    flow = office.entities.of("flows")[published]
    flow.hidden["yaml"] = FLOW + "          - dataTableLookup: {dataTable: {Prices: {foundOutputs: {}}}}\n"
    status, refusal = ask("DELETE", f"{TABLES}/{table}")
    assert (status, refusal["code"]) == (409, "architect.dependency.object.in.use")
    assert refusal["details"][0]["entityId"] == published
    ask("POST", f"{TABLES}/{table}/rows", {"key": "a"})
    assert ask("DELETE", f"{TABLES}/{table}?force=true")[0] < 300
    assert ask("GET", f"{TABLES}/{table}/rows")[0] == 404
    assert office.entities.of(rows_type(table)) == {}
    assert ask("DELETE", f"{TABLES}/{table}")[1]["code"] == "flows.datatables.table.not.found"


@pytest.mark.parametrize("type_", [["string", "null"], {}, 7, None, "date"])
def test_a_column_of_no_known_type_is_refused(ask: Ask, type_: Any) -> None:
    schema = {**SCHEMA, "properties": {**COLUMNS, "odd": {"type": type_}}}
    status, refusal = ask("POST", TABLES, {"name": "Odd", "schema": schema})
    assert (status, refusal["details"][0]["fieldName"]) == (400, "odd")
