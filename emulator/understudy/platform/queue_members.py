"""The members of a queue: who is one by himself, who by a group, and who has joined.

Routing gives conversations only to those who joined (facts: platform-api §4, §7).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from understudy.conversations.commands import AssignWaiting
from understudy.directory.membership import GROUPS, reached_by
from understudy.world.entities import Entity
from understudy.world.org import Org

USERS: Final = "users"
QUEUES: Final = "routing.queues"
MEMBERS: Final = "queue.members"  # org.live[MEMBERS]: dict[queue id, dict[user id, joined]]
BY_GROUP: Final = "queue.members.by_group"  # org.live[BY_GROUP]: dict[queue id, list[user id]], those not by themselves


def members_of(org: Org, queue: str) -> dict[str, bool]:
    """The members of a queue and whether each has joined, in order of entry."""
    return dict(org.live.get(MEMBERS, {}).get(queue, {}))


def by_group(org: Org, queue: str) -> Collection[str]:
    """Those of the members who are so by a group and not by themselves."""
    return frozenset(org.live.get(BY_GROUP, {}).get(queue, ()))


def set_members(org: Org, queue: str, members: Mapping[str, bool]) -> None:
    """Replace the members of a queue; the queue's own counts follow."""
    before = members_of(org, queue)
    org.live.setdefault(MEMBERS, {})[queue] = dict(members)
    for user in {**before, **members}:
        if before.get(user) != members.get(user):  # who left is told as not joined
            org.changed("queue.member", queue=queue, user=user, joined=bool(members.get(user)))
    entity = org.entities.get(QUEUES, queue)
    if entity is not None:
        joined = sum(members.values())
        own = len(members.keys() - set(by_group(org, queue)))
        counts = {"memberCount": len(members), "userMemberCount": own, "joinedMemberCount": joined}
        org.entities.put(QUEUES, queue, {**entity.body, **counts})
        org.perform(AssignWaiting(queue))


def follow_groups(org: Org) -> None:
    """Members by group follow the groups that the queues name (``memberGroups``): who comes in has joined."""
    for queue in list(org.entities.of(QUEUES).values()):
        if queue.body.get("memberGroups") or queue.id in org.live.get(BY_GROUP, {}):
            follow_groups_of(org, queue)


def follow_groups_of(org: Org, queue: Entity) -> None:
    """The same for one queue; its groups say how many members each brings."""
    reached: dict[str, None] = {}
    groups = []
    for named_group in queue.body.get("memberGroups") or ():
        id_ = str(named_group.get("id") or "")
        users = [user for user in reached_by(org, id_) if org.entities.get(USERS, user)]
        reached.update(dict.fromkeys(users))
        groups.append({**named_group, "memberCount": len(users)} if id_ in org.entities.of(GROUPS) else named_group)
    before, grouped = members_of(org, queue.id), by_group(org, queue.id)
    own = {user: joined for user, joined in before.items() if user not in grouped}
    added = [user for user in reached if user not in own]
    org.live.setdefault(BY_GROUP, {})[queue.id] = added
    if groups:
        org.entities.put(QUEUES, queue.id, {**queue.body, "memberGroups": groups})
    set_members(org, queue.id, {**own, **{user: before.get(user, True) for user in added}})


def stay_by_self(org: Org, queue: str, users: Collection[str]) -> None:
    """Who is added by himself is no member by group any more."""
    grouped = org.live.get(BY_GROUP, {})
    if queue in grouped:
        grouped[queue] = [user for user in grouped[queue] if user not in users]


def forget_queue(org: Org, queue: str) -> None:
    """A deleted queue has no members."""
    org.live.get(BY_GROUP, {}).pop(queue, None)
    org.live.get(MEMBERS, {}).pop(queue, None)
