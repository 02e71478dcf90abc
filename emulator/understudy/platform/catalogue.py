"""The operations, models, topics, regions and error codes of the Platform API, read from ``contracts/platform_api``.

The files are generated (``platform/build.py``); kinds and resources are derived there, by the rules in
``platform/kinds.py``. Operations are read at once, everything else on first use: a run touches some dozens of the 6,438
models.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import orjson

from understudy.errors import ContractError
from understudy.material import material
from understudy.platform.kinds import Kind

__all__ = ["Catalogue", "Kind", "Models", "Operation", "QueryParameter", "load_catalogue", "load_models"]

Field = dict[str, Any]  # {"type": str, "required"?: true, "readOnly"?: true, "enum"?: [str]}
Model = dict[str, Field]
# Query parameters that take more than the values listed for them, or whose operations refuse with codes of their own
OPEN = ("expand", "expands", "fields", "sortOrder", "objectType", "flowFilter")


@dataclass(slots=True)  # not frozen, nor are operations: ten thousand are made at the start, in a third of the time
class QueryParameter:
    """One query parameter. ``type`` is string, string[], integer, number, boolean, date or date-time."""

    name: str
    type: str
    required: bool = False
    default: str | None = None
    enum: tuple[str, ...] = ()

    @property
    def choices(self) -> tuple[str, ...]:
        """The values that alone are let pass; none where others are known to: an unknown expansion adds nothing
        (assumed), and the defaults of ``sortOrder`` themselves are spelled otherwise than its values."""
        return () if self.name in OPEN else self.enum


@dataclass(slots=True, eq=False)
class Operation:
    """One operation. There is one object per operation, so that identity is equality and hashing is cheap.

    ``body`` and ``response`` are type expressions (``Queue``, ``QueueMember[]``, ``map<object>``) or ``None``.
    ``permission_mode`` is ANY, ALL, NO (needs none) or UNKNOWN (no source names them: not enforced). Any one of
    ``scopes`` suffices. ``auth`` is false for the operations without OAuth security. ``index`` is the place in the
    catalogue.
    """

    index: int
    id: str
    method: str
    path: str
    group: str
    tier: int
    kind: Kind
    resource: str
    query: tuple[QueryParameter, ...]
    body: str | None
    body_required: bool
    response: str | None
    permission_mode: str
    permissions: tuple[str, ...]
    scopes: tuple[str, ...]
    scopes_source: str
    deprecated: bool
    preview: bool
    auth: bool

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of the path's variables, in order."""
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))


class Models(Mapping[str, Model]):
    """The models by name, each parsed when it is first asked for."""

    def __init__(self, text: bytes) -> None:
        self._lines: dict[str, bytes] = {}
        self._parsed: dict[str, Model] = {}
        for line in text.splitlines()[1:-1]:
            name, _, fields = line.partition(b":")
            self._lines[name[1:-1].decode()] = fields.removesuffix(b",")

    def __getitem__(self, name: str) -> Model:
        model = self._parsed.get(name)
        if model is None:
            model = self._parsed[name] = orjson.loads(self._lines[name])
        return model

    def __contains__(self, name: object) -> bool:
        return name in self._lines

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)


@cache
def load_models(folder: Path) -> Models:
    """The models of ``models.json`` in a folder, read once a process: each is parsed only when it is asked for."""
    return Models((folder / "models.json").read_bytes())


class Catalogue:
    """All of the catalogue. ``operations`` by index, ``by_id`` by operationId (``getUsersMe``)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            lines = orjson.loads((folder / "operations.json").read_bytes())
            self.operations = tuple(_operation(index, line) for index, line in enumerate(lines))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ContractError(f"{folder / 'operations.json'}: {error!r}; run understudy contracts build") from error
        self.by_id = {operation.id: operation for operation in self.operations}

    @cached_property
    def models(self) -> Models:
        """The models by name."""
        return load_models(self.folder)

    @cached_property
    def topics(self) -> dict[str, str]:
        """Notification topic (``v2.users.{id}.presence``) → model of its event body."""
        return self._map("topics.json")

    @cached_property
    def regions(self) -> dict[str, str]:
        """Region (``eu-central-1``) → domain (``mypurecloud.de``)."""
        return self._map("regions.json")

    @cached_property
    def error_codes(self) -> dict[str, Any]:
        """``onEveryOperation`` and ``selected``: status → codes of the error body."""
        return self._map("error_codes.json")

    def _map(self, name: str) -> dict[str, Any]:
        read: dict[str, Any] = orjson.loads((self.folder / name).read_bytes())
        return read


def load_catalogue(folder: Path | None = None) -> Catalogue:
    """Read the catalogue; raises ``ContractError`` for a damaged one. Nobody caches it: the emulator holds it."""
    return Catalogue(folder or material("contracts/platform_api"))


def _operation(index: int, line: dict[str, Any]) -> Operation:
    get = line.get
    return Operation(
        index,
        line["id"],
        line["method"],
        line["path"],
        line["group"],
        line["tier"],
        Kind(line["kind"]),
        line["resource"],
        tuple(_query_parameter(query) for query in get("query", ())),
        get("body"),
        get("bodyRequired", False),
        get("response"),
        line["mode"],
        tuple(get("permissions", ())),
        tuple(get("scopes", ())),
        line["scopesSource"],
        get("deprecated", False),
        get("preview", False),
        not get("public", False),
    )


def _query_parameter(query: dict[str, Any]) -> QueryParameter:
    return QueryParameter(
        query["name"],
        query["type"],
        query.get("required", False),
        query.get("default"),
        tuple(query.get("enum", ())),
    )
