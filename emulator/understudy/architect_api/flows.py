"""Flows as configuration: finding one, who has locked it, deleting it, and the filters of their listings.

A deleted flow answers 410 ``architect.flow.deleted`` (facts: platform-api §4) and is shown with ``deleted=true``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import orjson

from understudy.architect.publish import API_TYPES
from understudy.architect_api.actor import owner, who
from understudy.architect_api.operation import operation
from understudy.architect_api.trail import leave
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.deleted import remember, remembered
from understudy.platform.grants import guard, visible
from understudy.platform.in_use import refuse_if_used
from understudy.platform.lifecycle import Filter, Lifecycle
from understudy.platform.listings import NUMBERED
from understudy.platform.messages import Answer
from understudy.platform.paging import listing
from understudy.world.configuration import forget, store
from understudy.world.entities import Entity

FLOWS: Final = "flows"
# What a flow shows of its versions and locks: a request can't set it, although the SDK's model doesn't say read-only.
OURS: Final[tuple[str, ...]] = (
    *("active", "system", "deleted", "lockedUser", "lockedClient", "publishedVersion", "savedVersion"),
    *("checkedInVersion", "debugVersion", "publishedBy", "currentOperation"),
)


def find(call: Call, id_: str) -> Entity:
    """A flow, or Refused 404, or 410 where it was deleted; deleted ones are found by a GET with ``deleted=true``."""
    flow = call.org.entities.get(FLOWS, id_) or deleted(call, id_).get(id_)
    if flow is None:
        raise Refused(404, "architect.flow.not.found", f"There is no flow {id_}.", params={"flowId": id_})
    if call.token.fence is not None:
        guard(call, flow)
    return flow


def deleted(call: Call, id_: str = "") -> Mapping[str, Entity]:
    """The deleted flows that a request may still see; Refused 410 where it names one of them and may not."""
    gone = remembered(call.org, FLOWS)
    if call.operation.method == "GET" and call.query.get("deleted", "").casefold() == "true":
        return gone
    id_ = id_ or call.path.get("flowId", "")
    if id_ in gone:
        raise Refused(410, "architect.flow.deleted", f"The flow {gone[id_].name!r} was deleted.", params={"id": id_})
    return {}


def check_lock(call: Call, flow: Entity) -> None:
    """Refused 409 where somebody else has checked the flow out."""
    holder = flow.body.get("lockedUser") or flow.body.get("lockedClient") or {}
    if holder.get("id") not in (None, owner(call)):
        name = holder.get("name") or holder["id"]
        detail = {"errorCode": "architect.flow.locked.by.user", "entityId": holder["id"]}
        raise Refused(409, "architect.flow.locked.by.user", f"The flow is locked by {name}.", details=(detail,))


def unlocked(call: Call, flow: Entity, body: Mapping[str, Any]) -> Entity:
    """Store ``body`` without the lock."""
    kept = {key: value for key, value in body.items() if key not in ("lockedUser", "lockedClient")}
    return store(call.org, FLOWS, flow.id, kept)


def look_up(call: Call) -> Answer:
    """``GET /flows/lookup?id=``: the flows of these ids, in their order; unknown ones are left out (assumed)."""
    known = call.org.entities.of(FLOWS)
    found = [known[id_] for id_ in dict.fromkeys(call.query["id"].split(",")) if id_ in known]
    if call.token.fence is not None:
        found = visible(call, found)
    return Answer(encoded=listing(call, found, NUMBERED))


def delete_several(call: Call) -> Answer:
    """``DELETE /flows?id=``: all of them or, where one can't be deleted, none (assumed)."""
    flows = [find(call, id_) for id_ in dict.fromkeys(call.query["id"].split(",")) if id_]
    for flow in flows:
        check_lock(call, flow)
        refuse_if_used(call.org, FLOWS, flow)
    for flow in flows:
        forget(call.org, FLOWS, flow.id)
        _follow_delete(call, flow)
    return Answer(body=operation(call, "DELETE"))


