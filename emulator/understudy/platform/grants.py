"""Grants: subject × role × division, and what they allow (facts: platform-api §2, permissions).

Subjects are users, groups and OAuth clients. A client's grants stand in its own body (``roleIds`` in the home division,
``roleDivisions``), all others in ``org.live["grants"]``. A user holds the grants of his groups too.

A grant holds in its division. Who has the General Admin permission may do anything anywhere (help, "Access control
permissions overview"), and in an org with one division there is nothing to tell apart: their tokens have no fence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from understudy.conversations.model import Conversation
from understudy.directory.membership import groups_of
from understudy.errors import Refused
from understudy.platform.call import Call
from understudy.platform.denial import deny_body, deny_conversation, deny_entity
from understudy.platform.fence import Fence
from understudy.platform.permissions import ANYTHING, Permissions
from understudy.platform.refusals import forbidden
from understudy.world.entities import Entity
from understudy.world.org import Org
from understudy.world.switches import switch
from understudy.world.tokens import Token

CLIENTS: Final = "oauth.clients"
ROLES: Final = "authorization.roles"
DIVISIONS: Final = "authorization.divisions"
USERS: Final = "users"
GROUPS: Final = "groups"
LIVE: Final = "grants"  # org.live[LIVE]: dict[subject id, set[Pair]]
ALL_DIVISIONS: Final = "*"

Pair: TypeAlias = tuple[str, str]  # (role id, division id)

SUBJECT_TYPES: Final[Mapping[str, str]] = {USERS: "PC_USER", GROUPS: "PC_GROUP", CLIENTS: "PC_OAUTH_CLIENT"}


def home_division(org: Org) -> str:
    """The id of the home division; "" before the org has one."""
    divisions = org.entities.of(DIVISIONS)
    return next((d.id for d in divisions.values() if d.body.get("homeDivision")), "")


def subject(org: Org, id_: str) -> Entity:
    """The user, group or client of that id; Refused 404 when there is none."""
    for type_ in SUBJECT_TYPES:
        if (found := org.entities.get(type_, id_)) is not None:
            return found
    raise Refused(404, "not.found", f"Subject {id_} not found", params={"id": id_})


def pairs_of(org: Org, id_: str) -> set[Pair]:
    """The grants of a subject."""
    client = org.entities.get(CLIENTS, id_)
    if client is not None:
        return _client_pairs(org, client.body)
    return set(org.live.get(LIVE, {}).get(id_, ()))


def set_pairs(org: Org, id_: str, pairs: Iterable[Pair]) -> None:
    """Replace the grants of a subject and make cached masks stale."""
    chosen = sorted(set(pairs))
    client = org.entities.get(CLIENTS, id_)
    if client is not None:
        body = dict(client.body)
        body["roleIds"] = sorted({role for role, _ in chosen})
        body["roleDivisions"] = [{"roleId": role, "divisionId": division} for role, division in chosen]
        org.entities.put(CLIENTS, id_, body)
    elif chosen:
        org.live.setdefault(LIVE, {})[id_] = set(chosen)
    else:
        org.live.get(LIVE, {}).pop(id_, None)
    org.grants_version += 1


def subjects_with(org: Org, *, role: str = "", division: str = "") -> list[tuple[str, Pair]]:
    """Every grant of a role, or in a division, as (subject id, pair)."""
    subjects = [*org.entities.of(CLIENTS), *org.live.get(LIVE, {})]
    return [
        (id_, pair)
        for id_ in subjects
        for pair in sorted(pairs_of(org, id_))
        if (not role or pair[0] == role) and (not division or pair[1] == division)
    ]


def forget_role(org: Org, role: str) -> None:
    """A role is gone: so are its grants."""
    for id_ in {id_ for id_, _ in subjects_with(org, role=role)}:
        set_pairs(org, id_, {pair for pair in pairs_of(org, id_) if pair[0] != role})
    org.grants_version += 1


def held_by(org: Org, id_: str) -> set[Pair]:
    """The grants that count for a subject: its own, and those of a user's groups, unless a group has no roles."""
    pairs = pairs_of(org, id_)
    for group in groups_of(org, id_):
        entity = org.entities.get(GROUPS, group)
        if entity is not None and has_roles(entity):
            pairs |= pairs_of(org, group)
    return pairs


def has_roles(group: Entity) -> bool:
    """Whether the members of a group have its roles."""
    return group.body.get("rolesEnabled") is not False


def policies_of(org: Org, subject_id: str) -> list[Mapping[str, Any]]:
    """Every permission policy that a subject holds; a role's plain ``permissions`` count as policies too."""
    return _policies(org, {role for role, _ in held_by(org, subject_id)})


def divisions_of(org: Org, subject_id: str, permission: str) -> set[str]:
    """The divisions in which a subject holds a permission (``domain:entity:action``); ``*`` among them means all."""
    domain, _, rest = permission.casefold().partition(":")
    entity, _, action = rest.partition(":")
    return {
        division
        for role, division in held_by(org, subject_id)
        if any(covers(policy, domain, entity, action) for policy in _policies(org, {role}))
    }


