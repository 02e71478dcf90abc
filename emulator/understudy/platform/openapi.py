"""The served API as an OpenAPI 3.1 document: an export of the catalogue's table, never a second truth.

Request bodies have the form of the gate (what is refused with 400), responses that of the response judge. A model that
stands in both has two schemas: ``Queue`` and ``Queue.request``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from understudy.platform.catalogue import Catalogue, Operation, QueryParameter
from understudy.platform.formats import ANY_CASE, ISO, choices
from understudy.platform.schema import Form
from understudy.platform.schemas import Schemas

VERSION: Final = "3.1.0"
REQUEST: Final = ".request"
ERRORS: Final = ("400", "401", "403", "404", "405", "409", "410", "413", "415", "429", "501")
TYPES: Final = {"integer": "integer", "number": "number", "boolean": "boolean"}
JSON: Final = "application/json"

Status = Callable[[Operation], int]


def openapi(catalogue: Catalogue, operations: Iterable[Operation], status: Status, origin: str = "") -> dict[str, Any]:
    """The document of some operations. ``status`` tells the success status of one; ``origin`` is the server's URL."""
    writer = _Document(catalogue, status)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = writer.operation(operation)
    return {
        "openapi": VERSION,
        "info": {"title": "Genesys Cloud Platform API as Understudy serves it", "version": "v2"},
        "servers": [{"url": origin or "/"}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": writer.components,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


class _Document:
    def __init__(self, catalogue: Catalogue, status: Status) -> None:
        self._schemas, self._status = Schemas(catalogue.models), status
        self.components: dict[str, Any] = {}
        self._error = self._schema("ErrorBody", Form.GATE)

    def operation(self, operation: Operation) -> dict[str, Any]:
        """One operation object."""
        found: dict[str, Any] = {
            "operationId": operation.id,
            "tags": [operation.group],
            "parameters": [*map(_variable, operation.variables), *map(_query, operation.query)],
            "responses": self._responses(operation),
        }
        if operation.body is not None:
            schema = self._schema(operation.body, Form.GATE)
            if not operation.body_required:  # "null" is no body (facts: platform-api §6)
                schema = {"anyOf": [schema, {"type": "null"}]}
            found["requestBody"] = {"required": operation.body_required, "content": {JSON: {"schema": schema}}}
        if operation.deprecated:
            found["deprecated"] = True
        if operation.preview:
            found["x-preview"] = True
        if not operation.auth:
            found["security"] = []
        if operation.permissions:
            found["x-permissions"] = {"mode": operation.permission_mode, "list": list(operation.permissions)}
        return found

    def _responses(self, operation: Operation) -> dict[str, Any]:
        success: dict[str, Any] = {"description": "done"}
        if operation.response is not None and operation.method != "HEAD":
            success["content"] = {JSON: {"schema": self._schema(operation.response, Form.RESPONSE)}}
        errors = {code: {"description": "refused", "content": {JSON: {"schema": self._error}}} for code in ERRORS}
        return {str(self._status(operation)): success, **errors}

    def _schema(self, type_: str, form: Form) -> dict[str, Any]:
        """A schema whose definitions have moved to the components."""
        document = dict(self._schemas.document(type_, form))
        suffix = REQUEST if form is Form.GATE else ""
        for name, definition in document.pop("$defs", {}).items():
            if name + suffix not in self.components:
                self.components[name + suffix] = _moved(definition, suffix)
        document.pop("$schema", None)
        return dict(_moved(document, suffix))


def _moved(value: Any, suffix: str) -> Any:
    """References to definitions become references to components; formats of our own become standard keywords."""
    if isinstance(value, list):
        return [_moved(item, suffix) for item in value]
    if not isinstance(value, dict):
        return value
    made = {name: _moved(item, suffix) for name, item in value.items()}
    if isinstance(reference := value.get("$ref"), str):
        made["$ref"] = "#/components/schemas/" + reference.rpartition("/")[2] + suffix
    if value.get("format") == ISO:
        made["format"] = "date-time"
    elif isinstance(name := value.get("format"), str) and name.startswith(ANY_CASE):
        made.pop("format")
        made["pattern"] = "^(?i:" + "|".join(choices(name)) + ")$"
    return made


def _variable(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _query(parameter: QueryParameter) -> dict[str, Any]:
    item: dict[str, Any] = {"type": TYPES.get(parameter.type.removesuffix("[]"), "string")}
    if parameter.choices and item["type"] == "string":
        item["enum"] = list(parameter.choices)
    if parameter.type in ("date", "date-time"):
        item["format"] = parameter.type
    is_list = parameter.type.endswith("[]")
    schema = {"type": "array", "items": item} if is_list else item
    found: dict[str, Any] = {"name": parameter.name, "in": "query", "schema": schema}
    if is_list:
        found |= {"style": "form", "explode": False}
    if parameter.required:
        found["required"] = True
    return found