def _new(call: Call, body: dict[str, Any]) -> None:
    for name in OURS:
        body.pop(name, None)
    body |= {"active": False, "system": False, "deleted": False}
    body.setdefault("type", API_TYPES["inboundShortMessage"])


def _check(call: Call, before: Entity | None, after: dict[str, Any] | None) -> None:
    if before is not None:
        check_lock(call, before)
    if after is None:
        return
    name = str(after.get("name") or "")
    if not name.strip():
        raise Refused(400, "architect.flow.validate.failed.missing.name", "A flow needs a name.")
    if "/" in name or "\\" in name:
        code = "architect.flow.validate.failed.invalid.name.contains.slash"
        raise Refused(400, code, f"The name {name!r} of a flow has a slash.", params={"name": name})
    if not any(letter.isalpha() for letter in name):
        code = "architect.flow.validate.failed.invalid.name.no.alpha"
        raise Refused(400, code, f"The name {name!r} of a flow has no letter.", params={"name": name})


def _follow(call: Call, before: Entity | None, after: Entity | None) -> None:
    if after is None and before is not None:
        _follow_delete(call, before)
    elif after is not None:
        if before is not None:
            ours = {name: before.body[name] for name in OURS if name in before.body}
            body = {name: value for name, value in after.body.items() if name not in OURS}
            call.org.entities.put(FLOWS, after.id, {**body, **ours})
        leave(call.org, after.id, "CREATE" if before is None else "UPDATE", who(call))


def _follow_delete(call: Call, flow: Entity) -> None:
    remember(call.org, flow)
    leave(call.org, flow.id, "DELETE", who(call))


def _at(*path: str) -> Filter:
    """A filter on a nested field: one of the comma-separated values."""

    def passes(entity: Entity, given: str) -> bool:
        value: Any = entity.body
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return value is not None and str(value) in given.split(",")

    return passes


def _editable_by(entity: Entity, given: str) -> bool:
    holder = entity.body.get("lockedUser") or entity.body.get("lockedClient") or {}
    return str(holder.get("id", given)) == given


def _secure(entity: Entity, given: str) -> bool:
    names = {"checkedin": ("checkedInVersion",), "published": ("publishedVersion",)}
    wanted = names.get(given.casefold(), ("checkedInVersion", "publishedVersion"))
    return any((entity.body.get(name) or {}).get("secure") for name in wanted)


def _published(entity: Entity, given: str, *, after: bool) -> bool:
    when = (entity.body.get("publishedVersion") or {}).get("datePublished")
    if not when:
        return False
    try:
        limit = datetime.fromisoformat(given)
        at = datetime.fromisoformat(when)
        return (at > limit if limit.tzinfo else at.replace(tzinfo=None) > limit) == after
    except ValueError:
        raise Refused(400, "invalid.date", f"{given} is not a date and time (ISO 8601)") from None


FILTERS: Final[Mapping[str, Filter]] = {
    "publishVersionId": _at("publishedVersion", "id"),
    "lockedBy": _at("lockedUser", "id"),
    "lockedByClientId": _at("lockedClient", "id"),
    "editableBy": _editable_by,
    "secure": _secure,
    "deleted": lambda _entity, _given: True,  # says which flows are looked at, and deleted() gives them
    "includeSchemas": lambda _entity, _given: True,  # adds fields that no flow of ours has
    "virtualAgentEnabled": lambda entity, given: (
        orjson.dumps(bool(entity.body.get("virtualAgentEnabled"))).decode() == given.casefold()
    ),
    "publishedAfter": lambda entity, given: _published(entity, given, after=True),
    "publishedBefore": lambda entity, given: _published(entity, given, after=False),
}

RULES: Final[dict[str, Lifecycle]] = {
    FLOWS: Lifecycle(defaults=_new, check=_check, consequence=_follow, filters=FILTERS, deleted=deleted),
}
ACTIONS: Final[dict[str, Action]] = {"getFlowsLookup": look_up, "deleteFlows": delete_several}
