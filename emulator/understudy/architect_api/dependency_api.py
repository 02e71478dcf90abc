"""Dependency tracking over the Platform API: objects, what they consume and who consumes them.

The codes are in error_codes.json.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final

from understudy.architect_api.dependencies import consumed, consuming, objects, type_of, types, version_of
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.grants import guard, visible
from understudy.platform.listings import page
from understudy.platform.messages import Answer
from understudy.platform.wildcard import wildcard
from understudy.world.entities import Entity

FLOW_FILTERS: Final = ("", "checkedin", "published")


def find_objects(call: Call) -> Answer:
    """``GET /architect/dependencytracking?name=&objectType=``: the name as a whole, or with ``*``."""
    name = call.query["name"].strip()
    if not name:
        raise Refused(400, "architect.dependency.object.name.not.specified", "Give the name of an object.")
    fits = wildcard(name)
    found = [entity for entity in objects(call.org, _types(call, "objectType")) if fits(entity.name)]
    return page(call, [_object(call, entity) for entity in visible(call, found)])


def show_object(call: Call) -> Answer:
    """``GET …/object?id=&objectType=&version=``."""
    return Answer(body=_object(call, _find(call), call.query.get("version", "")))


def list_consumed(call: Call) -> Answer:
    """``GET …/consumedresources?id=&version=&objectType=&resourceType=``."""
    entity = _find(call)
    version = call.query["version"]
    if not version:
        raise Refused(400, "architect.dependency.object.version.not.specified", "Give the version of the object.")
    return page(call, _dependencies(call, consumed(call.org, entity, version), _types(call, "resourceType")))


def list_consuming(call: Call) -> Answer:
    """``GET …/consumingresources?id=&objectType=&resourceType=&flowFilter=``."""
    given = call.query.get("flowFilter", "").casefold()
    if given not in FLOW_FILTERS:
        raise Refused(400, "architect.dependency.invalid.filter", f"flowFilter is {given}: give checkedIn or published")
    found = consuming(call.org, _find(call))
    key = {"checkedin": "checkedInVersion", "published": "publishedVersion"}.get(given)
    found = [entity for entity in found if key is None or entity.type != "flows" or entity.body.get(key)]
    return page(call, _dependencies(call, found, _types(call, "resourceType")))


def list_types(call: Call) -> Answer:
    """``GET …/types``."""
    return page(call, [type_.body() for type_ in types().values()])


def show_type(call: Call) -> Answer:
    """``GET …/types/{typeId}``."""
    found = types().get(call.path["typeId"].upper())
    if found is None:
        id_ = call.path["typeId"]
        raise Refused(404, "architect.dependency.invalid.type", f"There is no type {id_}.", params={"typeId": id_})
    return Answer(body=found.body())


def _find(call: Call) -> Entity:
    id_, wanted = call.query["id"], _types(call, "objectType")
    found = next((entity for entity in objects(call.org, wanted) if entity.id == id_), None)
    if found is None:
        message = f"There is no {' or '.join(wanted) or 'object'} {id_}."
        raise Refused(404, "architect.dependency.object.not.found", message, params={"id": id_})
    if call.token.fence is not None:
        guard(call, found)
    return found


def _types(call: Call, parameter: str) -> list[str]:
    """The types that a parameter names; none means all."""
    given = [name.strip().upper() for name in call.query.get(parameter, "").split(",") if name.strip()]
    for name in given:
        if name not in types():
            message = f"{parameter} is {name}, which is no type of objects"
            detail = {"errorCode": "architect.dependency.object.invalid.type", "fieldName": parameter}
            raise Refused(400, "architect.dependency.object.invalid.type", message, details=(detail,))
    return given


def _object(call: Call, entity: Entity, version: str = "") -> dict[str, Any]:
    """DependencyObject, with consumed and consuming resources where the request asks for them."""
    body = _dependency(entity, version)
    if call.query.get("consumedResources", "").casefold() == "true":
        found = consumed(call.org, entity, version)
        body["consumedResources"] = _dependencies(call, found, _types(call, "consumedResourceType"))
    if call.query.get("consumingResources", "").casefold() == "true":
        found = consuming(call.org, entity)
        body["consumingResources"] = _dependencies(call, found, _types(call, "consumingResourceType"))
    return body


def _dependencies(call: Call, entities: Iterable[Entity], wanted: Collection[str]) -> list[dict[str, Any]]:
    return [_dependency(entity) for entity in visible(call, entities) if not wanted or type_of(entity) in wanted]


def _dependency(entity: Entity, version: str = "") -> dict[str, Any]:
    body = {"id": entity.id, "name": entity.name, "type": type_of(entity), "deleted": False, "updated": False}
    shown = version or version_of(entity)
    body |= {"stateUnknown": False} | ({"version": shown} if shown else {})
    return body | ({"selfUri": entity.body["selfUri"]} if entity.body.get("selfUri") else {})


ACTIONS: Final[dict[str, Action]] = {
    "getArchitectDependencytracking": find_objects,
    "getArchitectDependencytrackingObject": show_object,
    "getArchitectDependencytrackingConsumedresources": list_consumed,
    "getArchitectDependencytrackingConsumingresources": list_consuming,
    "getArchitectDependencytrackingTypes": list_types,
    "getArchitectDependencytrackingType": show_type,
}
