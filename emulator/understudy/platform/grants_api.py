"""Grants over REST: roles of subjects, subjects of roles, grants in divisions (facts: platform-api §2, authorization).

An id that names nothing is refused with 400 in a body and 404 in a path (assumed). ``*`` is every division.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.grants import (
    ALL_DIVISIONS,
    DIVISIONS,
    ROLES,
    SUBJECT_TYPES,
    USERS,
    Pair,
    held_by,
    home_division,
    pairs_of,
    policies_of,
    role_policies,
    set_pairs,
    subject,
    subjects_with,
)
from understudy.platform.listings import COUNTED, named, page
from understudy.platform.messages import Answer
from understudy.world.entities import Entity
from understudy.world.org import Org

DONE: Final = Answer()  # the status is the operation's own


def get_subject(call: Call) -> Answer:
    """``GET …/authorization/subjects/{subjectId}`` → AuthzSubject."""
    return Answer(body=_subject_body(call.org, subject(call.org, call.path["subjectId"])))


def get_own_subject(call: Call) -> Answer:
    """``GET …/authorization/subjects/me``: the token's user, or its client."""
    return Answer(body=_subject_body(call.org, subject(call.org, call.token.user or call.token.client)))


def bulk_add(call: Call) -> Answer:
    """``POST …/subjects/{subjectId}/bulkadd`` (RoleDivisionGrants)."""
    return _change(call, add=_pairs_in(call))


def bulk_remove(call: Call) -> Answer:
    """``POST …/subjects/{subjectId}/bulkremove``; what was not granted is passed over."""
    return _change(call, remove=_pairs_in(call, must_exist=False))


def bulk_replace(call: Call) -> Answer:
    """``POST …/subjects/{subjectId}/bulkreplace``."""
    id_ = subject(call.org, call.path["subjectId"]).id
    set_pairs(call.org, id_, _pairs_in(call))
    return DONE


def add_one(call: Call) -> Answer:
    """``POST …/subjects/{subjectId}/divisions/{divisionId}/roles/{roleId}``."""
    return _change(call, add={_pair_in_path(call)})


def remove_one(call: Call) -> Answer:
    """``DELETE …/subjects/{subjectId}/divisions/{divisionId}/roles/{roleId}``."""
    return _change(call, remove={_pair_in_path(call)})


def grant_role(call: Call) -> Answer:
    """``POST …/authorization/roles/{roleId}`` (SubjectDivisions): every subject in every division."""
    role = named(call, ROLES, call.path["roleId"], "Role").id
    subjects = [subject(call.org, id_).id for id_ in call.body["subjectIds"]]
    divisions = [_division(call.org, id_) for id_ in call.body["divisionIds"]] or [home_division(call.org)]
    for id_ in subjects:
        set_pairs(call.org, id_, pairs_of(call.org, id_) | {(role, division) for division in divisions})
    return DONE


def role_users(call: Call) -> Answer:
    """``GET …/roles/{roleId}/users``."""
    role = named(call, ROLES, call.path["roleId"], "Role").id
    users = dict.fromkeys(id_ for id_, _ in subjects_with(call.org, role=role))
    known = call.org.entities.of(USERS)
    return page(call, [{"id": id_, "selfUri": f"/api/v2/users/{id_}"} for id_ in users if id_ in known], COUNTED)


def add_users(call: Call) -> Answer:
    """``PUT …/roles/{roleId}/users/add``: in the home division. Answers the user ids."""
    role = named(call, ROLES, call.path["roleId"], "Role").id
    users = [named(call, USERS, id_, "User").id for id_ in call.body]
    for id_ in users:
        set_pairs(call.org, id_, pairs_of(call.org, id_) | {(role, home_division(call.org))})
    return Answer(body=users)


def remove_users(call: Call) -> Answer:
    """``PUT …/roles/{roleId}/users/remove``: from every division. Answers the user ids."""
    role = named(call, ROLES, call.path["roleId"], "Role").id
    users = [named(call, USERS, id_, "User").id for id_ in call.body]
    for id_ in users:
        set_pairs(call.org, id_, {pair for pair in pairs_of(call.org, id_) if pair[0] != role})
    return Answer(body=users)


def role_grants(call: Call) -> Answer:
    """``GET …/roles/{roleId}/subjectgrants`` → SubjectDivisionGrants, one a subject."""
    role = named(call, ROLES, call.path["roleId"], "Role").id
    found: dict[str, list[str]] = {}
    for id_, (_, division) in subjects_with(call.org, role=role):
        found.setdefault(id_, []).append(division)
    return page(call, [_subject_grants(call.org, id_, divisions) for id_, divisions in found.items()])


def division_grants(call: Call) -> Answer:
    """``GET …/divisions/{divisionId}/grants``."""
    division = named(call, DIVISIONS, call.path["divisionId"], "Division").id
    return page(call, [_grant(call.org, *found) for found in subjects_with(call.org, division=division)], COUNTED)


def user_roles(call: Call) -> Answer:
    """``GET …/users/{subjectId}/roles`` → UserAuthorization."""
    return Answer(body=authorization_of(call.org, subject(call.org, call.path["subjectId"]).id))


