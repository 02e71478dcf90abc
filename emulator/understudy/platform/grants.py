"""Grants: subject × role × division, and what they allow (facts: platform-api §2, permissions).

Subjects are users, groups and OAuth clients. A client's grants stand in its own body (``roleIds`` in the home division,
``roleDivisions``), all others in ``org.live["grants"]``. Any division suffices: objects are not fenced by division yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from understudy.errors import Refused
from understudy.platform.permissions import Permissions
from understudy.world.entities import Entity
from understudy.world.org import Org
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


def policies_of(org: Org, subject_id: str) -> list[Mapping[str, Any]]:
    """Every permission policy that a subject holds; a role's plain ``permissions`` count as policies too."""
    found: list[Mapping[str, Any]] = []
    for role_id in sorted({role for role, _ in pairs_of(org, subject_id)}):
        role = org.entities.get(ROLES, role_id)
        if role is not None:
            found += role_policies(role.body)
    return found


def role_policies(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The policies of a role's body; ``permissions: ["routing:queue:view"]`` is the short form of one."""
    policies = [policy for policy in body.get("permissionPolicies") or () if isinstance(policy, Mapping)]
    return policies + [_policy(name) for name in body.get("permissions") or () if isinstance(name, str)]


def granted(org: Org, token: Token, permissions: Permissions) -> int:
    """The permissions of a token's subject as a mask, cached on the token until a role or grant changes."""
    if token.mask_version != org.grants_version:
        token.mask, _ = permissions.mask_of(policies_of(org, token.user or token.client))
        token.mask_version = org.grants_version
    return token.mask


def granted_names(org: Org, subject_id: str, permissions: Permissions) -> list[str]:
    """What a client or user may do, wildcards spelled out; names that no operation asks for stand as given."""
    mask, unknown = permissions.mask_of(policies_of(org, subject_id))
    return sorted({*permissions.names(mask), *unknown})


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
