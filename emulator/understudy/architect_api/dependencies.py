"""Who uses what in an org: the graph behind Architect's dependency tracking, worked out when it is asked for.

Users are entities whose references name others (``references`` in the tables of resources) and published flows, by what
their text names. ``contracts/platform_api/dependency_types.toml`` says which resource has which type.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from understudy.architect.mentions import Mention, mentions, named_in
from understudy.material import material
from understudy.platform.in_use import entities_of, ids_at, links
from understudy.world.entities import Entity
from understudy.world.org import Org

FILE: Final = "contracts/platform_api/dependency_types.toml"
FLOWS: Final = "flows"
FLOW: Final = "FLOW"  # INBOUNDSHORTMESSAGE is of the type INBOUNDSHORTMESSAGEFLOW
INTEGRATIONS: Final = "integrations"
BOTS: Final[Mapping[str, str]] = {  # integration type → type of object; other integrations are not tracked
    "bot-connector": "BOTCONNECTORINTEGRATION",
    "digital-bot-connector": "DIGITALBOTCONNECTORINTEGRATION",
}
SPECIAL: Final[Mapping[str, str]] = {"WORKFLOW": "WORKFLOW", "WORKITEM": "WORKITEMFLOW"}


@dataclass(frozen=True, slots=True)
class Type:
    """A type of objects that depend on each other. ``resource`` is "" where the emulator has no such things, and for
    flows, whose type follows from the flow's own."""

    id: str
    name: str
    versioned: bool = False
    resource: str = ""

    def body(self) -> dict[str, Any]:
        """DependencyType."""
        uri = f"/api/v2/architect/dependencytracking/types/{self.id}"
        return {"id": self.id, "name": self.name, "versioned": self.versioned, "selfUri": uri}


@cache
def types() -> Mapping[str, Type]:
    """All types by id."""
    tables = tomllib.loads(material(FILE).read_text("utf-8"))["types"]
    return {id_: Type(id_, **table) for id_, table in tables.items()}


@cache
def _types_of_resources() -> Mapping[str, str]:
    return {type_.resource: type_.id for type_ in types().values() if type_.resource}


def type_of(entity: Entity) -> str:
    """The type of an entity; "" for what is not tracked."""
    if entity.type == FLOWS:
        flow = str(entity.body.get("type") or "").upper()
        return SPECIAL.get(flow, flow + FLOW)
    if entity.type == INTEGRATIONS:
        kind = entity.body.get("integrationType")
        return BOTS.get(str(kind.get("id")) if isinstance(kind, dict) else "", "")
    return _types_of_resources().get(entity.type.partition("/")[0], "")


def objects(org: Org, wanted: Collection[str] = ()) -> Iterator[Entity]:
    """All tracked objects, or those of the types ``wanted``."""
    for resource in (FLOWS, INTEGRATIONS, *_types_of_resources()):
        for entity in entities_of(org, resource):
            type_ = type_of(entity)
            if type_ and (not wanted or type_ in wanted):
                yield entity


def version_of(entity: Entity) -> str:
    """The version that a dependency shows: a flow's published one, or its newest."""
    version = entity.body.get("publishedVersion") or entity.body.get("savedVersion") or {}
    return str(version.get("id") or "")


def consumed(org: Org, entity: Entity, version: str = "") -> list[Entity]:
    """The tracked objects that an entity uses; of a flow, what its published text names, or that of ``version``."""
    found: dict[str, Entity] = {}
    for link in links():
        if link.user == entity.type.partition("/")[0]:
            known = org.entities.of(link.target)
            found.update({id_: known[id_] for id_ in ids_at(entity.body, link.field) if id_ in known})
    if entity.type == FLOWS:
        for resource, name in sorted(_mentions(entity, version)):
            named = org.entities.named(resource, name)
            if named is not None:
                found[named.id] = named
    return [other for other in found.values() if type_of(other)]


def consuming(org: Org, entity: Entity) -> list[Entity]:
    """The tracked objects that use an entity."""
    return [other for other in objects(org) if any(used.id == entity.id for used in consumed(org, other))]


def _mentions(flow: Entity, version: str) -> frozenset[Mention]:
    if flow.hidden.get("yaml") and version in ("", version_of(flow)):
        return mentions(flow)
    texts = {str(one["body"]["id"]): str(one["yaml"]) for one in flow.hidden.get("versions") or ()}
    return named_in(texts.get(version, ""))
