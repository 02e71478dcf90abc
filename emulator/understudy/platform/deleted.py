"""What was deleted and is still remembered: a resource with a ``gone`` code answers 410 instead of 404.

Its listings and readings that have a parameter ``deleted`` show it when that is true (facts: platform-api §4, Deleted).
"""

from __future__ import annotations

from typing import Any, Final

import orjson

from understudy.world.entities import Entity
from understudy.world.org import Org

LIVE: Final = "deleted"  # org.live[LIVE]: dict[resource, dict[id, Entity]], oldest first
KEPT: Final = 500  # of one resource; the emulator's own bound


def remember(org: Org, entity: Entity) -> None:
    """Keep what was deleted, with ``deleted`` true in its body."""
    kept = remembered(org, entity.type)
    body: dict[str, Any] = {**entity.body, "deleted": True}
    kept[entity.id] = Entity(entity.type, entity.id, body, entity.version, orjson.dumps(body), entity.hidden)
    while len(kept) > KEPT:
        del kept[next(iter(kept))]


def remembered(org: Org, type_: str) -> dict[str, Entity]:
    """The deleted entities of a type, by id."""
    found: dict[str, Entity] = org.live.setdefault(LIVE, {}).setdefault(type_, {})
    return found
