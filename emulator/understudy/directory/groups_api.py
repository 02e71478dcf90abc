"""Groups: their owners, members and individuals (facts: platform-api §2, groups).

Members are added and removed against the group's version where the request names one (facts: platform-api §4). Everyone
may do so: the catalogue asks for no permission.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Final

import orjson

from understudy.directory.expand import expanded
from understudy.directory.membership import GROUPS, LIVE, individuals_of, members_of, set_group_members
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.grants import USERS, set_pairs
from understudy.platform.lifecycle import Lifecycle
from understudy.platform.listings import NUMBERED, named
from understudy.platform.messages import Answer
from understudy.platform.paging import listing
from understudy.platform.queue_members import follow_groups
from understudy.world.entities import Entity

VISIBILITIES: Final = {"ownerIds": "owners"}  # GroupUpdate spells one visibility differently from Group


def group_defaults(call: Call, body: dict[str, Any]) -> None:
    """A new group has the owners it names."""
    body["owners"] = _owners(call)


def group_check(call: Call, before: Entity | None, after: dict[str, Any] | None) -> None:
    """A group keeps name and visibility, whatever an update says of them; owners are users."""
    if after is None or before is None:
        return
    for field in ("name", "visibility", "rulesVisible"):
        if field not in after:
            raise Refused(400, "required.field.missing", f"{field} is required", params={"field": field})
    after["visibility"] = VISIBILITIES.get(after["visibility"], after["visibility"])
    if (call.body or {}).get("ownerIds") is not None:
        after["owners"] = _owners(call)


def group_consequence(call: Call, before: Entity | None, after: Entity | None) -> None:
    """Roles and queues follow the owners; of a deleted group neither members nor grants are left."""
    call.org.grants_version += 1
    if after is None and before is not None:
        call.org.live.get(LIVE, {}).pop(before.id, None)
        set_pairs(call.org, before.id, ())
    follow_groups(call.org)


def list_members(call: Call) -> Answer:
    """``GET …/groups/{groupId}/members``; ``expand`` as for users."""
    found = _users(call, members_of(call.org, _group(call).id))
    return _page(call, found[::-1] if call.query.get("sortOrder", "").casefold().startswith("desc") else found)


def list_individuals(call: Call) -> Answer:
    """``GET …/groups/{groupId}/individuals``: members and owners."""
    return _page(call, _users(call, individuals_of(call.org, _group(call))))


def add_members(call: Call) -> Answer:
    """``POST …/groups/{groupId}/members`` (GroupMembersUpdate)."""
    group = _group(call)
    version = call.body.get("version")
    if version is not None and version != group.body.get("version"):
        message = f"Version {version} does not match the current version {group.body.get('version')} of {group.name}"
        raise Refused(409, "general.conflict", message, params={"version": str(group.body.get("version"))})
    users = [named(call, USERS, id_, "User").id for id_ in call.body["memberIds"]]
    return _changed(call, group, [*members_of(call.org, group.id), *users])


def remove_members(call: Call) -> Answer:
    """``DELETE …/groups/{groupId}/members?ids=…``; who is no member is passed over."""
    group = _group(call)
    gone = set(call.query["ids"].split(","))
    return _changed(call, group, [user for user in members_of(call.org, group.id) if user not in gone])


def _changed(call: Call, group: Entity, members: Iterable[str]) -> Answer:
    set_group_members(call.org, group.id, members)
    follow_groups(call.org)
    return Answer(body={})


def _group(call: Call) -> Entity:
    return named(call, GROUPS, call.path["groupId"], "Group")


def _owners(call: Call) -> list[dict[str, Any]]:
    owners = dict.fromkeys((call.body or {}).get("ownerIds") or ())
    return [{"id": id_, "selfUri": f"/api/v2/users/{named(call, USERS, id_, 'User').id}"} for id_ in owners]


def _users(call: Call, ids: Iterable[str]) -> list[Entity]:
    return [user for id_ in ids if (user := call.org.entities.get(USERS, id_)) is not None]


def _page(call: Call, users: list[Entity]) -> Answer:
    shown = partial(_shown, call) if call.query.get("expand") else None
    return Answer(encoded=listing(call, users, NUMBERED, shown))


def _shown(call: Call, user: Entity) -> bytes | None:
    body = expanded(call, user)
    return orjson.dumps(body) if body else None


RULES: Final[Mapping[str, Lifecycle]] = {GROUPS: Lifecycle(group_defaults, group_check, group_consequence)}
ACTIONS: Final[Mapping[str, Action]] = {
    "getGroupMembers": list_members,
    "getGroupIndividuals": list_individuals,
    "postGroupMembers": add_members,
    "deleteGroupMembers": remove_members,
}
