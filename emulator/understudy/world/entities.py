"""Configuration of an org: ``entities[type][id]`` with version and encoded bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson


@dataclass(slots=True)
class Entity:
    """One configured thing. ``body`` is what the API returns; ``hidden`` is what the platform keeps to itself."""

    type: str
    id: str
    body: dict[str, Any]
    version: int = 1
    encoded: bytes = b""
    hidden: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The entity's name, or its id where it has none."""
        return str(self.body.get("name") or self.id)


class Entities:
    """All entities of an org, by type in order of creation."""

    def __init__(self) -> None:
        self._by_type: dict[str, dict[str, Entity]] = {}
        self._names: dict[str, dict[str, tuple[str, ...]]] = {}  # type → folded name → ids; made by the first ``named``

    def put(self, type_: str, id_: str, body: dict[str, Any], hidden: dict[str, Any] | None = None) -> Entity:
        """Store a new version and its encoded bytes (paid once, joined for lists)."""
        known = self.of(type_)
        before = known.get(id_)
        # orjson hands out twice the room it needs: what is kept is copied to its size (benchmarks/platform_api.py)
        encoded = bytes(memoryview(orjson.dumps(body)))
        entity = Entity(type_, id_, body, before.version + 1 if before else 1, encoded)
        entity.hidden = {**(before.hidden if before else {}), **(hidden or {})}
        known[id_] = entity
        if type_ in self._names:
            if before is not None:
                self._unname(before)
            self._name(entity)
        return entity

    def get(self, type_: str, id_: str) -> Entity | None:
        """One entity, or ``None``."""
        return self.of(type_).get(id_)

    def of(self, type_: str) -> dict[str, Entity]:
        """All entities of a type, by id."""
        return self._by_type.setdefault(type_, {})

    def remove(self, type_: str, id_: str) -> Entity | None:
        """Forget an entity; returns what it was."""
        entity = self.of(type_).pop(id_, None)
        if entity is not None and type_ in self._names:
            self._unname(entity)
        return entity

    def named(self, type_: str, name: str) -> Entity | None:
        """The entity of a type that has this name (case-insensitive, as names are unique so on the platform)."""
        if type_ not in self._names:
            self._names[type_] = {}
            for entity in self.of(type_).values():
                self._name(entity)
        known = self.of(type_)
        return next((known[id_] for id_ in self._names[type_].get(name.casefold(), ()) if id_ in known), None)

    def _name(self, entity: Entity) -> None:
        names = self._names[entity.type]
        folded = str(entity.body.get("name", "")).casefold()
        names[folded] = (*names.get(folded, ()), entity.id)

    def _unname(self, entity: Entity) -> None:
        names = self._names[entity.type]
        folded = str(entity.body.get("name", "")).casefold()
        left = tuple(id_ for id_ in names.get(folded, ()) if id_ != entity.id)
        if left:
            names[folded] = left
        else:
            names.pop(folded, None)

    def types(self) -> Iterator[str]:
        """The types that have been touched."""
        return iter(self._by_type)
