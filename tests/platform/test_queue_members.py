from __future__ import annotations

from collections.abc import Callable
from typing import Any

from understudy.platform.queue_members import by_group, follow_groups, forget_queue, members_of, set_members
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
QUEUES = "/api/v2/routing/queues"


def test_members_by_group_follow_the_group(ask: Ask, office: Org, queue: str, group: str) -> None:
    set_members(office, queue, {"ben": True})
    body = {"name": "Support", "memberGroups": [{"id": group, "type": "GROUP"}]}
    status, changed = ask("PUT", f"{QUEUES}/{queue}", body)
    assert (status, changed["memberGroups"][0]["memberCount"]) == (200, 1)
    assert (changed["memberCount"], changed["userMemberCount"], changed["joinedMemberCount"]) == (2, 1, 2)
    listed = ask("GET", f"{QUEUES}/{queue}/members")[1]["entities"]
    assert {one["id"]: one["memberBy"] for one in listed} == {"ben": "user", "ann": "group"}
    assert [one["id"] for one in ask("GET", f"{QUEUES}/{queue}/members?memberBy=group")[1]["entities"]] == ["ann"]
    assert ask("DELETE", f"{QUEUES}/{queue}/members/ann")[0] == 400
    ask("DELETE", f"/api/v2/groups/{group}/members?ids=ann")
    assert members_of(office, queue) == {"ben": True}
    ask("POST", f"/api/v2/groups/{group}/members", {"memberIds": ["ann", "ben"]})
    assert members_of(office, queue) == {"ben": True, "ann": True}
    assert ask("PUT", f"{QUEUES}/{queue}", {"name": "Support"})[1]["memberCount"] == 1
    assert members_of(office, queue) == {"ben": True}


def test_a_member_by_group_keeps_what_he_said_and_may_become_one_by_himself(
    ask: Ask, office: Org, queue: str, group: str
) -> None:
    ask("PUT", f"{QUEUES}/{queue}", {"name": "Support", "memberGroups": [{"id": group, "type": "GROUP"}]})
    ask("PATCH", f"{QUEUES}/{queue}/members/ann", {"joined": False})
    ask("POST", f"/api/v2/groups/{group}/members", {"memberIds": ["ben"]})
    assert members_of(office, queue) == {"ann": False, "ben": True}
    ask("POST", f"{QUEUES}/{queue}/members", [{"id": "ann"}])
    assert ask("GET", f"{QUEUES}/{queue}")[1]["userMemberCount"] == 1
    ask("DELETE", "/api/v2/users/ben")
    assert members_of(office, queue) == {"ann": False}


def test_a_group_that_is_not_there_is_refused(ask: Ask, queue: str) -> None:
    body = {"name": "Support", "memberGroups": [{"id": "nothing", "type": "GROUP"}]}
    assert ask("PUT", f"{QUEUES}/{queue}", body)[0] == 400


def test_who_comes_and_goes_is_told_as_a_change(office: Org, queue: str) -> None:
    set_members(office, queue, {"ann": True, "ben": False})
    start = office.changes.end
    set_members(office, queue, {"ben": False})
    told = [change.data for change in office.changes.read(start) if change.kind == "queue.member"]
    assert told == [{"queue": queue, "user": "ann", "joined": False}]


def test_a_deleted_queue_has_no_members_of_either_sort(ask: Ask, office: Org, queue: str, group: str) -> None:
    set_members(office, queue, {"ben": True})
    body = {**office.entities.of("routing.queues")[queue].body, "memberGroups": [{"id": group}]}
    office.entities.put("routing.queues", queue, body)
    follow_groups(office)
    assert (set(members_of(office, queue)), by_group(office, queue)) == ({"ann", "ben"}, {"ann"})
    forget_queue(office, queue)
    assert (members_of(office, queue), by_group(office, queue)) == ({}, frozenset())
