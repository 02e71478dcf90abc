"""Divisions: what lies in them, moving it, and where a subject holds a permission (facts: platform-api §2).

What may be moved, by the word of the API, stands in ``contracts/platform_api/division_objects.toml``. The catalogue
asks for no permission to move it, so no division keeps anybody from it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from understudy.errors import Refused
from understudy.material import material
from understudy.platform.call import Action, Call
from understudy.platform.grants import ALL_DIVISIONS, DIVISIONS, divisions_of, home_division, subject
from understudy.platform.listings import named
from understudy.platform.messages import Answer
from understudy.platform.paging import array, listing
from understudy.world.configuration import store
from understudy.world.entities import Entity
from understudy.world.org import Org

FILE: Final = "contracts/platform_api/division_objects.toml"
LIMIT: Final = ("authorization", "divisions.max")


@cache
def objects() -> Mapping[str, str]:
    """The word for a kind of object → its resource."""
    found: dict[str, str] = tomllib.loads(material(FILE).read_text("utf-8"))["objects"]
    return found


def count_objects(org: Org, division: str) -> dict[str, int]:
    """How many objects of each kind lie in a division; kinds without any are left out."""
    found = {}
    for word, resource in objects().items():
        number = sum(_lies_in(entity, division) for entity in org.entities.of(resource).values())
        if number:
            found[word] = number
    return found


def move_home(org: Org, division: str) -> None:
    """What lay in a division that is gone lies in the home division."""
    home = org.entities.of(DIVISIONS).get(home_division(org))
    for resource in objects().values():
        for entity in list(org.entities.of(resource).values()):
            if home is not None and _lies_in(entity, division):
                store(org, resource, entity.id, {**entity.body, "division": _reference(home)})


def get_limit(call: Call) -> Answer:
    """``GET …/divisions/limit``: how many divisions there may be."""
    return Answer(body=int(call.org.limits.value(*LIMIT)))


def move_objects(call: Call) -> Answer:
    """``POST …/divisions/{divisionId}/objects/{objectType}`` (string[]): all of them, or none where one is unknown."""
    division = named(call, DIVISIONS, call.path["divisionId"], "Division")
    resource = objects().get(call.path["objectType"].upper())
    if resource is None:
        known = ", ".join(objects())
        message = f"{call.path['objectType']} is not moved between divisions here: use one of {known}"
        raise Refused(400, "invalid.value", message, params={"objectType": call.path["objectType"]})
    found = [named(call, resource, id_, "Object") for id_ in dict.fromkeys(call.body)]
    for entity in found:
        if not _lies_in(entity, division.id):
            store(call.org, resource, entity.id, {**entity.body, "division": _reference(division)})
    return Answer()


def permitted_to_me(call: Call) -> Answer:
    """``GET …/divisionspermitted/me?permission=``: the divisions themselves; ``name`` filters by a part of it."""
    return Answer(encoded=array(_permitted(call, call.token.user or call.token.client)))


def permitted_to_me_paged(call: Call) -> Answer:
    """``GET …/divisionspermitted/paged/me``."""
    return _paged(call, call.token.user or call.token.client)


def permitted_to(call: Call) -> Answer:
    """``GET …/divisionspermitted/paged/{subjectId}``."""
    return _paged(call, subject(call.org, call.path["subjectId"]).id)


def _paged(call: Call, subject_id: str) -> Answer:
    everywhere = ALL_DIVISIONS in divisions_of(call.org, subject_id, _permission(call))
    shape = frozenset(call.catalogue.models["DivsPermittedEntityListing"]) if call.catalogue else frozenset[str]()
    page = listing(call, _permitted(call, subject_id), shape)
    return Answer(encoded=page[:-1] + (b',"allDivsPermitted":' + (b"true" if everywhere else b"false")) + b"}")


def _permitted(call: Call, subject_id: str) -> list[Entity]:
    held = divisions_of(call.org, subject_id, _permission(call))
    name = call.query.get("name", "").casefold()
    return [
        division
        for division in call.org.entities.of(DIVISIONS).values()
        if (ALL_DIVISIONS in held or division.id in held) and name in division.name.casefold()
    ]


def _permission(call: Call) -> str:
    permission = call.query["permission"]
    if permission.count(":") != 2:
        raise Refused(400, "invalid.query.param.value", f"{permission} is not a permission: domain:entity:action")
    return permission


def _reference(division: Entity) -> dict[str, Any]:
    return {"id": division.id, "name": division.name, "selfUri": division.body.get("selfUri", "")}


def _lies_in(entity: Entity, division: str) -> bool:
    own: Any = entity.body.get("division")
    return isinstance(own, dict) and own.get("id") == division


ACTIONS: Final[Mapping[str, Action]] = {
    "getAuthorizationDivisionsLimit": get_limit,
    "postAuthorizationDivisionObject": move_objects,
    "getAuthorizationDivisionspermittedMe": permitted_to_me,
    "getAuthorizationDivisionspermittedPagedMe": permitted_to_me_paged,
    "getAuthorizationDivisionspermittedPagedSubjectId": permitted_to,
}
