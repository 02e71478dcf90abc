"""Who works in a queue, asked of the queue and of the user: members are added, leave, and say whether they joined.

A member by a group is listed like the others and leaves with the group.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.conversations.commands import RoutingStatus
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.grants import visible
from understudy.platform.listings import NUMBERED, UNCOUNTED, named, page, reference
from understudy.platform.messages import Answer
from understudy.platform.queue_members import QUEUES, USERS, by_group, members_of, set_members, stay_by_self
from understudy.routing.agents import status_body, statuses
from understudy.world.entities import Entity
from understudy.world.org import Org

DONE: Final = Answer()  # the status is the operation's own


def list_members(call: Call) -> Answer:
    """``GET …/queues/{queueId}/members``: no total in its paging."""
    return page(call, _chosen(call, _queue(call)), UNCOUNTED)


def list_members_counted(call: Call) -> Answer:
    """``GET …/queues/{queueId}/users``, the older form with a total."""
    return page(call, _chosen(call, _queue(call)), NUMBERED)


def post_members(call: Call) -> Answer:
    """``POST …/members``: adds users (joined), or with ``?delete=true`` removes them."""
    queue = _queue(call)
    members = members_of(call.org, queue)
    users = [named(call, USERS, str(one.get("id") or ""), "User").id for one in call.body]
    if call.query.get("delete") == "true":
        for user in users:
            _check_own(call.org, queue, user)
            members.pop(user, None)
    else:
        stay_by_self(call.org, queue, users)
        members.update({user: True for user in users if user not in members})
    return _changed(call, queue, members, DONE)


def patch_members(call: Call) -> Answer:
    """``PATCH …/members`` (QueueMember[]): ``joined`` of several."""
    queue = _queue(call)
    members = members_of(call.org, queue)
    for given in call.body:
        _join(members, str(given.get("id") or ""), given.get("joined"))
    _changed(call, queue, members, DONE)
    return page(call, _chosen(call, queue), UNCOUNTED)


def patch_member(call: Call) -> Answer:
    """``PATCH …/members/{memberId}``: ``joined`` of one."""
    queue = _queue(call)
    members = members_of(call.org, queue)
    _join(members, call.path["memberId"], call.body.get("joined"))
    return _changed(call, queue, members, DONE)


def delete_member(call: Call) -> Answer:
    """``DELETE …/members/{memberId}``."""
    queue = _queue(call)
    members = members_of(call.org, queue)
    _join(members, call.path["memberId"], None)
    _check_own(call.org, queue, call.path["memberId"])
    del members[call.path["memberId"]]
    return _changed(call, queue, members, DONE)


def queues_of_user(call: Call) -> Answer:
    """``GET …/users/{userId}/queues``; ``joined`` filters."""
    return page(call, _queues(call, named(call, USERS, call.path["userId"], "User").id))


def own_queues(call: Call) -> Answer:
    """``GET …/routing/queues/me``: of the token's user; client credentials have none."""
    return page(call, _queues(call, call.token.user or ""))


def patch_queues_of_user(call: Call) -> Answer:
    """``PATCH …/users/{userId}/queues`` (UserQueue[]): the user joins or leaves several."""
    for given in call.body:
        _join_queue(call, str(given.get("id") or ""), given.get("joined"))
    return queues_of_user(call)


def patch_queue_of_user(call: Call) -> Answer:
    """``PATCH …/users/{userId}/queues/{queueId}``."""
    queue = named(call, QUEUES, call.path["queueId"], "Queue")
    _join_queue(call, queue.id, call.body.get("joined"))
    joined = members_of(call.org, queue.id)[call.path["userId"]]
    return Answer(body=_user_queue(call.org.entities.get(QUEUES, queue.id) or queue, joined))


def _queue(call: Call) -> str:
    return named(call, QUEUES, call.path["queueId"], "Queue").id