def role_policies(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The policies of a role's body; ``permissions: ["routing:queue:view"]`` is the short form of one."""
    policies = [policy for policy in body.get("permissionPolicies") or () if isinstance(policy, Mapping)]
    return policies + [_policy(name) for name in body.get("permissions") or () if isinstance(name, str)]


def granted(org: Org, token: Token, permissions: Permissions) -> int:
    """The permissions of a token's subject as a mask, cached on the token until a role or grant changes."""
    if token.mask_version != org.grants_version:
        pairs = held_by(org, token.user or token.client)
        token.mask, _ = permissions.mask_of(_policies(org, {role for role, _ in pairs}))
        token.fence = _fence(org, pairs, permissions)
        token.mask_version = org.grants_version
    return token.mask


def visible(call: Call, entities: Iterable[Entity]) -> list[Entity]:
    """Those that the token's fence lets the operation see."""
    fence = call.token.fence
    if fence is None:
        return list(entities)
    seen = {division: fence.admits(call.operation, division) for division in call.org.entities.of(DIVISIONS)}
    seen[""] = True  # what lies in no division
    gone = fence.admits(call.operation, "")  # of a division that is no more: as ``guard`` has it
    return [entity for entity in entities if seen.get(_division_of(entity.body), gone)]


def guard(call: Call, entity: Entity) -> None:
    """Refuse what lies behind the token's fence: 403, or 404 by the switch ``authorization.hidden_object``."""
    if call.token.fence is None:
        return
    division = _division_of(entity.body)
    if division and not call.token.fence.admits(call.operation, division):
        missing = call.token.fence.missing(call.operation, division)
        deny_entity(call.org, call.token, call.operation.id, division, missing, entity)
        if switch(call.org, "authorization.hidden_object") == "404":
            raise Refused(
                404, "not.found", f"{entity.type} with id [{entity.id}] was not found", params={"id": entity.id}
            )
        raise _elsewhere(call, division)


def guard_body(call: Call, body: Mapping[str, Any]) -> None:
    """Refuse 403 to put something into a division in which the token may not."""
    division = _division_of(body)
    if division and call.token.fence is not None and not call.token.fence.admits(call.operation, division):
        missing = call.token.fence.missing(call.operation, division)
        deny_body(call.org, call.token, call.operation.id, division, missing)
        raise _elsewhere(call, division)


def guard_conversation(call: Call, conversation: Conversation) -> None:
    """Refuse 403 what is asked of a conversation in a division that the token has no grant for.

    To read it by an operation that asks for no permission takes any role there, but for who takes part in it (assumed).
    """
    fence, division, asked = call.token.fence, conversation.division, call.operation
    if not division or fence is None:
        return
    takes_part = call.token.user is not None and any(p.user == call.token.user for p in conversation.participants)
    is_open = asked.method != "GET" or bool(asked.permissions) or takes_part or fence.reaches(division)
    if not is_open and call.catalogue is not None:
        asked = call.catalogue.by_id["getConversation"]  # its permission is told as what is missing
    if not fence.admits(asked, division):
        missing = fence.missing(asked, division)
        deny_conversation(call.org, call.token, call.operation.id, missing, conversation)
        refused = forbidden(asked, missing)
        raise Refused(refused.status, refused.code, refused.message, params={**refused.params, "divisionId": division})


def granted_names(org: Org, subject_id: str, permissions: Permissions) -> list[str]:
    """What a client or user may do, wildcards spelled out; names that no operation asks for stand as given."""
    mask, unknown = permissions.mask_of(policies_of(org, subject_id))
    return sorted({*permissions.names(mask), *unknown})


def is_admin(policy: Mapping[str, Any]) -> bool:
    """Whether a policy grants everything: ``*``, or the General Admin permission (``admin``)."""
    domain, entity = str(policy.get("domain") or ""), str(policy.get("entityName") or "")
    return domain == "admin" or (
        domain == ANYTHING and entity == ANYTHING and ANYTHING in (policy.get("actionSet") or ())
    )


def _policies(org: Org, roles: Iterable[str]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for id_ in sorted(roles):
        role = org.entities.get(ROLES, id_)
        if role is not None:
            found += role_policies(role.body)
    return found


def _fence(org: Org, pairs: set[Pair], permissions: Permissions) -> Fence | None:
    placed: dict[str, set[str]] = {}
    for role, division in pairs:
        placed.setdefault(division, set()).add(role)
    is_free = len(org.entities.of(DIVISIONS)) < 2 or placed.keys() <= {ALL_DIVISIONS}
    if is_free or any(is_admin(policy) for policy in _policies(org, {role for role, _ in pairs})):
        return None
    masks = {division: permissions.mask_of(_policies(org, roles))[0] for division, roles in placed.items()}
    return Fence(permissions, masks.pop(ALL_DIVISIONS, 0), masks)


def _division_of(body: Mapping[str, Any]) -> str:
    division = body.get("division")
    return str(division.get("id") or "") if isinstance(division, Mapping) else ""


def _elsewhere(call: Call, division: str) -> Refused:
    refused = forbidden(call.operation, call.token.fence.missing(call.operation, division))
    return Refused(refused.status, refused.code, refused.message, params={**refused.params, "divisionId": division})


def covers(policy: Mapping[str, Any], domain: str, entity: str, action: str) -> bool:
    """Whether a policy grants a permission, given in lower case."""
    if is_admin(policy):
        return True
    actions = {str(one).casefold() for one in policy.get("actionSet") or ()}
    return (
        str(policy.get("domain") or "").casefold() in (domain, ANYTHING)
        and str(policy.get("entityName") or "").casefold() in (entity, ANYTHING)
        and not actions.isdisjoint((action, ANYTHING))
    )


def _policy(name: str) -> dict[str, Any]:
    domain, _, rest = name.partition(":")
    entity, _, action = rest.partition(":")
    return {"domain": domain, "entityName": entity, "actionSet": [action] if action else []}


def _client_pairs(org: Org, body: Mapping[str, Any]) -> set[Pair]:
    pairs = {
        (str(pair["roleId"]), str(pair["divisionId"]))
        for pair in body.get("roleDivisions") or ()
        if isinstance(pair, Mapping) and "roleId" in pair and "divisionId" in pair
    }
    placed = {role for role, _ in pairs}
    home = home_division(org)
    return pairs | {(str(role), home) for role in body.get("roleIds") or () if str(role) not in placed}
