"""Who is in which group: live state of the org, and the roles and queues that follow from it.

A group's ``version`` is a counter that a change of its members raises too (assumed; GroupMembersUpdate names it).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from understudy.world.configuration import store
from understudy.world.entities import Entity
from understudy.world.org import Org

GROUPS: Final = "groups"
LIVE: Final = "group.members"  # org.live[LIVE]: dict[group id, dict[user id, True]], in order of entry


def members_of(org: Org, group: str) -> list[str]:
    """The members of a group, in order of entry."""
    return list(org.live.get(LIVE, {}).get(group, ()))


def individuals_of(org: Org, group: Entity) -> list[str]:
    """Members and owners, each once."""
    owners = [str(owner.get("id") or "") for owner in group.body.get("owners") or ()]
    return list(dict.fromkeys([*members_of(org, group.id), *owners]))


def groups_of(org: Org, user: str) -> list[str]:
    """The groups of a user; a group with ``includeOwners`` has its owners among its members."""
    members: dict[str, dict[str, bool]] = org.live.get(LIVE, {})
    groups = org.entities.of(GROUPS)
    return [id_ for id_, group in groups.items() if user in members.get(id_, ()) or _owns(group, user)]


def reached_by(org: Org, group: str) -> list[str]:
    """Everyone whom a group stands for: its members, and its owners where they are included."""
    entity = org.entities.get(GROUPS, group)
    if entity is None:
        return []
    return individuals_of(org, entity) if entity.body.get("includeOwners") else members_of(org, group)


def set_group_members(org: Org, group: str, members: Iterable[str]) -> None:
    """Replace the members of a group; its count and version follow, and cached permissions go stale."""
    chosen = dict.fromkeys(members, True)
    org.live.setdefault(LIVE, {})[group] = chosen
    org.grants_version += 1
    entity = org.entities.get(GROUPS, group)
    if entity is not None:
        version = int(entity.body.get("version") or 0) + 1
        store(org, GROUPS, group, {**entity.body, "memberCount": len(chosen), "version": version})


def forget_user(org: Org, user: str) -> None:
    """A deleted user is in no group any more."""
    for group, members in list(org.live.get(LIVE, {}).items()):
        if user in members:
            set_group_members(org, group, [one for one in members if one != user])


def _owns(group: Entity, user: str) -> bool:
    if not group.body.get("includeOwners"):
        return False
    return any(owner.get("id") == user for owner in group.body.get("owners") or ())
