"""``GET /api/v2/users/me``: the token's user, with everything that only ``expand`` of this operation names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from understudy.clock import iso
from understudy.directory import definitions_api
from understudy.directory.expand import asked, with_fields
from understudy.oauth import behaviour as oauth
from understudy.platform.call import Action, Call
from understudy.platform.grants import ROLES, USERS
from understudy.platform.listings import named, reference
from understudy.platform.messages import Answer
from understudy.platform.presence import definitions
from understudy.world.entities import Entity
from understudy.world.switches import ORGANIZATIONS

DEPTH: Final = 20  # managers above one another; a ring of managers ends there


def get_me(call: Call) -> Answer:
    """Client credentials are refused before: ``not.a.user``."""
    user = named(call, USERS, call.token.user or "", "User")
    names = asked(call)
    if not names:
        return Answer(encoded=user.encoded)
    body = with_fields(call.org, user, names)
    for name in names:
        field, source = SOURCES.get(name, ("", None))
        if source is not None:
            body[field] = source(call, user)
    return Answer(body=body)


def _bodies(type_: str) -> Callable[[Call, Entity], Any]:
    return lambda call, user: [entity.body for entity in call.org.entities.of(type_).values()]


def _organization(call: Call, user: Entity) -> Any:
    return named(call, ORGANIZATIONS, call.org.id, "Organization").body


def _superiors(call: Call, user: Entity) -> list[dict[str, Any]]:
    """The user's manager, the manager's manager, and so on."""
    found: list[Entity] = []
    while len(found) < DEPTH:
        manager = call.org.entities.get(USERS, str((user.body.get("manager") or {}).get("id") or ""))
        if manager is None or manager in found:
            break
        found.append(manager)
        user = manager
    return [reference(one) for one in found]


def _managed_by(call: Call, id_: str) -> list[dict[str, Any]]:
    users = call.org.entities.of(USERS).values()
    return [reference(one) for one in users if id_ and (one.body.get("manager") or {}).get("id") == id_]


def _adjacents(call: Call, user: Entity) -> dict[str, Any]:
    siblings = _managed_by(call, str((user.body.get("manager") or {}).get("id") or ""))
    return {
        "superiors": _superiors(call, user),
        "siblings": [one for one in siblings if one["id"] != user.id],
        "directReports": _managed_by(call, user.id),
    }


SOURCES: Final[Mapping[str, tuple[str, Callable[[Call, Entity], Any]]]] = {
    "date": ("date", lambda call, user: {"currentDate": iso(call.org.now())}),
    "organization": ("organization", _organization),
    "presencedefinitions": ("presenceDefinitions", lambda call, user: definitions(call.org)),
    "divisionedpresencedefinitions": (
        "divisionedPresenceDefinitions",
        lambda call, user: definitions_api.newer_definitions(call),
    ),
    "orgauthorization": ("orgAuthorization", _bodies(ROLES)),
    "routingskills": ("routingSkills", _bodies("routing.skills")),
    "token": ("token", lambda call, user: oauth.ACTIONS["getTokensMe"](call).body),
    "superiors": ("superiors", _superiors),
    "directreports": ("directReports", lambda call, user: _managed_by(call, user.id)),
    "adjacents": ("adjacents", _adjacents),
}
ACTIONS: Final[Mapping[str, Action]] = {"getUsersMe": get_me}
