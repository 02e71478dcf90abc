"""Data tables: their schema, and rows that fit it (codes: error_codes.json; limits: ``[architect]``).

A GET shows the schema only with ``expand=schema``. A column can't be taken away or change its type; rows that lack a
new one take its default.
"""

from __future__ import annotations

from typing import Any, Final

from understudy.architect_api.row import KEY, TYPES, check_value, columns, completed, refusal
from understudy.errors import Refused
from understudy.platform.call import Call
from understudy.platform.grants import guard
from understudy.platform.lifecycle import Lifecycle
from understudy.world.entities import Entity
from understudy.world.org import Org

TABLES: Final = "architect.datatables"
ROWS: Final = "architect.datatables.rows"
JOBS: Final = "datatables.jobs"  # org.live[JOBS]: dict[table id, jobs]; table_jobs.py
NAMESPACE: Final = "architect"


def table(call: Call) -> Entity:
    """The table that the path names, or Refused 404."""
    id_ = call.path["datatableId"]
    found = call.org.entities.get(TABLES, id_)
    if found is None:
        code = "flows.datatables.table.not.found"
        raise Refused(404, code, f"There is no data table {id_}.", params={"datatableId": id_})
    if call.token.fence is not None:
        guard(call, found)
    return found


def rows_type(id_: str) -> str:
    """The entity type of a table's rows."""
    return f"{ROWS}/{id_}"


def check_room(org: Org, id_: str, count: int) -> None:
    """Refused 400 where a table would have more rows than the platform keeps."""
    most = int(org.limits.value(NAMESPACE, "datatable.rows.max"))
    if count > most:
        message = f"Data table {id_} would have {count} rows; it may have {most}"
        raise Refused(400, "flows.datatables.too.many.rows", message, params={"max": str(most)})


def _check(call: Call, before: Entity | None, after: dict[str, Any] | None) -> None:
    if after is None:
        return
    if not str(after.get("name") or "").strip():
        raise refusal("name", "is required")
    schema = after.get("schema")
    if schema is not None:
        _check_schema(call.org, schema)
    old = columns(before.body.get("schema")) if before is not None else {}
    new = columns(schema)
    for name, about in old.items():
        if name not in new:
            raise refusal(name, "can't be removed", "flows.datatables.cannot.remove.fields")
        if new[name].get("type") != about.get("type"):
            raise refusal(name, f"is of type {about.get('type')} and can't change it")


def _check_schema(org: Org, schema: Any) -> None:
    known = columns(schema)
    if not known or not all(isinstance(about, dict) for about in known.values()):
        raise Refused(400, "flows.datatables.syntax.error", "The schema has no properties that are objects")
    most = int(org.limits.value(NAMESPACE, "datatable.columns.max"))
    if len(known) > most:
        message = f"The schema has {len(known)} properties; it may have {most}"
        raise Refused(400, "flows.datatables.too.many.properties", message, params={"max": str(most)})
    if known.get(KEY, {}).get("type") != "string" or KEY not in (schema.get("required") or ()):
        raise refusal(KEY, "must be a required property of type string")
    for name, about in known.items():
        type_ = about.get("type")
        if not isinstance(type_, str) or type_ not in TYPES:
            raise refusal(name, f"has type {type_}, not one of {', '.join(TYPES)}")
        if about.get("default") is not None:
            check_value(name, about, about["default"])


def _follow(call: Call, before: Entity | None, after: Entity | None) -> None:
    """Rows take the defaults of columns that are new; with the table its jobs are gone."""
    if before is None:
        return
    if after is None:
        call.org.live.get(JOBS, {}).pop(before.id, None)
        return
    old = columns(before.body.get("schema"))
    new = {name: about for name, about in columns(after.body.get("schema")).items() if name not in old}
    defaults = {name: about["default"] for name, about in new.items() if about.get("default") is not None}
    if defaults:
        type_ = rows_type(after.id)
        for row in list(call.org.entities.of(type_).values()):
            call.org.entities.put(type_, row.id, {**defaults, **row.body})


def _shown(call: Call, entity: Entity) -> dict[str, Any] | None:
    if "schema" not in entity.body or "schema" in call.query.get("expand", "").split(","):
        return None
    return {name: value for name, value in entity.body.items() if name != "schema"}


def _check_row(call: Call, before: Entity | None, after: dict[str, Any] | None) -> None:
    """Also completes the row in place: this is the one hook that creating and replacing have in common."""
    if after is None:
        return
    owner = table(call)
    if before is None:
        check_room(call.org, owner.id, len(call.org.entities.of(rows_type(owner.id))) + 1)
    after.update(completed(owner.body.get("schema"), after))


RULES: Final[dict[str, Lifecycle]] = {
    TABLES: Lifecycle(check=_check, consequence=_follow, shown=_shown, is_always_shown=True),
    ROWS: Lifecycle(check=_check_row),
}