def _check_own(org: Org, queue: str, user: str) -> None:
    """Who is a member by a group leaves with the group (assumed)."""
    if user in by_group(org, queue):
        raise Refused(400, "bad.request", f"User [{user}] is a member of the queue by a group", params={"id": user})


def _join(members: dict[str, bool], user: str, joined: object) -> None:
    if user not in members:
        raise Refused(404, "not.found", f"User [{user}] is not a member of the queue", params={"id": user})
    if isinstance(joined, bool):
        members[user] = joined


def _join_queue(call: Call, queue: str, joined: object) -> None:
    named(call, QUEUES, queue, "Queue")
    members = members_of(call.org, queue)
    _join(members, named(call, USERS, call.path["userId"], "User").id, joined)
    _changed(call, queue, members, DONE)


def _changed(call: Call, queue: str, members: Mapping[str, bool], answer: Answer) -> Answer:
    """Store the members; idle agents who joined get what waits, by saying again that they are idle."""
    before = members_of(call.org, queue)
    set_members(call.org, queue, members)
    for user, joined in members.items():
        if joined and not before.get(user) and statuses(call.org).get(user) == "IDLE":
            call.perform(RoutingStatus(user, "IDLE"))
    return answer


def _chosen(call: Call, queue: str) -> list[dict[str, Any]]:
    name = call.query.get("name", "").casefold()
    joined, wanted = call.query.get("joined"), call.query.get("routingStatus")
    found = [_member(call.org, queue, user, is_in) for user, is_in in members_of(call.org, queue).items()]
    found = [one for one in found if call.query.get("memberBy") in (None, one["memberBy"])]
    found = [one for one in found if name in one["name"].casefold() and joined in (None, str(one["joined"]).lower())]
    if wanted:
        found = [one for one in found if one["routingStatus"]["status"] in wanted.split(",")]
    return found[::-1] if call.query.get("sortOrder") == "desc" else found


def _member(org: Org, queue: str, user: str, joined: bool) -> dict[str, Any]:
    entity = org.entities.get(USERS, user)
    shown = {**reference(entity), "version": entity.body.get("version", 1)} if entity else {"id": user, "version": 1}
    return {
        "id": user,
        "name": entity.name if entity else user,
        "user": shown,
        "ringNumber": 1,
        "joined": joined,
        "memberBy": "group" if user in by_group(org, queue) else "user",
        "routingStatus": status_body(org, user),
        "selfUri": f"/api/v2/routing/queues/{queue}/members/{user}",
    }


def _queues(call: Call, user: str) -> list[dict[str, Any]]:
    wanted, divisions = call.query.get("joined"), call.query.get("divisionId")
    found = []
    for queue in visible(call, call.org.entities.of(QUEUES).values()):
        if divisions and (queue.body.get("division") or {}).get("id") not in divisions.split(","):
            continue
        joined = members_of(call.org, queue.id).get(user)
        if joined is not None and wanted in (None, str(joined).lower()):
            found.append(_user_queue(queue, joined))
    return found


def _user_queue(queue: Entity, joined: bool) -> dict[str, Any]:
    """UserQueue: a Queue that says whether the user joined, and not whether it answers by itself."""
    return {**{key: value for key, value in queue.body.items() if key != "autoAnswerOnly"}, "joined": joined}


ACTIONS: Final[Mapping[str, Action]] = {
    "getRoutingQueueMembers": list_members,
    "postRoutingQueueMembers": post_members,
    "patchRoutingQueueMembers": patch_members,
    "patchRoutingQueueMember": patch_member,
    "deleteRoutingQueueMember": delete_member,
    "getRoutingQueueUsers": list_members_counted,
    "postRoutingQueueUsers": post_members,
    "patchRoutingQueueUsers": patch_members,
    "patchRoutingQueueUser": patch_member,
    "deleteRoutingQueueUser": delete_member,
    "getRoutingQueuesMe": own_queues,
    "getUserQueues": queues_of_user,
    "patchUserQueues": patch_queues_of_user,
    "patchUserQueue": patch_queue_of_user,
}
