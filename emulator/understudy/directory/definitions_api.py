"""Presence definitions in both forms of the API over one store: ``/presencedefinitions`` (OrganizationPresence) and the
newer ``/presence/definitions`` (OrganizationPresenceDefinition).

The system's definitions are there from the start and can't be changed (assumed: the platform lets nobody delete them).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.clock import iso
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.grants import DIVISIONS, home_division
from understudy.platform.listings import page
from understudy.platform.messages import Answer
from understudy.platform.presence import (
    DEFINITIONS,
    OWN,
    definition_body,
    definitions,
    forget_definition,
    system_presence,
)
from understudy.world.configuration import forget, store

DIVISION: Final = "divisionId"  # hidden: the older form doesn't show it
MOST: Final = 1000  # definitions of an org; not documented, the emulator's own bound


def list_older(call: Call) -> Answer:
    """``GET …/presencedefinitions``; nothing is kept of deleted ones, so ``deleted=true`` finds none."""
    found = [] if call.query.get("deleted") == "true" else definitions(call.org)
    return page(call, [_told(call, body) for body in found])


def list_newer(call: Call) -> Answer:
    """``GET …/presence/definitions``: ``deactivated`` is true, false or any; ``divisionId`` names several."""
    wanted = call.query.get("deactivated", "false").casefold()
    divisions = call.query.get("divisionId")
    found = newer_definitions(call)
    found = [one for one in found if wanted in ("any", str(one["deactivated"]).lower())]
    if divisions:
        found = [one for one in found if one["divisionId"] in (*divisions.split(","), "*")]
    return Answer(body={"total": len(found), "entities": found, "selfUri": "/api/v2/presence/definitions"})


def newer_definitions(call: Call) -> list[dict[str, Any]]:
    """All definitions as OrganizationPresenceDefinition."""
    return [_newer(call, body) for body in definitions(call.org)]


def get_older(call: Call) -> Answer:
    """``GET …/presencedefinitions/{presenceId}``."""
    return Answer(body=_told(call, _definition(call)))


def get_newer(call: Call) -> Answer:
    """``GET …/presence/definitions/{definitionId}``."""
    return Answer(body=_newer(call, _definition(call)))


def create_older(call: Call) -> Answer:
    """``POST …/presencedefinitions`` (OrganizationPresence)."""
    return Answer(body=_created(call))


def create_newer(call: Call) -> Answer:
    """``POST …/presence/definitions`` (OrganizationPresenceDefinition)."""
    return Answer(body=_newer(call, _created(call)))


def put_older(call: Call) -> Answer:
    """``PUT …/presencedefinitions/{presenceId}``."""
    return Answer(body=_changed(call))


def put_newer(call: Call) -> Answer:
    """``PUT …/presence/definitions/{definitionId}``."""
    return Answer(body=_newer(call, _changed(call)))


def delete(call: Call) -> Answer:
    """``DELETE`` in both forms; who has such a presence keeps its system presence."""
    id_ = str(_own(call)["id"])
    forget(call.org, OWN, id_)
    forget_definition(call.org, id_)
    return Answer()


def _id(call: Call) -> str:
    return call.path.get("presenceId") or call.path["definitionId"]


def _definition(call: Call) -> dict[str, Any]:
    id_ = _id(call)
    found = definition_body(call.org, id_)
    if found is None:
        raise Refused(404, "not.found", f"Presence definition with id [{id_}] was not found", params={"id": id_})
    return found


def _own(call: Call) -> dict[str, Any]:
    found = _definition(call)
    if found["id"] in DEFINITIONS:
        raise Refused(400, "bad.request", f"The system presence {found['name']} cannot be changed")
    return found


def _created(call: Call) -> dict[str, Any]:
    if len(call.org.entities.of(OWN)) >= MOST:
        raise Refused(400, "bad.request", f"An organization has at most {MOST} presence definitions")
    id_ = call.org.ids.uuid(OWN)
    given = call.body or {}
    if not given.get("systemPresence"):  # not required in the model; without one no routing status follows from it
        raise Refused(400, "required.field.missing", "systemPresence is required", params={"field": "systemPresence"})
    name = system_presence(str(given["systemPresence"]))
    if name is None:
        raise _invalid("systemPresence")
    author = {"id": call.token.user or call.token.client}
    body = {
        "id": id_,
        "systemPresence": name,
        "deactivated": False,
        "primary": False,
        "createdBy": author,
        "createdDate": iso(call.org.now()),
        "selfUri": f"/api/v2/presencedefinitions/{id_}",
    }
    return _stored(call, body, given)


def _changed(call: Call) -> dict[str, Any]:
    before, given = _own(call), call.body or {}
    name = given.get("systemPresence")
    if name and system_presence(str(name)) != before["systemPresence"]:
        raise _invalid("systemPresence")  # a definition stays below its system presence (assumed)
    return _stored(call, dict(before), given)


def _stored(call: Call, body: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    labels = {str(key): value for key, value in (given.get("languageLabels") or {}).items() if isinstance(value, str)}
    if not labels:
        raise Refused(400, "required.field.missing", "languageLabels is required", params={"field": "languageLabels"})
    division = str(given.get("divisionId") or "")
    if division and division != "*" and call.org.entities.get(DIVISIONS, division) is None:
        raise _invalid("divisionId")
    body["languageLabels"] = labels
    body["name"] = str(given.get("name") or labels.get("en_US") or next(iter(labels.values())))
    body["deactivated"] = bool(given.get("deactivated", body["deactivated"]))
    body["modifiedBy"] = {"id": call.token.user or call.token.client}
    body["modifiedDate"] = iso(call.org.now())
    is_new = call.org.entities.get(OWN, str(body["id"])) is None
    hidden = {DIVISION: division or home_division(call.org)} if division or is_new else {}
    return store(call.org, OWN, str(body["id"]), body, hidden).body


def _told(call: Call, body: Mapping[str, Any]) -> dict[str, Any]:
    """With the labels of one language, if ``localeCode`` names one (and not ALL)."""
    code = call.query.get("localeCode", "ALL")
    labels = {key: value for key, value in body["languageLabels"].items() if code in ("ALL", key)}
    return {**body, "languageLabels": labels}


def _newer(call: Call, body: Mapping[str, Any]) -> dict[str, Any]:
    id_ = str(body["id"])
    own = call.org.entities.get(OWN, id_)
    return {
        "id": id_,
        "name": body["name"],
        "type": "User" if own else "System",
        "languageLabels": _told(call, body)["languageLabels"],
        "systemPresence": str(body["systemPresence"]).replace(" ", ""),
        "divisionId": own.hidden.get(DIVISION, "*") if own else "*",
        "deactivated": body["deactivated"],
        "selfUri": f"/api/v2/presence/definitions/{id_}",
    }


def _invalid(field: str) -> Refused:
    return Refused(400, "invalid.value", f"The value of {field} is not valid", params={"field": field})


ACTIONS: Final[Mapping[str, Action]] = {
    "getPresencedefinitions": list_older,
    "postPresencedefinitions": create_older,
    "getPresencedefinition": get_older,
    "putPresencedefinition": put_older,
    "deletePresencedefinition": delete,
    "getPresenceDefinitions0": list_newer,
    "postPresenceDefinitions0": create_newer,
    "getPresenceDefinition0": get_newer,
    "putPresenceDefinition0": put_newer,
    "deletePresenceDefinition0": delete,
}
