"""``expand`` of users: what is known of a user beside the stored body, asked for by name.

A name that is unknown, or of which the emulator holds nothing (team, geolocation, integrationPresence,
conversationSummary, workPlanBidRanks …), adds nothing (assumed: the platform doesn't refuse it either). Names are
compared without regard to case: the catalogue itself spells some in lower case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from understudy.clock import iso
from understudy.directory.languages_api import languages_body
from understudy.directory.membership import GROUPS, groups_of
from understudy.directory.profile import PROFILE, profile_of
from understudy.directory.users_api import out_of_office, stations_of
from understudy.platform.call import Call
from understudy.platform.grants_api import authorization_of
from understudy.platform.presence import presence_of
from understudy.platform.skills import skills_body
from understudy.routing.agents import status_body
from understudy.world.entities import Entity
from understudy.world.org import Org

Source = Callable[[Org, Entity], Any]


def asked(call: Call) -> list[str]:
    """The names that a request wants to see, in lower case."""
    return [name.strip().casefold() for name in call.query.get("expand", "").split(",") if name.strip()]


def expanded(call: Call, user: Entity) -> dict[str, Any] | None:
    """The body of a user with what ``expand`` names; None where it names nothing."""
    names = asked(call)
    return with_fields(call.org, user, names) if names else None


def with_fields(org: Org, user: Entity, names: list[str]) -> dict[str, Any]:
    """The body of a user with some fields more."""
    body = dict(user.body)
    for name in names:
        field, source = SOURCES.get(name, ("", _nothing))
        value = source(org, user) if field else None
        if value is not None:
            body[field] = value
    return body


def _nothing(org: Org, user: Entity) -> None:
    return None


def _groups(org: Org, user: Entity) -> list[dict[str, Any]]:
    return [org.entities.of(GROUPS)[id_].body for id_ in groups_of(org, user.id)]


def _last_login(org: Org, user: Entity) -> str | None:
    issued = [token.issued for token in org.tokens.values() if token.user == user.id]
    return iso(max(issued)) if issued else None


def _last_token(org: Org, user: Entity) -> dict[str, Any] | None:
    issued = _last_login(org, user)
    return {"dateIssued": issued} if issued else None


def _profile(field: str) -> Source:
    return lambda org, user: profile_of(user).get(field, PROFILE[field])


SOURCES: Final[Mapping[str, tuple[str, Source]]] = {
    "routingstatus": ("routingStatus", lambda org, user: status_body(org, user.id)),
    "presence": ("presence", lambda org, user: presence_of(org, user.id)),
    "outofoffice": ("outOfOffice", lambda org, user: out_of_office(org, user)),
    "station": ("station", lambda org, user: stations_of(org, user.id)),
    "authorization": ("authorization", lambda org, user: authorization_of(org, user.id)),
    "authorization.unusedroles": ("authorization", lambda org, user: authorization_of(org, user.id)),
    "groups": ("groups", _groups),
    "skills": ("skills", lambda org, user: skills_body(org, user.id)),
    "languages": ("languages", lambda org, user: languages_body(org, user.id)),
    "lasttokenissued": ("lastTokenIssued", _last_token),
    "datelastlogin": ("dateLastLogin", _last_login),
    **{name.casefold(): (name, _profile(name)) for name in PROFILE},
}
