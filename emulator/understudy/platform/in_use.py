"""What is used is not deleted: which entities name another one, and the refusal of the platform where one does.

``contracts/platform_api/in_use.toml`` lists who forbids what, with code, source and certainty; who is not listed there
forbids nothing. Users are found by the ``references`` of their resources, or by what published flows name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from understudy.architect.mentions import mentions
from understudy.errors import Refused
from understudy.material import material
from understudy.platform.resources import FOLDER, resource_tables
from understudy.world.entities import Entity
from understudy.world.org import Org

FILE: Final = "contracts/platform_api/in_use.toml"
FLOWS: Final = "flows"
NAMED: Final = 20  # users told in an answer; the message says how many there are


@dataclass(frozen=True, slots=True)
class Rule:
    """Entities of ``user`` forbid the deletion (and, for flows, the deactivation) of those of ``resource``."""

    resource: str
    user: str
    code: str
    certainty: str
    source: str
    deactivate: str = ""  # the code where the deed is a flow's deactivation; "" means that it is allowed
    fields: tuple[str, ...] = ()  # dotted; of references that the resource's table doesn't list


@dataclass(frozen=True, slots=True)
class Link:
    """A dotted field of one resource that holds the ids of another."""

    user: str
    field: str
    target: str


@cache
def rules() -> Mapping[str, tuple[Rule, ...]]:
    """The rules by the resource that they protect."""
    found: dict[str, tuple[Rule, ...]] = {}
    for table in tomllib.loads(material(FILE).read_text("utf-8"))["rule"]:
        rule = Rule(**table)
        rule = replace(rule, fields=tuple(rule.fields))
        found[rule.resource] = (*found.get(rule.resource, ()), rule)
    return found


@cache
def links() -> tuple[Link, ...]:
    """Every reference that one resource may hold to another; read once."""
    tables = resource_tables(material(FOLDER))
    return tuple(
        Link(name, field, target)
        for name, table in tables.items()
        for field, target in table.get("references", {}).items()
    )


def ids_at(value: Any, path: str) -> Iterator[str]:
    """The ids of the references at a dotted path; lists are walked."""
    if isinstance(value, list):
        for item in value:
            yield from ids_at(item, path)
    elif isinstance(value, dict) and path:
        name, _, rest = path.partition(".")
        yield from ids_at(value.get(name), rest)
    elif isinstance(value, dict) and isinstance(value.get("id"), str):
        yield value["id"]
    elif isinstance(value, str) and not path:
        yield value


def entities_of(org: Org, resource: str) -> Iterator[Entity]:
    """All entities of a resource, those that live below a parent too."""
    for type_ in list(org.entities.types()):
        if type_ == resource or type_.startswith(f"{resource}/"):
            yield from org.entities.of(type_).values()


def users_of(org: Org, rule: Rule, entity: Entity) -> list[Entity]:
    """The entities by which the rule holds for ``entity``."""
    if rule.user == FLOWS:
        wanted = (rule.resource, entity.name.casefold())
        return [
            flow
            for flow in org.entities.of(FLOWS).values()
            if flow.id != entity.id and any((kind, name.casefold()) == wanted for kind, name in mentions(flow))
        ]
    paths = rule.fields or tuple(
        link.field for link in links() if (link.user, link.target) == (rule.user, rule.resource)
    )
    return [
        user
        for user in entities_of(org, rule.user)
        if any(entity.id in ids_at(user.body, path) for path in paths) and user.id != entity.id
    ]


def refuse_if_used(org: Org, resource: str, entity: Entity, deed: str = "delete") -> None:
    """Refused 409 with the users in its details. ``deed`` is delete or deactivate."""
    for rule in rules().get(resource, ()):
        code = rule.code if deed == "delete" else rule.deactivate
        found = users_of(org, rule, entity) if code else []
        if found:
            names = ", ".join(user.name for user in found[:NAMED])
            details = tuple({"errorCode": code, "entityId": user.id, "entityName": user.name} for user in found[:NAMED])
            message = f"{entity.name} is used by {len(found)} of {rule.user}: {names}"
            raise Refused(409, code, message, params={"id": entity.id, "name": entity.name}, details=details)
