"""Users with their routing status, and the organization; with presence, skills and queues, all that people are and do.

Sources: the catalogue's models and permissions; facts: platform-api §4 (versions, conflicts), messaging §5 (routing
status). E-mail addresses are unique and a PATCH names the current version: the generic engine sees to both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.conversations.commands import RoutingStatus
from understudy.errors import Refused
from understudy.oauth.tokens import RevokeTokens
from understudy.platform import presence, queues, skills
from understudy.platform.call import Action, Call
from understudy.platform.grants import USERS, set_pairs
from understudy.platform.lifecycle import Lifecycle
from understudy.platform.listings import named
from understudy.platform.messages import Answer
from understudy.routing.agents import status_body
from understudy.world.configuration import store
from understudy.world.entities import Entity
from understudy.world.org import Handler
from understudy.world.switches import ORGANIZATIONS


def user_defaults(call: Call, body: dict[str, Any]) -> None:
    """A user logs in by e-mail unless told otherwise."""
    body.setdefault("username", body.get("email", ""))


def user_check(call: Call, before: Entity | None, after: dict[str, Any] | None) -> None:
    """An e-mail address has something on both sides of its @ (assumed to be all that is looked at)."""
    email = (after or {}).get("email")
    if after is not None and (not isinstance(email, str) or not all(email.partition("@"))):
        raise Refused(400, "invalid.value", f"{email} is not an e-mail address", params={"field": "email"})


def user_consequence(call: Call, before: Entity | None, after: Entity | None) -> None:
    """A deleted user is nowhere a member, holds no role, no skill and no token."""
    if before is None or after is not None:
        return
    org = call.org
    for queue in list(org.live.get(queues.MEMBERS, {})):
        members = queues.members_of(org, queue)
        if members.pop(before.id, None) is not None:
            queues.set_members(org, queue, members)
    set_pairs(org, before.id, ())
    for live in (skills.LIVE, presence.LIVE, "routing.status"):
        org.live.get(live, {}).pop(before.id, None)
    call.perform(RevokeTokens(user=before.id, reason="user deleted"))


def get_me(call: Call) -> Answer:
    """``GET …/users/me`` of a user's token (client credentials are refused before: ``not.a.user``)."""
    return Answer(encoded=named(call, USERS, call.token.user or "", "User").encoded)


def get_routing_status(call: Call) -> Answer:
    """``GET …/users/{userId}/routingstatus``."""
    return Answer(body=status_body(call.org, named(call, USERS, call.path["userId"], "User").id))


def put_routing_status(call: Call) -> Answer:
    """``PUT …/users/{userId}/routingstatus``."""
    user = named(call, USERS, call.path["userId"], "User").id
    status = call.body.get("status")
    if not isinstance(status, str):
        raise Refused(400, "required.field.missing", "status is required", params={"field": "status"})
    return Answer(body=call.perform(RoutingStatus(user, status)))


def get_organization(call: Call) -> Answer:
    """``GET …/organizations/me``."""
    return Answer(encoded=_organization(call).encoded)


def put_organization(call: Call) -> Answer:
    """``PUT …/organizations/me``: with the current version (facts: platform-api §4)."""
    before, sent = _organization(call), call.body or {}
    current = before.body.get("version", 1)
    if sent.get("version") != current:
        message = f"Version {sent.get('version')} does not match the current version {current} of {before.name}"
        raise Refused(409, "general.conflict", message, params={"version": str(current)})
    given = {key: value for key, value in sent.items() if key in _WRITABLE and value is not None}
    after = store(call.org, ORGANIZATIONS, call.org.id, {**before.body, **given, "version": current + 1})
    return Answer(encoded=after.encoded)


_WRITABLE: Final = ("name", "defaultLanguage", "defaultCountryCode", "thirdPartyURI", "domain", "supportURI")


def _organization(call: Call) -> Entity:
    return named(call, ORGANIZATIONS, call.org.id, "Organization")


HANDLERS: Final[Mapping[type, Handler]] = presence.HANDLERS
RULES: Final[Mapping[str, Lifecycle]] = {
    USERS: Lifecycle(user_defaults, user_check, user_consequence),
    **queues.RULES,
    **skills.RULES,
}
ACTIONS: Final[Mapping[str, Action]] = {
    "getUsersMe": get_me,
    "getUserRoutingstatus": get_routing_status,
    "putUserRoutingstatus": put_routing_status,
    "getOrganizationsMe": get_organization,
    "putOrganizationsMe": put_organization,
    **presence.ACTIONS,
    **queues.ACTIONS,
    **skills.ACTIONS,
}
