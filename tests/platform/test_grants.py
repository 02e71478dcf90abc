from __future__ import annotations

import pytest

from understudy.directory.membership import set_group_members
from understudy.errors import Refused
from understudy.platform.catalogue import Catalogue
from understudy.platform.grants import (
    divisions_of,
    forget_role,
    granted,
    granted_names,
    held_by,
    home_division,
    is_admin,
    pairs_of,
    role_policies,
    set_pairs,
    subject,
    subjects_with,
)
from understudy.platform.permissions import Permissions
from understudy.world.org import Org
from understudy.world.tokens import Token


@pytest.fixture(scope="session")
def permissions(catalogue: Catalogue) -> Permissions:
    return Permissions(catalogue)


def _role(org: Org, id_: str, *actions: str) -> None:
    policy = {"domain": "routing", "entityName": "queue", "actionSet": list(actions)}
    org.entities.put("authorization.roles", id_, {"id": id_, "name": id_, "permissionPolicies": [policy]})


def _token(org: Org, client: str, user: str | None = None) -> Token:
    return Token("t", client, org.id, 0.0, 1.0, user)


def test_a_clients_roles_come_from_its_body(office: Org, permissions: Permissions) -> None:
    _role(office, "viewer", "view")
    office.entities.put("oauth.clients", "c", {"id": "c", "name": "c", "roleIds": ["viewer"]})
    assert pairs_of(office, "c") == {("viewer", home_division(office))}
    assert permissions.names(granted(office, _token(office, "c"), permissions)) == ["routing:queue:view"]


def test_a_role_with_a_division_is_not_granted_in_the_home_division_too(office: Org) -> None:
    body = {"roleIds": ["viewer"], "roleDivisions": [{"roleId": "viewer", "divisionId": "d2"}]}
    office.entities.put("oauth.clients", "c", {"id": "c", **body})
    assert pairs_of(office, "c") == {("viewer", "d2")}


def test_the_mask_is_cached_until_a_grant_changes(office: Org, permissions: Permissions) -> None:
    _role(office, "viewer", "view")
    _role(office, "editor", "edit")
    office.entities.put("users", "u", {"id": "u", "name": "Ann"})
    set_pairs(office, "u", {("viewer", "d")})
    token = _token(office, "c", "u")
    before = granted(office, token, permissions)
    office.live["grants"]["u"] = {("editor", "d")}  # behind the cache's back
    assert granted(office, token, permissions) == before
    set_pairs(office, "u", {("editor", "d")})
    assert permissions.names(granted(office, token, permissions)) == ["routing:queue:edit"]


def test_a_users_token_has_the_users_permissions_not_the_clients(office: Org, permissions: Permissions) -> None:
    boss = next(iter(office.entities.of("oauth.clients")))
    office.entities.put("users", "u", {"id": "u", "name": "Ann"})
    assert granted(office, _token(office, boss, "u"), permissions) == 0
    assert granted(office, _token(office, boss), permissions) == permissions.all


def test_granted_names_spell_out_wildcards_and_keep_unknown_ones(office: Org, permissions: Permissions) -> None:
    policies = [
        {"domain": "messaging", "entityName": "setting", "actionSet": ["*"]},
        {"domain": "agentUI", "entityName": "conversationDetails", "actionSet": ["view"]},
    ]
    office.entities.put("authorization.roles", "r", {"id": "r", "permissionPolicies": policies})
    office.entities.put("oauth.clients", "c", {"id": "c", "roleIds": ["r"]})
    assert granted_names(office, "c", permissions) == [
        "agentUI:conversationDetails:view",
        "messaging:setting:add",
        "messaging:setting:delete",
        "messaging:setting:edit",
        "messaging:setting:view",
    ]


def test_a_roles_plain_permissions_count_as_policies() -> None:
    assert role_policies({"permissions": ["routing:queue:view"]}) == [
        {"domain": "routing", "entityName": "queue", "actionSet": ["view"]}
    ]


@pytest.mark.parametrize("body", [{}, {"permissionPolicies": None}, {"permissionPolicies": ["x"], "permissions": [1]}])
def test_a_role_without_policies_grants_nothing(body: dict[str, object]) -> None:
    assert role_policies(body) == []


def test_setting_a_clients_grants_changes_its_body(office: Org) -> None:
    office.entities.put("oauth.clients", "c", {"id": "c", "name": "c", "roleIds": ["old"]})
    version = office.grants_version
    set_pairs(office, "c", {("new", "d1")})
    client = office.entities.get("oauth.clients", "c")
    assert client is not None
    assert client.body["roleIds"] == ["new"]
    assert client.body["roleDivisions"] == [{"roleId": "new", "divisionId": "d1"}]
    assert office.grants_version == version + 1


def test_a_forgotten_role_is_nobodys(office: Org) -> None:
    office.entities.put("oauth.clients", "c", {"id": "c", "name": "c", "roleIds": ["gone", "kept"]})
    office.entities.put("users", "u", {"id": "u", "name": "Ann"})
    set_pairs(office, "u", {("gone", "d"), ("kept", "d")})
    forget_role(office, "gone")
    assert subjects_with(office, role="gone") == []
    assert pairs_of(office, "u") == {("kept", "d")}
    assert {role for role, _ in pairs_of(office, "c")} == {"kept"}


def test_a_subject_that_does_not_exist_is_404(office: Org) -> None:
    with pytest.raises(Refused, match=r"404 not\.found"):
        subject(office, "nobody")


def test_a_user_holds_the_grants_of_his_groups_unless_they_have_no_roles(office: Org) -> None:
    office.entities.put("users", "u", {"id": "u", "name": "Ann"})
    body = {"id": "g", "name": "G"}
    office.entities.put("groups", "g", body)
    set_group_members(office, "g", ["u"])
    set_pairs(office, "g", {("viewer", "d")})
    set_pairs(office, "u", {("editor", "d")})
    assert held_by(office, "u") == {("viewer", "d"), ("editor", "d")}
    office.entities.put("groups", "g", {**body, "rolesEnabled": False})
    assert held_by(office, "u") == {("editor", "d")}


def test_the_divisions_of_a_permission_are_those_of_the_roles_that_have_it(office: Org) -> None:
    _role(office, "viewer", "view")
    _role(office, "editor", "*")
    office.entities.put("users", "u", {"id": "u", "name": "Ann"})
    set_pairs(office, "u", {("viewer", "north"), ("editor", "*")})
    assert divisions_of(office, "u", "Routing:queue:VIEW") == {"north", "*"}
    assert divisions_of(office, "u", "routing:queue:edit") == {"*"}
    assert divisions_of(office, "u", "routing:skill:edit") == set()


@pytest.mark.parametrize(
    ("policy", "is_free"),
    [
        ({"domain": "*", "entityName": "*", "actionSet": ["*"]}, True),
        ({"domain": "admin"}, True),
        ({"domain": "*", "entityName": "*", "actionSet": ["view"]}, False),
        ({"domain": "routing", "entityName": "*", "actionSet": ["*"]}, False),
        ({}, False),
    ],
)
def test_general_admin_is_free_of_divisions(policy: dict[str, object], is_free: bool) -> None:
    assert is_admin(policy) is is_free
