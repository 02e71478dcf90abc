"""Request bodies derived from a model alone: a valid one, one of a wrong type, one that lacks a required field."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any, Final

from understudy.platform.catalogue import Models
from understudy.platform.corrections import Corrections
from understudy.platform.schema import Form

DEEPEST: Final = 8
MOMENT: Final = "2026-01-05T10:00:00.000Z"
INTERVAL: Final = "2026-01-05T00:00:00.000Z/2026-01-06T00:00:00.000Z"
NOTHING: Final = object()


class Bodies:
    """Makes bodies; names are never the same twice, so that unique ones are."""

    def __init__(self, models: Models, corrections: Corrections) -> None:
        self._models, self._corrections = models, corrections
        self._numbers = count(1)

    def valid(self, type_: str) -> Any:
        """A body with what the model requires and a name, if it has one."""
        return self._value({"type": type_}, "", 0)

    def wrong(self, type_: str) -> Any:
        """A body whose JSON type is another one."""
        if type_.endswith("[]"):
            return {"entities": "not a list"}
        if type_ in self._models or type_.startswith("map<") or type_ == "object":
            return ["not an object"]
        return {"not": "a scalar"}

    def lacking(self, type_: str, valid: Any) -> Any:
        """The valid body without its first required field; ``NOTHING`` where nothing is required."""
        if type_ not in self._models or not isinstance(valid, dict):
            return NOTHING
        needed = self.required(type_)
        return {name: value for name, value in valid.items() if name != needed[0]} if needed else NOTHING

    def required(self, model: str) -> list[str]:
        """The fields that a request must have."""
        return [name for name, about in self._fields(model).items() if _is_required(about)]

    def _fields(self, model: str) -> Mapping[str, Mapping[str, Any]]:
        return self._corrections.fields(model, self._models[model], Form.GATE)

    def _value(self, about: Mapping[str, Any], name: str, depth: int) -> Any:
        type_ = about["type"]
        if type_.endswith("[]"):
            return [self._value({**about, "type": type_[:-2]}, name, depth + 1)] if depth < DEEPEST else []
        if type_.startswith("map<") or type_ == "object":
            return {}
        if type_ in self._models:
            return self._object(type_, depth)
        if about.get("enum"):
            return int(about["enum"][0]) if type_ == "integer" else about["enum"][0]
        return self._scalar(type_, name)

    def _object(self, model: str, depth: int) -> dict[str, Any]:
        made: dict[str, Any] = {}
        if depth > DEEPEST:
            return made
        fields = self._fields(model)
        for name, about in fields.items():
            named = depth == 0 and name in ("name", "email") and not about.get("readOnly")
            if _is_required(about) or named:
                made[name] = self._value(about, name, depth + 1)
        for name in self._corrections.exactly_one(model, Form.GATE)[:1]:
            made[name] = self._value(fields[name], name, depth + 1)
        return made

    def _scalar(self, type_: str, name: str) -> Any:
        match type_:
            case "integer" | "number":
                return 1
            case "boolean":
                return True
            case "date":
                return MOMENT[:10]
            case "date-time":
                return MOMENT
            case "LocalDateTime":
                return MOMENT.removesuffix("Z")
            case _:
                return self._text(name)

    def _text(self, name: str) -> str:
        folded, number = name.casefold(), next(self._numbers)
        if folded == "interval":
            return INTERVAL
        if folded == "id" or name.endswith("Id"):
            return f"00000000-0000-4000-8000-{number:012x}"
        if "email" in folded:
            return f"sweep.{number}@example.com"
        if folded.endswith(("url", "uri")):
            return f"https://127.0.0.1/sweep/{number}"
        if "phone" in folded or folded == "number":
            return f"+1317555{number % 10000:04d}"
        if "language" in folded or "locale" in folded:
            return "en-US"
        return f"sweep {number}"


def _is_required(about: Mapping[str, Any]) -> bool:
    return bool(about.get("required")) and not about.get("readOnly")
