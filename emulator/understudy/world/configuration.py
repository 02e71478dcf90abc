"""Changing an org's configuration outside of a command: store or forget an entity, and say so as a change.

The Platform API's engine and org files use these; listeners are told like after ``perform``. Who made the change is the
affair of whoever drains ``org.writes``: the entity before and after.
"""

from __future__ import annotations

from typing import Any

from understudy.world.entities import Entity
from understudy.world.org import Org


def store(org: Org, type_: str, id_: str, body: dict[str, Any], hidden: dict[str, Any] | None = None) -> Entity:
    """Store a new version of an entity; appends ``entity.created`` or ``entity.changed``."""
    before = org.entities.of(type_).get(id_)
    entity = org.entities.put(type_, id_, body, hidden)
    org.writes.append((before, entity))
    _tell(org, "entity.created" if before is None else "entity.changed", entity)
    return entity


def forget(org: Org, type_: str, id_: str) -> Entity | None:
    """Remove an entity; appends ``entity.deleted``. None where there is none."""
    entity = org.entities.remove(type_, id_)
    if entity is not None:
        org.writes.append((entity, None))
        _tell(org, "entity.deleted", entity)
    return entity


def _tell(org: Org, kind: str, entity: Entity) -> None:
    org.changed(kind, type=entity.type, id=entity.id, name=entity.name)
    for listener in org.listeners:
        listener(org)
