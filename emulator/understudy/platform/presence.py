"""Presence of users: the system presences, and one presence a user (facts: platform-api §2, presence).

Setting *On Queue* makes an agent IDLE for routing, any other presence takes the agent off queue. The ids of the system
presences are the emulator's own: the platform's are not documented.
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
from understudy.platform.listings import named, page
from understudy.platform.messages import Answer
from understudy.world.org import Handler, Org

USERS: Final = "users"
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
    name = DEFINITIONS.get(command.definition)
    if name is None:
        raise Refused(400, "invalid.value", f"There is no presence definition {command.definition}")
    body = presence_body(command.user, command.definition, iso(org.now()), command.message)
    org.live.setdefault(LIVE, {})[command.user] = body
    org.changed("user.presence", user=command.user, presence=name)
    org.perform(RoutingStatus(command.user, "IDLE" if name == ON_QUEUE else "OFF_QUEUE"))
    return body


def presence_body(user: str, definition: str, modified: str = "", message: str = "") -> dict[str, Any]:
    """UserPresence of a user."""
    path = f"/api/v2/presencedefinitions/{definition}"
    body: dict[str, Any] = {
        "id": user,
        "source": SOURCE,
        "primary": True,
        "presenceDefinition": {"id": definition, "systemPresence": DEFINITIONS[definition], "selfUri": path},
        "message": message,
        "selfUri": f"/api/v2/users/{user}/presences/{SOURCE.casefold()}",
    }
    return {**body, "modifiedDate": modified} if modified else body


def presence_of(org: Org, user: str) -> dict[str, Any]:
    """A user's presence; who has set none is Offline."""
    found: dict[str, Any] | None = org.live.get(LIVE, {}).get(user)
    return found or presence_body(user, definition_id(OFFLINE))


def definition_id(name: str) -> str:
    """The id of a system presence."""
    return next(id_ for id_, known in DEFINITIONS.items() if known == name)


def get_presence(call: Call) -> Answer:
    """``GET …/users/{userId}/presences/purecloud`` and ``…/{sourceId}``, of which there is only this one."""
    _check_source(call)
    return Answer(body=presence_of(call.org, named(call, USERS, call.path["userId"], "User").id))


def patch_presence(call: Call) -> Answer:
    """``PATCH …/users/{userId}/presences/purecloud``: by the definition's id, or by ``systemPresence``."""
    _check_source(call)
    user = named(call, USERS, call.path["userId"], "User").id
    body = call.body or {}
    definition = body.get("presenceDefinition") or {}
    id_ = definition.get("id") or _by_system_presence(str(definition.get("systemPresence") or ""))
    id_ = id_ or presence_of(call.org, user)["presenceDefinition"]["id"]
    return Answer(body=call.perform(SetPresence(user, str(id_), str(body.get("message") or ""))))


def list_definitions(call: Call) -> Answer:
    """``GET …/presencedefinitions``."""
    return page(call, [_definition(id_) for id_ in DEFINITIONS])


def get_definition(call: Call) -> Answer:
    """``GET …/presencedefinitions/{presenceId}``."""
    id_ = call.path["presenceId"]
    if id_ not in DEFINITIONS:
        raise Refused(404, "not.found", f"Presence definition with id [{id_}] was not found", params={"id": id_})
    return Answer(body=_definition(id_))


def _definition(id_: str) -> dict[str, Any]:
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


def _by_system_presence(name: str) -> str | None:
    folded = name.casefold().replace("_", " ")
    return next((id_ for id_, known in DEFINITIONS.items() if known.casefold() == folded), None)


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
    "getPresencedefinitions": list_definitions,
    "getPresencedefinition": get_definition,
}
