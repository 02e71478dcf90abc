"""Bodies of stored entities: which fields a request may set, and those that the platform sets itself.

Writable is what the request's model and the resource's model share, less read-only fields and the platform's own.
Fields that neither knows are dropped, at every depth (assumed); the judge reports them. ``null`` means "not given" on
create and put and within a field, and "take it away" on patch (assumed).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from understudy.clock import iso
from understudy.errors import Refused
from understudy.platform.call import Call
from understudy.platform.catalogue import Models, Operation
from understudy.platform.moments import holds_moment, plain, with_zone
from understudy.platform.resources import Resource
from understudy.world.entities import Entity

CREATED_BY: Final = ("createdBy",)
MODIFIED_BY: Final = ("modifiedBy", "updatedBy")
SYSTEM: Final = frozenset({"id", "selfUri", "dateCreated", "dateModified", "version", *CREATED_BY, *MODIFIED_BY})
DIVISIONS: Final = "authorization.divisions"


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of one operation's body as they become an entity's. ``writable`` None: all (free-form bodies)."""

    resource: Resource
    writable: frozenset[str] | None
    wrapped: frozenset[str]  # given as an id, kept as {id}
    authors: Mapping[str, bool]  # createdBy and the like in the model → whether it is a reference (else the bare id)
    dates: frozenset[str]
    nested: Mapping[str, str]  # the writable fields that hold models, with their types
    dated: Mapping[str, str]  # those that hold dates and times at any depth
    models: Models

    def new(self, call: Call) -> dict[str, Any]:
        """The body of a new entity, without identity and selfUri."""
        body = self._given(call, keep_null=False)
        for name, value in self.resource.defaults.items():
            body.setdefault(name, value)
        self._stamp(call, body, is_new=True)
        if self.resource.division:
            body["division"] = _division(call, call.body)
        return body

    def replaced(self, call: Call, before: Mapping[str, Any]) -> dict[str, Any]:
        """PUT: writable fields are as given, or gone; what the platform keeps stays."""
        writable = self.writable
        kept = {} if writable is None else {name: value for name, value in before.items() if name not in writable}
        return self._changed(call, before, {**kept, **self._given(call, keep_null=False)})

    def merged(self, call: Call, before: Mapping[str, Any]) -> dict[str, Any]:
        """PATCH: the fields that are given change, as a whole each."""
        given = self._given(call, keep_null=True)
        return self._changed(call, before, {name: v for name, v in {**before, **given}.items() if v is not None})

    def identity(self, name: str, entity: Entity) -> bytes:
        """An entity that shows nothing but its identity."""
        return orjson.dumps({name: entity.id})

    def _changed(self, call: Call, before: Mapping[str, Any], body: dict[str, Any]) -> dict[str, Any]:
        self._stamp(call, body, is_new=False)
        if self.resource.division:
            named = isinstance(call.body, dict) and ("division" in call.body or "divisionId" in call.body)
            body["division"] = _division(call, call.body) if named else before.get("division")
        if self.resource.version != "none":
            version = int(before.get("version") or 0) + 1
            body["version"] = str(version) if self.resource.version == "string" else version
        return body

    def _given(self, call: Call, *, keep_null: bool) -> dict[str, Any]:
        sent = call.body if isinstance(call.body, dict) else {}
        writable = self.writable
        given = {
            name: value
            for name, value in sent.items()
            if (writable is None or name in writable) and (keep_null or value is not None)
        }
        if not call.is_clean:
            for name in self.nested.keys() & given.keys():
                given[name] = _known(given[name], self.nested[name], self.models)
        for name in self.dated.keys() & given.keys():
            given[name] = with_zone(given[name], self.dated[name], self.models)
        if self.wrapped:
            for name in self.wrapped & given.keys():
                given[name] = {"id": given[name]}
        for path, resource in self.resource.references.items():
            name, _, rest = path.partition(".")
            if given.get(name) is not None:
                given[name] = _referenced(call, path, rest, resource, given[name])
        return given

    def _stamp(self, call: Call, body: dict[str, Any], *, is_new: bool) -> None:
        if not self.dates and not self.authors and self.resource.version == "none":
            return
        now = iso(call.org.now())
        if "dateModified" in self.dates:
            body["dateModified"] = now
        for name in MODIFIED_BY:
            if name in self.authors:
                body[name] = _author(call, is_reference=self.authors[name])
        if is_new:
            if "dateCreated" in self.dates:
                body["dateCreated"] = now
            for name in CREATED_BY:
                if name in self.authors:
                    body[name] = _author(call, is_reference=self.authors[name])
            if self.resource.version != "none":
                body["version"] = "1" if self.resource.version == "string" else 1


