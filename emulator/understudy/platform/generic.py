"""Generic answers: operations without a behaviour of their own, answered from the catalogue alone.

Collections store and return what was written: what was created under a path is listed and read there, until it is
deleted. Everything else gets content that is made up, valid and stable for the org's seed. All of it is marked
``Answer.generic``: verdicts that rest on it say so, and ``verify`` does without it (DESIGN: Contracts).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

import orjson

from understudy.clock import iso
from understudy.errors import Refused
from understudy.platform.call import Call
from understudy.platform.catalogue import Catalogue, Kind, Operation
from understudy.platform.corrections import Corrections, load_corrections
from understudy.platform.grants import DIVISIONS, home_division
from understudy.platform.made_up import Maker, fitted
from understudy.platform.messages import Answer
from understudy.platform.paging import array, listing
from understudy.platform.resources import Resources
from understudy.world.configuration import forget, store
from understudy.world.entities import Entity

PREFIX: Final = "generic:"  # entities of type "generic:<path of the collection>"
IDENTITIES: Final = ("id", "key", "name", "code")


class Generic:
    """Answers what neither an action nor a resource serves."""

    def __init__(self, catalogue: Catalogue, resources: Resources, corrections: Corrections | None = None) -> None:
        self._models = catalogue.models
        self._corrections = corrections or load_corrections()
        self._served = {id_: resource for resource in resources.values() for _, id_ in resource.pairs()}
        self._by_path: dict[str, dict[str, Operation]] = {}
        self._variables: dict[str, str] = {}  # collection → the variable that names one of it
        for operation in catalogue.operations:
            self._by_path.setdefault(operation.path, {})[operation.method] = operation
            if operation.path.endswith("}"):
                collection, _, variable = operation.path.rpartition("/")
                self._variables[collection] = variable[1:-1]

    def answer(self, call: Call) -> Answer:
        """Answer a call; Refused 404 for what a collection does not hold."""
        self._check_owners(call)
        match call.operation.kind:
            case Kind.CREATE:
                return self._create(call)
            case Kind.LIST:
                return self._list(call)
            case Kind.GET:
                return self._get(call)
            case Kind.PUT | Kind.PATCH:
                return self._change(call)
            case Kind.DELETE:
                return self._delete(call)
            case _:
                return self._say(call, None)

    def _create(self, call: Call) -> Answer:
        operation = call.operation
        type_ = PREFIX + _path(call, operation.path)
        sent = call.body if isinstance(call.body, dict) else {}
        identity = self._identity(operation)
        if not identity:  # nobody could ask for it again
            return self._say(call, None)
        id_ = str(sent.get(identity) or "") if identity != "id" else ""
        id_ = id_ or call.org.ids.uuid(type_)
        now = iso(call.org.now())
        uri = f"{_path(call, operation.path)}/{id_}"
        known = {"dateCreated": now, "dateModified": now, "version": 1, "division": _home(call)}
        body = {**known, **sent, identity: id_, "selfUri": uri}
        return self._say(call, store(call.org, type_, id_, body))

    def _list(self, call: Call) -> Answer:
        response = call.operation.response or "object"
        held = list(call.org.entities.of(PREFIX + _path(call, call.operation.path)).values())
        if response.endswith("[]"):
            return Answer(encoded=array(self._shown(call, held, response[:-2])), generic=True)
        fields = self._models.get(response, {})
        items = self._shown(call, held, str(fields["entities"]["type"])[:-2])
        lacking = {
            name: value
            for name, value in self._maker(call, "list").value(response).items()
            if fields[name].get("required") and name != "entities"
        }
        encoded = listing(call, items, fields.keys())
        return Answer(encoded=orjson.dumps({**lacking, **orjson.loads(encoded)}) if lacking else encoded, generic=True)

    def _get(self, call: Call) -> Answer:
        held = self._held(call)
        return self._say(call, held) if held is not None or call.operation.response else Answer(generic=True)

    def _change(self, call: Call) -> Answer:
        held = self._held(call)
        sent = call.body if isinstance(call.body, dict) else {"value": call.body}
        before = dict(held.body) if held is not None else {}
        body = {**before, **sent, "dateModified": iso(call.org.now())}
        if held is not None:
            body |= {name: before[name] for name in ("id", "selfUri") if name in before}
        type_, id_ = self._place(call)
        return self._say(call, store(call.org, type_, id_, body))

    def _delete(self, call: Call) -> Answer:
        self._held(call)
        forget(call.org, *self._place(call))
        return self._say(call, None)

    def _held(self, call: Call) -> Entity | None:
        """What the place of the call holds; Refused 404 where a collection that can be filled lacks it."""
        type_, id_ = self._place(call)
        held = call.org.entities.get(type_, id_)
        if held is None and call.operation.path.endswith("}"):
            self._check(call, call.operation.path)
        return held

    def _place(self, call: Call) -> tuple[str, str]:
        """Where the thing that the path names is kept: its collection and its id, or the path itself."""
        path = _path(call, call.operation.path)
        if call.operation.path.endswith("}"):
            collection, _, id_ = path.rpartition("/")
            return PREFIX + collection, id_
        return PREFIX + "documents", path

    def _check_owners(self, call: Call) -> None:
        """Every thing that the path passes on its way must be there, as far as anybody could have made it."""
        parts = call.operation.path.split("/")
        for end in range(4, len(parts)):
            if parts[end - 1].startswith("{"):
                self._check(call, "/".join(parts[:end]))

    def _check(self, call: Call, path: str) -> None:
        collection, _, variable = path.rpartition("/")
        create = self._by_path.get(collection, {}).get("POST")
        if create is None or create.kind is not Kind.CREATE or not self._identity(create):
            return
        id_ = call.path[variable[1:-1]]
        resource = self._served.get(create.id)
        if resource is not None and resource.parent is None:
            if id_ in call.org.entities.of(resource.name):
                return
        elif resource is not None or create.tier == 1 or id_ in call.org.entities.of(PREFIX + _path(call, collection)):
            return  # things that actions keep are theirs to know
        raise Refused(
            404, "not.found", f"{create.response or 'Entity'} with id [{id_}] was not found", params={"id": id_}
        )

    def _say(self, call: Call, held: Entity | None) -> Answer:
        """The response model, filled from what is held; without it made up."""
        response = call.operation.response
        if response is None:
            return Answer(generic=True)
        if held is None:
            return Answer(body=self._fresh(call, response), generic=True)
        return Answer(body=self._fit(call, held, response), generic=True)

    def _fresh(self, call: Call, response: str) -> Any:
        body = self._maker(call, "").value(response)
        if isinstance(body, dict) and call.operation.path.endswith("}"):
            variable = call.operation.variables[-1]
            fields = self._models.get(response, {})
            if fields.get("id", {}).get("type") == "string":
                body["id"] = call.path[variable]
            if "selfUri" in body:
                body["selfUri"] = _path(call, call.operation.path)
        return body

    def _fit(self, call: Call, held: Entity, response: str) -> Any:
        maker = self._maker(call, held.id)
        body = fitted(held.body, response, {}, maker, self._models)
        return maker.value(response) if body is None else body

    def _shown(self, call: Call, held: list[Entity], type_: str) -> list[Entity | bytes]:
        return [orjson.dumps(self._fit(call, entity, type_)) for entity in held]

    def _maker(self, call: Call, what: str) -> Maker:
        sent = orjson.dumps(call.body, option=orjson.OPT_SORT_KEYS).decode() if call.body is not None else ""
        key = "/".join((str(call.org.ids.seed), call.org.id, _path(call, call.operation.path), what, sent))
        return Maker(self._models, self._corrections, key, _home(call))

    def _identity(self, create: Operation) -> str:
        """The field of the answer that tells how the paths name what was created; "" where none does."""
        fields: Mapping[str, Any] = self._models.get(create.response or "", {})
        variable = self._variables.get(create.path, "")
        names = [IDENTITIES[0], variable, *IDENTITIES[1:]]
        return next((name for name in names if fields.get(name, {}).get("type") == "string"), "")


def _path(call: Call, path: str) -> str:
    """A path of the catalogue (or its beginning) with the call's variables put in."""
    parts = path.split("/")
    return "/".join(quote(call.path[part[1:-1]], safe="") if part.startswith("{") else part for part in parts)


def _home(call: Call) -> dict[str, Any]:
    division = call.org.entities.get(DIVISIONS, home_division(call.org))
    if division is None:
        return {"id": "", "name": "", "selfUri": ""}
    return {"id": division.id, "name": division.name, "selfUri": division.body.get("selfUri", "")}
