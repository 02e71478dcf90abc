"""A model of the catalogue as a JSON Schema 2020-12 document, in one of three forms.

- ``gate``: what Genesys refuses with 400. Writable required fields, types and enums count; unknown fields pass,
  read-only fields pass whatever they hold, and ``null`` passes for a field that is not required (assumed: clients send
  it).
- ``judge``: the gate, and unknown fields are reported.
- ``response``: required fields are there, types, enums and formats right, no ``null``, no unknown field.

Items of lists and values of maps are never ``null``. A body that is ``object`` must be a JSON object; a field
``object`` holds anything. Definitions carry no ``type`` and no ``null``; whoever refers to them does, which spares an
``anyOf`` and keeps the path of an error plain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from understudy.errors import ContractError, nearest
from understudy.platform.corrections import Corrections
from understudy.platform.formats import ISO, any_case

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
SCALARS: Final[dict[str, dict[str, Any]]] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "date-time": {"type": "string", "format": "date-time"},
    "binary": {"type": "string"},
    "LocalDateTime": {"type": "string"},  # no zone: neither engine has a format for it
    "YearMonth": {"type": "string"},
    "object": {},
}


class Form(StrEnum):
    """Which question a schema answers."""

    GATE = "gate"
    JUDGE = "judge"
    RESPONSE = "response"


@dataclass(frozen=True, slots=True)
class Schema:
    """A document with all definitions it needs, and which of ``formats`` it uses beside the standard ones."""

    document: dict[str, Any]
    formats: frozenset[str]


def schema_of(type_: str, form: Form, models: Mapping[str, Any], corrections: Corrections) -> Schema:
    """The schema of a type expression (``Queue``, ``QueueMember[]``, ``map<string>``); unknown: ``ContractError``."""
    return _Writer(form, models, corrections).write(type_)


class _Writer:
    """Writes one document; ``_waiting`` holds the models that are referred to and not yet written."""

    def __init__(self, form: Form, models: Mapping[str, Any], corrections: Corrections) -> None:
        self._form, self._models, self._corrections = form, models, corrections
        self._definitions: dict[str, Any] = {}
        self._waiting: list[str] = []
        self._formats: set[str] = set()

    def write(self, type_: str) -> Schema:
        if type_ == "object" and self._form is not Form.RESPONSE:
            root: dict[str, Any] = {"type": "object"}
        else:
            root = self._value({"type": type_})
        while self._waiting:
            name = self._waiting.pop()
            if name not in self._definitions:
                self._definitions[name] = self._definition(name)
        document = {"$schema": DIALECT, **root}
        if self._definitions:
            document["$defs"] = self._definitions
        return Schema(document, frozenset(self._formats))

    def _definition(self, name: str) -> dict[str, Any]:
        fields = self._corrections.fields(name, self._models[name], self._form)
        required = [field for field, about in fields.items() if self._is_required(about)]
        definition: dict[str, Any] = {"properties": {field: self._property(about) for field, about in fields.items()}}
        if required:
            definition["required"] = required
        if self._form is not Form.GATE:
            definition["additionalProperties"] = False
        if alternatives := self._corrections.exactly_one(name, self._form):
            # "then", because a definition must say nothing of what is no object: who refers to it allows null or not
            definition["if"] = {"type": "object"}
            definition["then"] = {"oneOf": [_given(field) for field in alternatives]}
        return definition

    def _is_required(self, about: Mapping[str, Any]) -> bool:
        return bool(about.get("required")) and (self._form is Form.RESPONSE or not about.get("readOnly"))

    def _property(self, about: Mapping[str, Any]) -> dict[str, Any]:
        if self._form is Form.RESPONSE:
            return self._value(about)
        if about.get("readOnly"):
            return {}
        value = self._value(about)
        return value if about.get("required") else _nullable(value)

    def _value(self, about: Mapping[str, Any]) -> dict[str, Any]:
        """The schema of a value of ``about["type"]``; an enum of a list or map holds for its items."""
        type_ = about["type"]
        if type_.endswith("[]"):
            return {"type": "array", "items": self._value({**about, "type": type_[:-2]})}
        if type_.startswith("map<") and type_.endswith(">"):
            return {"type": "object", "additionalProperties": self._value({**about, "type": type_[4:-1]})}
        if type_ in SCALARS:
            return self._scalar(type_, about)
        if type_ not in self._models:
            raise ContractError(f"type {type_!r} is not a model; {nearest(type_, list(self._models))}")
        self._waiting.append(type_)
        return {"type": "object", "$ref": f"#/$defs/{type_}"}

    def _scalar(self, type_: str, about: Mapping[str, Any]) -> dict[str, Any]:
        value = dict(SCALARS[type_])
        if type_ == "date-time" and self._form is not Form.RESPONSE:
            value["format"] = ISO
        enum = about.get("enum")
        if enum and about.get("anyCase"):
            value["format"] = any_case(enum)
        elif enum:
            value["enum"] = [int(choice) for choice in enum] if type_ == "integer" else list(enum)
        if "format" in value and value["format"] not in ("date", "date-time"):
            self._formats.add(value["format"])
        return value


def _nullable(value: dict[str, Any]) -> dict[str, Any]:
    if "type" in value:
        value["type"] = [value["type"], "null"]
    if "enum" in value:
        value["enum"] = [*value["enum"], None]
    return value


def _given(field: str) -> dict[str, Any]:
    return {"required": [field], "properties": {field: {"not": {"type": "null"}}}}
