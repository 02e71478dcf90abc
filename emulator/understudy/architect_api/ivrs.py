"""IVR configurations: which numbers lead to which flows, and whether callers are identified.

A number belongs to one IVR only (the code is assumed: general.conflict, as for other conflicts of telephony).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.errors import Refused
from understudy.platform.call import Call
from understudy.platform.in_use import ids_at
from understudy.platform.lifecycle import Filter, Lifecycle
from understudy.world.entities import Entity

IVRS: Final = "architect.ivrs"
IDENTITY: Final = "architect.ivrs.identityresolution"


def _check(call: Call, before: Entity | None, after: dict[str, Any] | None) -> None:
    if after is None:
        return
    numbers = {str(number) for number in after.get("dnis") or ()}
    for other in call.org.entities.of(IVRS).values():
        shared = numbers.intersection(map(str, other.body.get("dnis") or ()))
        if shared and (before is None or other.id != before.id):
            number = min(shared)
            detail = {
                "errorCode": "general.conflict",
                "fieldName": "dnis",
                "entityId": other.id,
                "entityName": other.name,
            }
            message = f"The number {number} is assigned to the IVR {other.name} already"
            raise Refused(409, "general.conflict", message, params={"dnis": number}, details=(detail,))


def _identity(call: Call, body: dict[str, Any]) -> None:
    ivr = call.org.entities.of(IVRS)[call.path["ivrId"]]
    body["selfUri"] = f"{ivr.body['selfUri']}/identityresolution"
    if ivr.body.get("division"):
        body["division"] = ivr.body["division"]


def _keep_identity(call: Call, before: Entity | None, after: Entity | None) -> None:
    """The division is the IVR's, whatever a request says."""
    if after is not None:
        body = dict(after.body)
        _identity(call, body)
        call.org.entities.put(after.type, after.id, body)


FILTERS: Final[Mapping[str, Filter]] = {
    "dnis": lambda entity, given: given in (entity.body.get("dnis") or ()),
    "scheduleGroup": lambda entity, given: given in ids_at(entity.body, "scheduleGroup"),
}
RULES: Final[dict[str, Lifecycle]] = {
    IVRS: Lifecycle(check=_check, filters=FILTERS),
    IDENTITY: Lifecycle(defaults=_identity, consequence=_keep_identity),
}
