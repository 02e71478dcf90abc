"""Generic answers: what ``serve --generic`` gives for operations without a behaviour, made up from the model alone.

They hold required and identifying fields and nothing else; verdicts that rest on them say so (``Answer.generic``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.platform.catalogue import Operation
from understudy.platform.messages import Answer

DEPTH: Final = 4  # models nest in themselves
SCALARS: Final[Mapping[str, Any]] = {
    "string": "",
    "integer": 0,
    "number": 0,
    "boolean": False,
    "date": "2026-01-01",
    "date-time": "2026-01-01T00:00:00.000Z",
}
NO_ID: Final = "00000000-0000-4000-8000-000000000000"


def made_up(operation: Operation, models: Mapping[str, Mapping[str, Any]]) -> Answer:
    """An answer that fits the operation's response model."""
    if operation.response is None:
        return Answer(generic=True)
    return Answer(body=_value(operation.response, {}, models, DEPTH), generic=True)


def _value(type_: str, field: Mapping[str, Any], models: Mapping[str, Mapping[str, Any]], depth: int) -> Any:
    if type_.endswith("[]"):
        return []
    if field.get("enum"):
        return field["enum"][0]
    if type_ in models:
        return _object(models[type_], models, depth - 1)
    return SCALARS.get(type_, {})


def _object(model: Mapping[str, Any], models: Mapping[str, Mapping[str, Any]], depth: int) -> dict[str, Any]:
    wanted = {name: field for name, field in model.items() if field.get("required") or name in ("id", "entities")}
    if depth <= 0:
        return {}
    return {
        name: NO_ID if name == "id" and field["type"] == "string" else _value(field["type"], field, models, depth)
        for name, field in wanted.items()
    }
