"""Users with their routing status, and the organization; with presence, skills and queues, all that people are and do.

Sources: the catalogue's models and permissions; facts: platform-api §4 (versions, conflicts), messaging §5 (routing
status). E-mail addresses are unique and a PATCH names the current version: the generic engine sees to both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.conversations.commands import RoutingStatus
from understudy.directory import deleted, languages_api, membership, users_api
from understudy.directory.expand import expanded
from understudy.directory.profile import split
from understudy.errors import Refused
from understudy.oauth.tokens import RevokeTokens
from understudy.platform import presence, queue_members, queue_members_api, queues, skills
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
    """A user logs in by e-mail unless told otherwise, and is reached by it."""
    body.setdefault("username", body.get("email", ""))
    body["primaryContactInfo"] = _contact(body)


def user_check(call: Call, before: Entity | None, after: dict[str, Any] | None) -> None:
    """An e-mail address has something on both sides of its @ (assumed to be all that is looked at)."""
    email = (after or {}).get("email")
    if after is not None and (not isinstance(email, str) or not all(email.partition("@"))):
        raise Refused(400, "invalid.value", f"{email} is not an e-mail address", params={"field": "email"})
    known = str(before.body.get("email")) if before is not None else ""
    is_new = str(email).casefold() != known.casefold()
    if after is not None and is_new and deleted.has_email(call.org, str(email)):
        message = f"A deleted User with email [{email}] already exists"
        raise Refused(409, "general.conflict", message, params={"email": str(email)})
    if after is not None and "primaryContactInfo" in after:
        after["primaryContactInfo"] = _contact(after)


def user_consequence(call: Call, before: Entity | None, after: Entity | None) -> None:
    """A deleted user is nowhere a member, holds no role, no skill and no token; one who is made inactive, no token."""
    org = call.org
    if after is not None:
        deleted.bring_back(org, after.id)
        split(org, after, call.body or {})
        if after.body.get("state") == "inactive":
            retire(call, after.id)
    elif before is not None:
        _forget(call, before)


def retire(call: Call, user: str) -> None:
    """A user who may not log in has no tokens and takes no conversations."""
    call.perform(RevokeTokens(user=user, reason="user is not active"))
    call.perform(RoutingStatus(user, "OFF_QUEUE"))


def _forget(call: Call, before: Entity) -> None:
    org = call.org
    deleted.keep(org, before)
    for queue in list(org.live.get(queue_members.MEMBERS, {})):
        members = queue_members.members_of(org, queue)
        if members.pop(before.id, None) is not None:
            queue_members.set_members(org, queue, members)
    set_pairs(org, before.id, ())
    membership.forget_user(org, before.id)
    queue_members.follow_groups(org)
    for live in (skills.LIVE, presence.LIVE, "routing.status", languages_api.LIVE, users_api.OUT):
        org.live.get(live, {}).pop(before.id, None)
    call.perform(RevokeTokens(user=before.id, reason="user deleted"))


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


def _contact(user: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"address": user.get("email", ""), "mediaType": "EMAIL", "type": "PRIMARY"}]


_WRITABLE: Final = ("name", "defaultLanguage", "defaultCountryCode", "thirdPartyURI", "domain", "supportURI")


def _organization(call: Call) -> Entity:
    return named(call, ORGANIZATIONS, call.org.id, "Organization")


HANDLERS: Final[Mapping[type, Handler]] = presence.HANDLERS
RULES: Final[Mapping[str, Lifecycle]] = {
    USERS: Lifecycle(
        user_defaults,
        user_check,
        user_consequence,
        shown=expanded,
        filters={
            "state": lambda user, state: state in ("any", user.body.get("state", "active")),
            "jabberId": lambda user, ids: str((user.body.get("chat") or {}).get("jabberId")) in ids.split(","),
            "integrationPresenceSource": lambda user, source: True,  # which presence to expand; there is no other
            "userCustomAttributeSchemaIds": lambda user, ids: True,  # which attributes to expand; there are none
        },
        deleted=deleted.seen_by,
    ),
    **queues.RULES,
    **skills.RULES,
}
ACTIONS: Final[Mapping[str, Action]] = {
    "getUserRoutingstatus": get_routing_status,
    "putUserRoutingstatus": put_routing_status,
    "getOrganizationsMe": get_organization,
    "putOrganizationsMe": put_organization,
    **presence.ACTIONS,
    **queues.ACTIONS,
    **queue_members_api.ACTIONS,
    **skills.ACTIONS,
}
