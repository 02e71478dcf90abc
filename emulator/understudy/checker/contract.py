"""The schemas of contracts/, compiled when first asked for: ``<interface>/schemas/*.json``, and the platform's models.

``jsonschema-rs`` judges; ``reference.py`` gives the same schema to ``jsonschema``, and a test shows that they agree.
The *strict* form of a schema reports fields that it does not know, which the platform accepts and the judge names.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Protocol

import jsonschema_rs

from understudy.errors import ContractError, StartError
from understudy.material import material
from understudy.platform.catalogue import load_catalogue
from understudy.platform.schemas import Schemas

LARGE: Final = 64 << 10  # bytes of body from which on only the first problem is asked for: a peer may send a million
MOST: Final = 5  # problems named in one verdict


class Judge(Protocol):
    """A compiled schema."""

    def problems(self, value: Any, size: int = 0) -> list[str]:
        """What is wrong, as text; nothing where the value fits."""


class FileJudge:
    """A schema file. ``size`` is that of the body in bytes."""

    def __init__(self, document: Mapping[str, Any], registry: jsonschema_rs.Registry) -> None:
        self._engine = jsonschema_rs.Draft202012Validator(dict(document), registry=registry, validate_formats=True)

    def problems(self, value: Any, size: int = 0) -> list[str]:
        """At most ``MOST`` problems, each with its place."""
        try:
            if self._engine.is_valid(value):
                return []
            if size <= LARGE:
                return [_text(error) for error, _ in zip(self._engine.iter_errors(value), range(MOST), strict=False)]
            self._engine.validate(value)
        except jsonschema_rs.ValidationError as error:
            return [_text(error)]
        except ValueError as error:  # nested too deep for the engine
            return [str(error)]
        return []


class ModelJudge:
    """A model of the Platform API, unknown fields reported."""

    def __init__(self, schemas: Schemas, model: str, *, is_response: bool) -> None:
        self._validator = schemas.response(model) if is_response else schemas.judge(model)

    def problems(self, value: Any, size: int = 0) -> list[str]:
        """At most ``MOST`` problems, each with its place."""
        return [f"{problem.path or 'body'}: {problem.message}" for problem in self._validator.problems(value)[:MOST]]


class Contracts:
    """All schemas there are; compiles each once."""

    def __init__(self, root: Path | None = None) -> None:
        self._root = root or material("contracts")
        self._judges: dict[tuple[str, bool], Judge] = {}
        self._documents: dict[str, dict[str, dict[str, Any]]] = {}
        self._schemas: Schemas | None = None

    def judge(self, name: str, *, strict: bool = False) -> Judge:
        """The schema ``interface/file`` (without ``.json``), or ``model:Name`` and ``answer:Name`` for a model of the
        platform as a request and as an answer; raises ``ContractError`` where there is none."""
        found = self._judges.get((name, strict))
        if found is None:
            found = self._judges[name, strict] = self._compile(name, strict)
        return found

    def documents(self, name: str, *, strict: bool = False) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """All schema files of an interface, and the one that ``name`` means; for the reference engine."""
        return self._document(name, strict)

    def names(self) -> list[str]:
        """Every schema file, as rules name it."""
        return sorted(f"{path.parent.parent.name}/{path.stem}" for path in self._root.glob("*/schemas/*.json"))

    def _compile(self, name: str, strict: bool) -> Judge:
        kind, colon, model = name.partition(":")
        if colon:
            if self._schemas is None:
                self._schemas = Schemas(load_catalogue().models)
            return ModelJudge(self._schemas, model, is_response=kind == "answer")
        documents, document = self._document(name, strict)
        return FileJudge(document, jsonschema_rs.Registry([(one["$id"], one) for one in documents]))

    def _document(self, name: str, strict: bool) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        interface, _, file = name.partition("/")
        documents = self._documents.get(interface)
        if documents is None:
            documents = self._documents[interface] = self._read(interface)
        if file not in documents:
            known = ", ".join(documents) or "none"
            raise ContractError(f"contracts/{interface}/schemas has no {file}.json; there are {known}")
        if not strict:
            return list(documents.values()), documents[file]
        closed = {key: closed_form(one) for key, one in documents.items()}
        return list(closed.values()), closed[file]

    def _read(self, interface: str) -> dict[str, dict[str, Any]]:
        folder = self._root / interface / "schemas"
        try:
            found = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))}
        except (OSError, ValueError, StartError) as error:
            raise ContractError(f"{folder}: a schema can't be read ({error})") from error
        for stem, document in found.items():
            if not isinstance(document, dict) or "$id" not in document:
                raise ContractError(f"{folder / stem}.json: not a schema with a $id")
        return found


def closed_form(schema: Any) -> Any:
    """A schema in which an object has no fields but those it names."""
    if isinstance(schema, list):
        return [closed_form(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {
        key: value if key in ("enum", "const", "examples") else closed_form(value) for key, value in schema.items()
    }
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        closed.setdefault("additionalProperties", False)
    return closed


def _text(error: jsonschema_rs.ValidationError) -> str:
    place = ".".join(str(step) for step in error.instance_path) or "body"
    message = error.message if len(error.message) <= 200 else f"{error.message[:200]}…"
    return f"{place}: {message}"
