"""Presence of users: one a user, by a definition of the system or of the org (facts: platform-api §2, presence).

Setting *On Queue* makes an agent IDLE for routing, any other presence takes the agent off queue. The ids of the system
presences are the emulator's own: the platform's are not documented. The org's definitions are the entities of the
resource ``presence.definitions``, each below one system presence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from understudy.clock import iso
from understudy.conversations.commands import RoutingStatus
from understudy.errors import Refused
from understudy.ids import IdStream
from understudy.platform.call import Action, Call
from understudy.platform.listings import named
from understudy.platform.messages import Answer
from understudy.world.org import Handler, Org

USERS: Final = "users"
OWN: Final = "presence.definitions"  # the org's definitions: entities in the shape of OrganizationPresence
LIVE: Final = "presence"  # org.live[LIVE]: dict[user id, UserPresence body]
SOURCE: Final = "PURECLOUD"
ON_QUEUE: Final = "On Queue"
OFFLINE: Final = "Offline"
SYSTEM: Final = ("Available", "Away", "Break", "Busy", "Meal", "Meeting", OFFLINE, ON_QUEUE, "Training")
DEFINITIONS: Final[Mapping[str, str]] = {IdStream(f"presence/{name}").uuid(): name for name in SYSTEM}  # id → name


@dataclass(frozen=True, slots=True)
class SetPresence:
    """A user's presence becomes the definition ``definition`` (an id). Returns the UserPresence body."""

    user: str
    definition: str
    message: str = ""


def set_presence(org: Org, command: SetPresence) -> dict[str, Any]:
    """Handler of ``SetPresence``."""
    definition = definition_body(org, command.definition)
    if definition is None or definition["deactivated"]:
        raise Refused(400, "invalid.value", f"There is no active presence definition {command.definition}")
    name = str(definition["systemPresence"])
    body = presence_body(command.user, command.definition, name, iso(org.now()), command.message)
    org.live.setdefault(LIVE, {})[command.user] = body
    org.changed(
        "user.presence", user=command.user, presence=name, definition=command.definition, message=command.message
    )
    org.perform(RoutingStatus(command.user, "IDLE" if name == ON_QUEUE else "OFF_QUEUE"))
    return body


def presence_body(user: str, definition: str, name: str, modified: str = "", message: str = "") -> dict[str, Any]:
    """UserPresence of a user; ``name`` is the system presence of the definition."""
    path = f"/api/v2/presencedefinitions/{definition}"
    body: dict[str, Any] = {
        "id": user,
        "source": SOURCE,
        "primary": True,
        "presenceDefinition": {"id": definition, "systemPresence": name, "selfUri": path},
        "message": message,
        "selfUri": f"/api/v2/users/{user}/presences/{SOURCE.casefold()}",
    }
    return {**body, "modifiedDate": modified} if modified else body


def presence_of(org: Org, user: str) -> dict[str, Any]:
    """A user's presence; who has set none is Offline."""
    found: dict[str, Any] | None = org.live.get(LIVE, {}).get(user)
    return found or presence_body(user, definition_id(OFFLINE), OFFLINE)


def definition_id(name: str) -> str:
    """The id of a system presence."""
    return next(id_ for id_, known in DEFINITIONS.items() if known == name)


def definition_body(org: Org, id_: str) -> dict[str, Any] | None:
    """OrganizationPresence of a definition, the system's or the org's; None where there is none."""
    if id_ in DEFINITIONS:
        return _system_definition(id_)
    own = org.entities.get(OWN, id_)
    return own.body if own else None


def definitions(org: Org) -> list[dict[str, Any]]:
    """All definitions, those of the system first."""
    return [*map(_system_definition, DEFINITIONS), *(own.body for own in org.entities.of(OWN).values())]


def system_presence(name: str) -> str | None:
    """The system presence that a name means, however it is spelled (``On Queue``, ``OnQueue``, ``ON_QUEUE``)."""
    folded = _folded(name)
    return next((known for known in SYSTEM if _folded(known) == folded), None)


def forget_definition(org: Org, id_: str) -> None:
    """Whoever has a presence of a deleted definition is left with its system presence."""
    for user, body in org.live.get(LIVE, {}).items():
        if body["presenceDefinition"]["id"] == id_:
            name = str(body["presenceDefinition"]["systemPresence"])
            kept = presence_body(user, definition_id(name), name, iso(org.now()), str(body["message"]))
            org.live[LIVE][user] = kept


