"""Roles and divisions of an org, and the list of permissions there are (facts: platform-api §2, §4).

``granted`` and ``granted_names`` are in ``grants``; both are public names of this module too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.directory.membership import reached_by
from understudy.errors import Refused
from understudy.platform import divisions, grants_api
from understudy.platform.call import Action, Call
from understudy.platform.catalogue import Catalogue, load_catalogue
from understudy.platform.grants import (
    DIVISIONS,
    GROUPS,
    ROLES,
    USERS,
    covers,
    forget_role,
    granted,
    granted_names,
    has_roles,
    home_division,
    pairs_of,
    role_policies,
    set_pairs,
    subjects_with,
)
from understudy.platform.lifecycle import Lifecycle
from understudy.platform.listings import page
from understudy.platform.messages import Answer
from understudy.world.entities import Entity

__all__ = ["ACTIONS", "RULES", "granted", "granted_names"]


def role_defaults(call: Call, body: dict[str, Any]) -> None:
    """What a new role says where the request is silent."""
    body.setdefault("permissions", [])
    body.setdefault("permissionPolicies", [])
    body.setdefault("description", "")
    body.update(default=False, base=False, userCount=0, roleNeedsUpdate=False)


def role_check(call: Call, before: Entity | None, after: dict[str, Any] | None) -> None:
    """A policy without a domain grants nothing and is refused (assumed); built-in roles stay."""
    if after is None and before is not None and before.body.get("default"):
        raise Refused(400, "bad.request", f"Role {before.name} is a default role and cannot be deleted")
    for position, policy in enumerate((after or {}).get("permissionPolicies") or ()):
        if not policy.get("domain"):
            field = f"permissionPolicies[{position}].domain"
            raise Refused(400, "required.field.missing", f"{field} is required", params={"field": field})


def role_consequence(call: Call, before: Entity | None, after: Entity | None) -> None:
    """Cached permissions go stale; a deleted role's grants go with it."""
    call.org.grants_version += 1
    if after is None and before is not None:
        forget_role(call.org, before.id)


def shown_role(call: Call, role: Entity) -> dict[str, Any] | None:
    """With ``userCount=true`` how many users hold the role, by themselves or through a group."""
    if call.query.get("userCount") != "true":
        return None
    org = call.org
    holders: set[str] = set()
    for id_, _ in subjects_with(org, role=role.id):
        group = org.entities.get(GROUPS, id_)
        if group is None:
            holders.add(id_)
        elif has_roles(group):
            holders.update(reached_by(org, id_))
    return {**role.body, "userCount": len(holders & org.entities.of(USERS).keys())}


def has_permission(role: Entity, names: str) -> bool:
    """Whether a role grants each of the permissions (``domain:entity:action``, several with commas)."""
    policies = role_policies(role.body)
    wanted = [name.casefold().split(":") for name in names.split(",")]
    return all(len(one) == 3 and any(covers(policy, *one) for policy in policies) for one in wanted)


def division_defaults(call: Call, body: dict[str, Any]) -> None:
    """Only the org itself comes with a home division."""
    body["homeDivision"] = False
    most = int(call.org.limits.value(*divisions.LIMIT))
    if len(call.org.entities.of(DIVISIONS)) >= most:
        limit = {"namespace": divisions.LIMIT[0], "key": divisions.LIMIT[1], "value": most}
        raise Refused(400, "bad.request", f"There are {most} divisions, which is the most", limit=limit)


def shown_division(call: Call, division: Entity) -> dict[str, Any] | None:
    """With ``objectCount=true`` how many objects of each kind lie in it."""
    if call.query.get("objectCount") != "true":
        return None
    return {**division.body, "objectCounts": divisions.count_objects(call.org, division.id)}


def division_check(call: Call, before: Entity | None, after: dict[str, Any] | None) -> None:
    """A division has a name. The home division can't be deleted, others only when they are empty, or with
    ``force=true`` (assumed)."""
    if after is not None and not after.get("name"):
        raise Refused(400, "required.field.missing", "name is required", params={"field": "name"})
    if after is not None or before is None:
        return
    if before.body.get("homeDivision"):
        raise Refused(400, "bad.request", "The home division cannot be deleted")
    held = divisions.count_objects(call.org, before.id)
    if held and call.query.get("force") != "true":
        told = ", ".join(f"{number} {word}" for word, number in held.items())
        raise Refused(409, "general.conflict", f"The division still holds {told}: move it, or delete with force=true")


def division_consequence(call: Call, before: Entity | None, after: Entity | None) -> None:
    """A deleted division's grants go with it; the home division stays one whatever a PUT says."""
    call.org.grants_version += 1
    if after is None and before is not None:
        divisions.move_home(call.org, before.id)
        for id_ in {id_ for id_, _ in subjects_with(call.org, division=before.id)}:
            set_pairs(call.org, id_, {pair for pair in pairs_of(call.org, id_) if pair[1] != before.id})
    elif after is not None and before is not None:
        is_home = bool(before.body.get("homeDivision"))
        if after.body.get("homeDivision") != is_home:
            call.org.entities.put(DIVISIONS, after.id, {**after.body, "homeDivision": is_home})


def get_home_division(call: Call) -> Answer:
    """``GET /api/v2/authorization/divisions/home``."""
    division = call.org.entities.get(DIVISIONS, home_division(call.org))
    if division is None:
        raise Refused(404, "not.found", "The organization has no home division")
    return Answer(200, encoded=division.encoded)


def get_permissions(call: Call) -> Answer:
    """``GET /api/v2/authorization/permissions``: the permissions that operations name, one item a domain.

    ``query`` filters by a part of the domain, or of the whole permission with ``queryType=permission``.
    """
    query = call.query.get("query", "").casefold()
    whole = call.query.get("queryType") == "permission"
    found: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for name in _permission_names(call.catalogue or load_catalogue()):
        domain, entity, action = name.split(":")
        if query in (name if whole else domain).casefold():
            permission = {"domain": domain, "entityType": entity, "action": action, "allowsConditions": False}
            found.setdefault(domain, {}).setdefault(entity, []).append(permission)
    return page(call, [{"domain": domain, "permissionMap": entities} for domain, entities in found.items()])


def _permission_names(catalogue: Catalogue) -> list[str]:
    """Each name once, whatever its case; a few permissions are no triple (``admin``) and belong to no domain."""
    names = {name.casefold(): name for operation in catalogue.operations for name in operation.permissions}
    return sorted(name for name in names.values() if name.count(":") == 2)


RULES: Final[Mapping[str, Lifecycle]] = {
    ROLES: Lifecycle(
        role_defaults,
        role_check,
        role_consequence,
        shown=shown_role,
        filters={"userCount": lambda role, shown: True, "permission": has_permission},
    ),
    DIVISIONS: Lifecycle(
        division_defaults,
        division_check,
        division_consequence,
        shown=shown_division,
        filters={"objectCount": lambda division, shown: True},
    ),
}
ACTIONS: Final[Mapping[str, Action]] = {
    "getAuthorizationDivisionsHome": get_home_division,
    "getAuthorizationPermissions": get_permissions,
    **divisions.ACTIONS,
    **grants_api.ACTIONS,
}
