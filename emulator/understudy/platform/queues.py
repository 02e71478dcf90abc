"""Queues: their members (who may join and leave by themselves) and their wrap-up codes.

A member is listed with ``joined``; routing gives conversations only to those who joined (facts: platform-api §4, §7).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from understudy.conversations.commands import AssignWaiting, RoutingStatus
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.lifecycle import Lifecycle
from understudy.platform.listings import NUMBERED, UNCOUNTED, named, page, reference
from understudy.platform.messages import Answer
from understudy.routing.agents import status_body, statuses
from understudy.world.entities import Entity
from understudy.world.org import Org

USERS: Final = "users"
QUEUES: Final = "routing.queues"
CODES: Final = "routing.wrapupcodes"
MEMBERS: Final = "queue.members"  # org.live[MEMBERS]: dict[queue id, dict[user id, joined]]
QUEUE_CODES: Final = "queue.wrapupcodes"  # org.live[QUEUE_CODES]: dict[queue id, list[wrap-up code id]]
DONE: Final = Answer()  # the status is the operation's own


def members_of(org: Org, queue: str) -> dict[str, bool]:
    """The members of a queue and whether each has joined, in order of entry."""
    return dict(org.live.get(MEMBERS, {}).get(queue, {}))


def set_members(org: Org, queue: str, members: Mapping[str, bool]) -> None:
    """Replace the members of a queue; the queue's own counts follow."""
    org.live.setdefault(MEMBERS, {})[queue] = dict(members)
    entity = org.entities.get(QUEUES, queue)
    if entity is not None:
        joined = sum(members.values())
        counts = {"memberCount": len(members), "userMemberCount": len(members), "joinedMemberCount": joined}
        org.entities.put(QUEUES, queue, {**entity.body, **counts})
        org.perform(AssignWaiting(queue))


def codes_of(org: Org, queue: str) -> list[str]:
    """The wrap-up codes of a queue, in order of entry."""
    return list(org.live.get(QUEUE_CODES, {}).get(queue, ()))


def set_queue_wrapupcodes(org: Org, queue: str, codes: Iterable[str]) -> None:
    """Replace the wrap-up codes of a queue."""
    org.live.setdefault(QUEUE_CODES, {})[queue] = list(dict.fromkeys(codes))


def queue_consequence(call: Call, before: Entity | None, after: Entity | None) -> None:
    """A new queue has no members yet; a deleted one has none any more."""
    if before is not None and after is None:
        call.org.live.get(MEMBERS, {}).pop(before.id, None)
        call.org.live.get(QUEUE_CODES, {}).pop(before.id, None)


def code_consequence(call: Call, before: Entity | None, after: Entity | None) -> None:
    """A deleted wrap-up code leaves its queues."""
    if before is not None and after is None:
        for queue, codes in call.org.live.get(QUEUE_CODES, {}).items():
            set_queue_wrapupcodes(call.org, queue, [code for code in codes if code != before.id])


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
            members.pop(user, None)
    else:
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
    del members[call.path["memberId"]]
    return _changed(call, queue, members, DONE)


def list_codes(call: Call) -> Answer:
    """``GET …/queues/{queueId}/wrapupcodes``."""
    wanted = call.query.get("name", "").casefold()
    codes = [call.org.entities.get(CODES, id_) for id_ in codes_of(call.org, _queue(call))]
    return page(call, [code.body for code in codes if code is not None and wanted in code.name.casefold()])


def add_codes(call: Call) -> Answer:
    """``POST …/queues/{queueId}/wrapupcodes`` (WrapUpCodeReference[]) → the codes that were named."""
    queue = _queue(call)
    codes = [named(call, CODES, str(one.get("id") or ""), "Wrap-up code") for one in call.body]
    set_queue_wrapupcodes(call.org, queue, [*codes_of(call.org, queue), *(code.id for code in codes)])
    return Answer(body=[code.body for code in codes])


def remove_code(call: Call) -> Answer:
    """``DELETE …/queues/{queueId}/wrapupcodes/{codeId}``."""
    queue, code = _queue(call), call.path["codeId"]
    if code not in codes_of(call.org, queue):
        raise Refused(404, "not.found", f"The queue has no wrap-up code [{code}]", params={"id": code})
    set_queue_wrapupcodes(call.org, queue, [one for one in codes_of(call.org, queue) if one != code])
    return DONE


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
    by_group = call.query.get("memberBy") == "group"  # members by group are not rehearsed: there are none
    found = (
        []
        if by_group
        else [_member(call.org, queue, user, is_in) for user, is_in in members_of(call.org, queue).items()]
    )
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
        "memberBy": "user",
        "routingStatus": status_body(org, user),
        "selfUri": f"/api/v2/routing/queues/{queue}/members/{user}",
    }


def _queues(call: Call, user: str) -> list[dict[str, Any]]:
    wanted = call.query.get("joined")
    found = []
    for queue in call.org.entities.of(QUEUES).values():
        joined = members_of(call.org, queue.id).get(user)
        if joined is not None and wanted in (None, str(joined).lower()):
            found.append(_user_queue(queue, joined))
    return found


def _user_queue(queue: Entity, joined: bool) -> dict[str, Any]:
    """UserQueue: a Queue that says whether the user joined, and not whether it answers by itself."""
    return {**{key: value for key, value in queue.body.items() if key != "autoAnswerOnly"}, "joined": joined}


RULES: Final[Mapping[str, Lifecycle]] = {
    QUEUES: Lifecycle(consequence=queue_consequence),
    CODES: Lifecycle(consequence=code_consequence),
}
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
    "getRoutingQueueWrapupcodes": list_codes,
    "postRoutingQueueWrapupcodes": add_codes,
    "deleteRoutingQueueWrapupcode": remove_code,
    "getRoutingQueuesMe": own_queues,
    "getUserQueues": queues_of_user,
    "patchUserQueues": patch_queues_of_user,
    "patchUserQueue": patch_queue_of_user,
}