def get_presence(call: Call) -> Answer:
    """``GET …/users/{userId}/presences/purecloud`` and ``…/{sourceId}``, of which there is only this one."""
    _check_source(call)
    return Answer(body=presence_of(call.org, named(call, USERS, call.path["userId"], "User").id))


def patch_presence(call: Call) -> Answer:
    """``PATCH …/users/{userId}/presences/purecloud``: by the definition's id, or by ``systemPresence``."""
    _check_source(call)
    return Answer(body=_set(call, call.path["userId"], call.body or {}))


def put_presences(call: Call) -> Answer:
    """``PUT …/users/presences/bulk`` (MutableUserPresence[], ``id`` is the user's): all or none."""
    for one in call.body:
        named(call, USERS, str(one.get("id") or ""), "User")
        definition = definition_body(call.org, _wanted(call.org, str(one.get("id")), one))
        if definition is None or definition["deactivated"]:
            raise Refused(400, "invalid.value", "There is no such active presence definition")
    return Answer(body=[_set(call, str(one["id"]), one) for one in call.body])


def list_presences(call: Call) -> Answer:
    """``GET …/users/presences/purecloud/bulk`` and ``…/{sourceId}/bulk``: of the users in ``id``; who is no user is
    passed over (assumed)."""
    _check_source(call)
    users = dict.fromkeys(call.query.get("id", "").split(","))
    return Answer(body=[_bulk_body(call.org, user) for user in users if call.org.entities.get(USERS, user)])


def list_system_presences(call: Call) -> Answer:
    """``GET …/systempresences``: the id is the name in capitals (assumed)."""
    return Answer(
        body=[
            {"id": name.upper().replace(" ", "_"), "name": name, "selfUri": "/api/v2/systempresences"}
            for name in SYSTEM
        ]
    )


def _set(call: Call, id_: str, given: Mapping[str, Any]) -> dict[str, Any]:
    user = named(call, USERS, id_, "User").id
    command = SetPresence(user, _wanted(call.org, user, given), str(given.get("message") or ""))
    body: dict[str, Any] = call.perform(command)
    return body


def _wanted(org: Org, user: str, given: Mapping[str, Any]) -> str:
    """The definition that a body means; without one the present one stays, and only the message changes."""
    definition = given.get("presenceDefinition") or {}
    name = system_presence(str(definition.get("systemPresence") or ""))
    by_name = definition_id(name) if name else ""
    return str(definition.get("id") or by_name or presence_of(org, user)["presenceDefinition"]["id"])


def _bulk_body(org: Org, user: str) -> dict[str, Any]:
    """UcUserPresence: a UserPresence that names its user apart."""
    presence = {key: value for key, value in presence_of(org, user).items() if key != "primary"}
    return {**presence, "userId": user}


def _system_definition(id_: str) -> dict[str, Any]:
    name = DEFINITIONS[id_]
    labels = {"en_US": name}
    return {
        "id": id_,
        "name": name,
        "languageLabels": labels,
        "systemPresence": name,
        "deactivated": False,
        "primary": True,
        "selfUri": f"/api/v2/presencedefinitions/{id_}",
    }


def _folded(name: str) -> str:
    return name.casefold().replace("_", "").replace(" ", "")


def _check_source(call: Call) -> None:
    source = call.path.get("sourceId", SOURCE)
    if source.casefold() != SOURCE.casefold():
        raise Refused(404, "not.found", f"Presence source with id [{source}] was not found", params={"id": source})


HANDLERS: Final[Mapping[type, Handler]] = {SetPresence: set_presence}
ACTIONS: Final[Mapping[str, Action]] = {
    "getUserPresencesPurecloud": get_presence,
    "patchUserPresencesPurecloud": patch_presence,
    "getUserPresence": get_presence,
    "patchUserPresence": patch_presence,
    "putUsersPresencesBulk": put_presences,
    "getUsersPresencesPurecloudBulk": list_presences,
    "getUsersPresenceBulk": list_presences,
    "getSystempresences": list_system_presences,
}