def form_of(operation: Operation, resource: Resource, models: Models) -> Form:
    """Work out the form of an operation's body."""
    kept = models[resource.model] if resource.model else {}
    sent = models.get(operation.body or "")
    authors: dict[str, bool] = {
        name: kept[name]["type"] != "string" for name in (*CREATED_BY, *MODIFIED_BY) if name in kept
    }
    dates = frozenset({"dateCreated", "dateModified"} & kept.keys())
    if sent is None or not kept:
        return Form(resource, None, frozenset(), authors, dates, {}, {}, models)
    shared = {name for name in sent.keys() & kept.keys() if not sent[name].get("readOnly")} - SYSTEM
    if resource.division:
        shared -= {"division"}
    wrapped = {name for name in shared if sent[name]["type"] == "string" and kept[name]["type"] in models}
    nested = {name: kept[name]["type"] for name in shared if plain(kept[name]["type"]) in models}
    dated = {name: sent[name]["type"] for name in shared if holds_moment(sent[name]["type"], models)}
    return Form(resource, frozenset(shared), frozenset(wrapped), authors, dates, nested, dated, models)


def _known(value: Any, type_: str, models: Models) -> Any:
    """The value of a type without ``null`` and without what its models don't know."""
    if isinstance(value, list) and type_.endswith("[]"):
        return [_known(item, type_[:-2], models) for item in value]
    if not isinstance(value, dict):
        return value
    if type_.startswith("map<"):
        return {key: _known(item, type_[4:-1], models) for key, item in value.items()}
    fields = models.get(type_)
    if fields is None:
        return value
    return {
        key: _known(value[key], fields[key]["type"], models)
        for key in value
        if key in fields and value[key] is not None
    }


def _author(call: Call, *, is_reference: bool) -> Any:
    token = call.token
    id_ = token.user or token.client
    kind = "users" if token.user else "oauth/clients"
    return {"id": id_, "selfUri": f"/api/v2/{kind}/{id_}"} if is_reference else id_


def _division(call: Call, sent: Any) -> dict[str, Any]:
    """The division that a body names (``division.id`` or ``divisionId``), else the home division."""
    divisions = call.org.entities.of(DIVISIONS)
    named = (sent.get("division") or {}).get("id") or sent.get("divisionId") if isinstance(sent, dict) else None
    if named:
        found = divisions.get(str(named))
        if found is None:
            raise _unknown("division.id", str(named))
    else:
        found = next((division for division in divisions.values() if division.body.get("homeDivision")), None)
        if found is None:  # an org without divisions: only unit tests have one
            return {"id": "", "name": "", "selfUri": ""}
    return {"id": found.id, "name": found.name, "selfUri": f"/api/v2/authorization/divisions/{found.id}"}


def _referenced(call: Call, path: str, rest: str, resource: str, value: Any) -> Any:
    """A value with the references at a dotted path checked and spelled out; lists are walked."""
    if isinstance(value, list):
        return [_referenced(call, path, rest, resource, item) for item in value]
    if not rest:
        return _reference(call, path, resource, value)
    name, _, rest = rest.partition(".")
    if not isinstance(value, dict) or value.get(name) is None:
        return value
    return {**value, name: _referenced(call, path, rest, resource, value[name])}


def _reference(call: Call, name: str, resource: str, value: Any) -> dict[str, Any]:
    id_ = str(value.get("id") or "") if isinstance(value, dict) else ""
    found = call.org.entities.get(resource, id_)
    if found is None:
        raise _unknown(f"{name}.id", id_)
    reference = {"id": found.id, "name": found.name, "selfUri": found.body.get("selfUri")}
    return {key: part for key, part in reference.items() if part is not None}


def _unknown(field: str, value: str) -> Refused:
    return Refused(
        400,
        "invalid.value",
        f"Value [{value}] is not valid for field [{field}]: there is no such entity",
        params={"field": field, "value": value},
        details=({"errorCode": "invalid.value", "fieldName": field, "entityId": value},),
    )
