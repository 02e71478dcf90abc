"""One row of a data table against the table's schema: types, defaults, the key (SDK: DataTable.schema).

A column is a property with type string, integer, number or boolean. A row that leaves one out takes its default; where
there is none the column stays out (assumed). A table without a schema takes any row that has a key (assumed).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from understudy.errors import Refused

KEY: Final = "key"
CODE: Final = "flows.datatables.schema.exception"
TYPES: Final[Mapping[str, Callable[[Any], bool]]] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
}


def columns(schema: Any) -> Mapping[str, Mapping[str, Any]]:
    """The columns of a schema; none where the table has no schema."""
    properties = schema.get("properties") if isinstance(schema, dict) else None
    return properties if isinstance(properties, dict) else {}


def completed(schema: Any, row: Mapping[str, Any]) -> dict[str, Any]:
    """The row as it is stored, with defaults; Refused 400 where it breaks the schema."""
    known = columns(schema)
    given = {name: value for name, value in row.items() if value is not None}
    if not isinstance(given.get(KEY), str) or not given[KEY]:
        raise refusal(KEY, "must be a string that is not empty")
    if not known:
        return given
    for name, value in given.items():
        if name not in known:
            raise refusal(name, "is not a column of the table")
        check_value(name, known[name], value)
    return {**{name: about["default"] for name, about in known.items() if about.get("default") is not None}, **given}


def check_value(name: str, about: Mapping[str, Any], value: Any) -> None:
    """Refused 400 unless a value is of the column's type and within its bounds."""
    type_ = str(about.get("type"))
    if type_ in TYPES and not TYPES[type_](value):
        raise refusal(name, f"must be of type {type_}")
    bounds: list[tuple[str, str, bool]] = []
    if isinstance(value, str):
        bounds = [("minLength", "has too few characters", True), ("maxLength", "has too many characters", False)]
        measure: float = len(value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        bounds = [("minimum", "is too small", True), ("maximum", "is too large", False)]
        measure = value
    for bound, words, is_least in bounds:
        limit = about.get(bound)
        if not isinstance(limit, int | float):
            continue
        if measure < limit if is_least else measure > limit:
            raise refusal(name, f"{words}: {bound} is {limit}")


def refusal(name: str, problem: str, code: str = CODE) -> Refused:
    """Refused 400 about one column."""
    detail = {"errorCode": code, "fieldName": name}
    return Refused(400, code, f"Column {name!r} {problem}", params={"field": name}, details=(detail,))
