"""Resources as ``contracts/platform_api/resources/`` tells them: what the engine serves, one table each.

The folder's README says what each key means. Operations, paths, writable fields and paging shapes come from the
catalogue.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from understudy.errors import ContractError, nearest
from understudy.material import material
from understudy.platform.catalogue import Catalogue, Kind

FOLDER: Final = "contracts/platform_api/resources"
KINDS: Final = (Kind.CREATE, Kind.LIST, Kind.GET, Kind.PUT, Kind.PATCH, Kind.DELETE)
VERSIONS: Final = ("none", "integer", "string")
CERTAINTIES: Final = ("documented", "observed", "assumed")


@dataclass(frozen=True, slots=True)
class Unique:
    """The field that no two entities share (compared without regard to case), and how a second one is refused."""

    field: str = "name"
    status: int = 409
    code: str = "general.conflict"


@dataclass(frozen=True, slots=True)
class Parent:
    """The resource that owns these entities, and the path variable that names the owner."""

    resource: str
    variable: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One resource. ``model`` "" means free-form bodies; ``path`` "" means no selfUri."""

    name: str
    owner: str
    model: str
    certainty: str
    operations: Mapping[Kind, tuple[str, ...]]
    path: str = ""
    identity: str = "id"
    parent: Parent | None = None
    division: bool = False
    version: str = "none"
    lock: tuple[str, ...] = ()
    unique: Unique | None = None
    missing: str = "not.found"
    brief: str = ""
    singleton: bool = False
    partial: tuple[str, ...] = ()
    references: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)

    def pairs(self) -> Iterator[tuple[Kind, str]]:
        """Every (kind, operationId)."""
        return ((kind, id_) for kind, ids in self.operations.items() for id_ in ids)


Resources = Mapping[str, Resource]


def load_resources(catalogue: Catalogue, path: Path | None = None) -> Resources:
    """Read a file, or all files of a folder, and check them against the catalogue; raises ``ContractError`` that names
    table and remedy."""
    path = path or material(FOLDER)
    try:
        found = {name: _resource(name, dict(table)) for name, table in resource_tables(path).items()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ContractError(f"{path}: not a file of resources: {error!r}") from error
    for resource in found.values():
        _check(resource, found, catalogue, path)
    return found


@cache
def resource_tables(path: Path) -> dict[str, dict[str, Any]]:
    """The tables as they stand in a file or in the ``*.toml`` of a folder, read once a process and not to be changed; a
    name stands in one of them only."""
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(path.glob("*.toml")) if path.is_dir() else [path]:
        try:
            tables = tomllib.loads(file.read_text("utf-8"))
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ContractError(f"{file}: not a file of resources: {error!r}") from error
        if twice := found.keys() & tables.keys():
            raise ContractError(f"{file}: [{min(twice)}] stands in another file too: leave one of them")
        found |= tables
    return found


def _resource(name: str, table: dict[str, Any]) -> Resource:
    operations = {Kind(kind): tuple(ids) for kind, ids in table.pop("operations").items()}
    unique, parent = table.pop("unique", None), table.pop("parent", None)
    return Resource(
        name=name,
        operations=operations,
        unique=Unique(**unique) if unique else None,
        parent=Parent(**parent) if parent else None,
        lock=tuple(table.pop("lock", ())),
        partial=tuple(table.pop("partial", ())),
        **table,
    )


def _check(resource: Resource, known: Resources, catalogue: Catalogue, path: Path) -> None:
    place = f"{path.name} [{resource.name}]"
    for kind, id_ in resource.pairs():
        if kind not in KINDS:
            raise ContractError(f"{place}: {kind} is not served by the engine: give " + ", ".join(KINDS))
        if id_ not in catalogue.by_id:
            raise ContractError(f"{place}: no operation {id_}: {nearest(id_, list(catalogue.by_id))}")
    if resource.model and resource.model not in catalogue.models:
        raise ContractError(f"{place}: no model {resource.model}: {nearest(resource.model, list(catalogue.models))}")
    if resource.version not in VERSIONS or resource.certainty not in CERTAINTIES:
        raise ContractError(f"{place}: version is one of {VERSIONS}, certainty one of {CERTAINTIES}")
    if any(isinstance(value, dict | list) for value in resource.defaults.values()):
        raise ContractError(f"{place}: a default is a plain value; what is nested belongs into the lifecycle rules")
    others = [*resource.references.values(), *([resource.parent.resource] if resource.parent else ())]
    for other in others:
        if other not in known:
            raise ContractError(f"{place}: no resource {other}: {nearest(other, list(known))}")
