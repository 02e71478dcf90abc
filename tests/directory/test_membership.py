from __future__ import annotations

import pytest

from understudy.directory.membership import (
    forget_user,
    groups_of,
    individuals_of,
    members_of,
    reached_by,
    set_group_members,
)
from understudy.world.entities import Entity
from understudy.world.org import Org


@pytest.fixture
def group(office: Org) -> Entity:
    body = {"id": "g", "name": "Tier 1", "version": 1, "memberCount": 0, "owners": [{"id": "boss"}]}
    return office.entities.put("groups", "g", body)


def test_count_version_and_permissions_follow_the_members(office: Org, group: Entity) -> None:
    before = office.grants_version
    set_group_members(office, "g", ["ann", "ben", "ann"])
    assert members_of(office, "g") == ["ann", "ben"]
    body = office.entities.of("groups")["g"].body
    assert (body["memberCount"], body["version"]) == (2, 2)
    assert office.grants_version > before


def test_owners_are_individuals_and_count_only_where_they_are_included(office: Org, group: Entity) -> None:
    set_group_members(office, "g", ["ann"])
    assert individuals_of(office, group) == ["ann", "boss"]
    assert (reached_by(office, "g"), groups_of(office, "boss")) == (["ann"], [])
    office.entities.put("groups", "g", {**group.body, "includeOwners": True})
    assert (reached_by(office, "g"), groups_of(office, "boss")) == (["ann", "boss"], ["g"])


def test_a_deleted_user_is_in_no_group(office: Org, group: Entity) -> None:
    set_group_members(office, "g", ["ann", "ben"])
    forget_user(office, "ann")
    assert (members_of(office, "g"), groups_of(office, "ann")) == (["ben"], [])


def test_a_group_that_is_not_there_reaches_nobody(office: Org) -> None:
    assert (reached_by(office, "g"), members_of(office, "g")) == ([], [])
