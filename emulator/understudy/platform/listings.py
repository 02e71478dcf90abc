"""Listings of things that are not stored as entities (grants, members, presences), in the paging shapes of the API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson

from understudy.errors import Refused
from understudy.platform.call import Call
from understudy.platform.grants import guard
from understudy.platform.messages import Answer
from understudy.platform.paging import listing
from understudy.world.entities import Entity

_URIS: Final = frozenset({"firstUri", "lastUri", "selfUri", "nextUri", "previousUri"})
NUMBERED: Final = _URIS | {"entities", "pageSize", "pageNumber", "total", "pageCount"}
COUNTED: Final = NUMBERED - _URIS  # pages without URIs, as two listings of grants have them
CURSOR: Final = frozenset({"entities", "nextUri", "selfUri", "previousUri"})
UNCOUNTED: Final = (_URIS - {"lastUri"}) | {"entities", "pageSize", "pageNumber"}  # QueueMemberEntityListing


def page(call: Call, items: Iterable[Mapping[str, Any]], shape: frozenset[str] = NUMBERED) -> Answer:
    """One page of ``items``, as the request's ``pageSize`` and ``pageNumber`` ask."""
    return Answer(encoded=listing(call, [orjson.dumps(item) for item in items], shape))


def named(call: Call, type_: str, id_: str, what: str) -> Entity:
    """The entity, or Refused 404 that calls it ``what``; what path or query name must lie within the token's fence."""
    entity = call.org.entities.get(type_, id_)
    if entity is None:
        raise Refused(404, "not.found", f"{what} with id [{id_}] was not found", params={"id": id_})
    if call.token.fence is not None and (id_ in call.path.values() or id_ in call.query.values()):
        guard(call, entity)
    return entity


def reference(entity: Entity) -> dict[str, Any]:
    """``{id, name, selfUri}``."""
    shown = {"id": entity.id, "name": entity.name, "selfUri": entity.body.get("selfUri")}
    return {key: value for key, value in shown.items() if value is not None}
