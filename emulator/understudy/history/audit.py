"""Entries of the trail as the API tells them (model AuditLogMessage), and the queries over them.

Filters of one property are alternatives, those of different properties all have to hold (assumed). A property whose
value is secret is named without values; within a value, what is secret is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import orjson

from understudy.clock import iso
from understudy.history import trail
from understudy.history.auditable import Kind, load_auditable
from understudy.history.interval import Interval
from understudy.history.trail import Entry
from understudy.ids import IdStream
from understudy.world.org import Org

Body = dict[str, Any]

# what changes with every change and says nothing of it
QUIET: Final = frozenset({"id", "selfUri", "version", "dateModified", "dateCreated", "modifiedBy", "createdBy"})


def entries(
    org: Org,
    interval: Interval,
    service: str | None,
    filters: Sequence[Mapping[str, Any]] = (),
    sort: Sequence[Mapping[str, Any]] = (),
) -> list[Entry]:
    """The entries that a query finds; newest first unless it asks for another order (assumed)."""
    wanted: dict[str, set[str]] = {}
    for one in filters:
        wanted.setdefault(str(one["property"]), set()).add(str(one["value"]))
    found = [
        entry
        for entry in trail.entries(org)
        if entry.at in interval
        and (not service or kind_of(entry).service == service)
        and all(PROPERTIES[name](entry) in values for name, values in wanted.items())
    ]
    is_ascending = bool(sort) and sort[0].get("sortOrder") == "ascending"
    return found if is_ascending else found[::-1]


def related(org: Org, id_: str) -> list[Entry] | None:
    """The entries of the call that made the one with an id; None where there is none."""
    all_ = trail.entries(org)
    one = next((entry for entry in all_ if entry_id(org, entry) == id_), None)
    return None if one is None else [entry for entry in all_ if entry.correlation == one.correlation]


def entry_id(org: Org, entry: Entry) -> str:
    """The id of an entry: it follows from its number."""
    return IdStream(f"{org.ids.seed}/{org.id}/audit/{entry.number}").uuid()


def kind_of(entry: Entry) -> Kind:
    """Service and type of what was changed."""
    if entry.act is not None and entry.act.kind is not None:
        return entry.act.kind
    return load_auditable().kind_of(entry.resource)


def action_of(entry: Entry) -> str:
    """The action's own word, else what the change was."""
    if entry.act is not None:
        return entry.act.action
    if not entry.before:
        return "Create"
    return "Update" if entry.after else "Delete"


def message(org: Org, entry: Entry, *, with_user: bool = False) -> Body:
    """AuditLogMessage; ``with_user`` adds the user's name (``expand=user``)."""
    kind, action = kind_of(entry), action_of(entry)
    text = f"{action} {kind.type} {entry.name}"
    body: Body = {
        "id": entry_id(org, entry),
        "userHomeOrgId": org.id,
        "client": {"id": entry.client, "selfUri": f"/api/v2/oauth/clients/{entry.client}"},
        "remoteIp": [],
        "serviceName": kind.service,
        "level": "USER",
        "eventDate": iso(entry.at),
        "message": {"message": text, "messageWithParams": text, "messageParams": {}},
        "action": action,
        "entity": {"id": entry.id, "name": entry.name},
        "entityType": kind.type,
        "status": "SUCCESS",
        "initiatingAction": {"transactionId": entry.correlation, "actionContext": entry.operation},
        "transactionInitiator": True,
        "propertyChanges": property_changes(entry),
        "context": {"correlationId": entry.correlation, "operation": entry.operation},
    }
    if entry.user is not None:
        body["user"] = _user(org, entry.user, with_user)
    return body


def property_changes(entry: Entry) -> list[Body]:
    """PropertyChange of every property that differs."""
    secrets = load_auditable().secrets
    before: Body = orjson.loads(entry.before) if entry.before else {}
    after: Body = orjson.loads(entry.after) if entry.after else {}
    shown = partial(_texts, secrets)
    return [
        {
            "property": name,
            "oldValues": [] if name in secrets else shown(before.get(name)),
            "newValues": [] if name in secrets else shown(after.get(name)),
        }
        for name in dict.fromkeys((*before, *after))
        if name not in QUIET and before.get(name) != after.get(name)
    ]


def _texts(secrets: frozenset[str], value: Any) -> list[str]:
    items = value if isinstance(value, list) else [] if value is None else [value]
    plain = [_without(secrets, item) for item in items]
    return [item if isinstance(item, str) else orjson.dumps(item).decode() for item in plain]


def _without(secrets: frozenset[str], value: Any) -> Any:
    if isinstance(value, list):
        return [_without(secrets, item) for item in value]
    if isinstance(value, dict):
        return {key: _without(secrets, item) for key, item in value.items() if key not in secrets}
    return value


def _user(org: Org, id_: str, with_name: bool) -> Body:
    user = org.entities.get("users", id_) if with_name else None
    return {"id": id_, "selfUri": f"/api/v2/users/{id_}"} | ({"name": user.name} if user else {})


PROPERTIES: Final[Mapping[str, Callable[[Entry], str | None]]] = {
    "UserId": lambda entry: entry.user,
    "ClientId": lambda entry: entry.client,
    "Action": action_of,
    "EntityType": lambda entry: kind_of(entry).type,
    "EntityId": lambda entry: entry.id,
    "TrusteeOrganizationId": lambda entry: None,  # nobody of another org has access
}