def set_user_roles(call: Call) -> Answer:
    """``PUT …/users/{subjectId}/roles``: these roles in the home division; a role that stays keeps its divisions."""
    id_ = subject(call.org, call.path["subjectId"]).id
    wanted = [_role(call.org, role) for role in call.body]
    kept = {pair for pair in pairs_of(call.org, id_) if pair[0] in wanted}
    placed = {role for role, _ in kept}
    set_pairs(call.org, id_, kept | {(role, home_division(call.org)) for role in wanted if role not in placed})
    return Answer(body=authorization_of(call.org, id_))


def _change(call: Call, *, add: Iterable[Pair] = (), remove: Iterable[Pair] = ()) -> Answer:
    id_ = subject(call.org, call.path["subjectId"]).id
    set_pairs(call.org, id_, (pairs_of(call.org, id_) - set(remove)) | set(add))
    return DONE


def _pairs_in(call: Call, *, must_exist: bool = True) -> set[Pair]:
    pairs = {(str(grant["roleId"]), str(grant["divisionId"])) for grant in call.body["grants"]}
    if must_exist:
        pairs = {(_role(call.org, role), _division(call.org, division)) for role, division in pairs}
    return pairs


def _pair_in_path(call: Call) -> Pair:
    division = call.path["divisionId"]
    if division != ALL_DIVISIONS:
        division = named(call, DIVISIONS, division, "Division").id
    return named(call, ROLES, call.path["roleId"], "Role").id, division


def _role(org: Org, id_: str) -> str:
    if org.entities.get(ROLES, id_) is None:
        raise Refused(400, "invalid.value", f"There is no role {id_}", params={"roleId": id_})
    return id_


def _division(org: Org, id_: str) -> str:
    if id_ != ALL_DIVISIONS and org.entities.get(DIVISIONS, id_) is None:
        raise Refused(400, "invalid.value", f"There is no division {id_}", params={"divisionId": id_})
    return id_


def _subject_body(org: Org, entity: Entity) -> dict[str, Any]:
    grants = [_grant(org, entity.id, pair) for pair in sorted(pairs_of(org, entity.id))]
    path = f"/api/v2/authorization/subjects/{entity.id}"
    return {"id": entity.id, "name": entity.name, "grants": grants, "version": org.grants_version, "selfUri": path}


def _grant(org: Org, subject_id: str, pair: Pair) -> dict[str, Any]:
    return {"subjectId": subject_id, "division": _division_body(org, pair[1]), "role": _role_body(org, pair[0])}


def _role_body(org: Org, id_: str) -> dict[str, Any]:
    role = org.entities.get(ROLES, id_)
    if role is None:  # a client may name a role that a variation took away
        return {"id": id_, "selfUri": f"/api/v2/authorization/roles/{id_}"}
    policies = [
        {
            **{key: one[key] for key in ("domain", "entityName") if one.get(key)},
            "actions": list(one.get("actionSet") or ()),
        }
        for one in role_policies(role.body)
    ]
    return {
        "id": id_,
        "name": role.name,
        "description": role.body.get("description", ""),
        "default": bool(role.body.get("default")),
        "policies": policies,
        "selfUri": role.body.get("selfUri", ""),
    }


def _division_body(org: Org, id_: str) -> dict[str, Any]:
    division = org.entities.get(DIVISIONS, id_)
    if division is not None:
        return dict(division.body)
    return {"id": id_, "name": id_, "description": "", "selfUri": f"/api/v2/authorization/divisions/{id_}"}


def _subject_grants(org: Org, id_: str, divisions: list[str]) -> dict[str, Any]:
    entity = subject(org, id_)
    bodies = [_division_body(org, one) for one in divisions]
    shown = [{key: body[key] for key in ("id", "name", "selfUri") if key in body} for body in bodies]
    path = f"/api/v2/authorization/subjects/{id_}"
    return {"id": id_, "name": entity.name, "divisions": shown, "type": SUBJECT_TYPES[entity.type], "selfUri": path}


def authorization_of(org: Org, id_: str) -> dict[str, Any]:
    """UserAuthorization: all that a user holds, by himself or through his groups."""
    policies = policies_of(org, id_)
    roles = [org.entities.get(ROLES, role) for role in dict.fromkeys(role for role, _ in sorted(held_by(org, id_)))]
    names = {f"{p.get('domain')}:{p.get('entityName')}:{a}" for p in policies for a in p.get("actionSet") or ()}
    return {
        "roles": [{"id": role.id, "name": role.name} for role in roles if role is not None],
        "unusedRoles": [],
        "permissions": sorted(names),
        "permissionPolicies": [dict(policy) for policy in policies],
    }


ACTIONS: Final[Mapping[str, Action]] = {
    "getAuthorizationSubject": get_subject,
    "getAuthorizationSubjectsMe": get_own_subject,
    "postAuthorizationSubjectBulkadd": bulk_add,
    "postAuthorizationSubjectBulkremove": bulk_remove,
    "postAuthorizationSubjectBulkreplace": bulk_replace,
    "postAuthorizationSubjectDivisionRole": add_one,
    "deleteAuthorizationSubjectDivisionRole": remove_one,
    "postAuthorizationRole": grant_role,
    "getAuthorizationRoleUsers": role_users,
    "putAuthorizationRoleUsersAdd": add_users,
    "putAuthorizationRoleUsersRemove": remove_users,
    "getAuthorizationRoleSubjectgrants": role_grants,
    "getAuthorizationDivisionGrants": division_grants,
    "getUserRoles": user_roles,
    "putUserRoles": set_user_roles,
}
