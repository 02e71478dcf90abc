"""Queues: what a new one has, and their wrap-up codes. Their members are told in ``queue_members.py``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

from understudy.directory.membership import GROUPS
from understudy.errors import Refused
from understudy.material import material
from understudy.platform.call import Action, Call
from understudy.platform.lifecycle import Lifecycle
from understudy.platform.listings import named, page
from understudy.platform.messages import Answer
from understudy.platform.queue_members import BY_GROUP, QUEUES, follow_groups_of, forget_queue
from understudy.world.entities import Entity
from understudy.world.org import Org

CODES: Final = "routing.wrapupcodes"
QUEUE_CODES: Final = "queue.wrapupcodes"  # org.live[QUEUE_CODES]: dict[queue id, list[wrap-up code id]]
NOT_COPIED: Final = frozenset(
    {"id", "name", "division", "dateCreated", "dateModified", "createdBy", "modifiedBy", "selfUri", "peerId"}
    | {"memberCount", "userMemberCount", "joinedMemberCount", "memberGroups", "conditionalGroupRouting"}
)


@cache
def media_settings() -> Mapping[str, Mapping[str, Any]]:
    """What a new queue has for each medium where the request is silent."""
    document = tomllib.loads(material("contracts/platform_api/queue_media.toml").read_text("utf-8"))
    return {name: settings for name, settings in document.items() if isinstance(settings, dict)}


def codes_of(org: Org, queue: str) -> list[str]:
    """The wrap-up codes of a queue, in order of entry."""
    return list(org.live.get(QUEUE_CODES, {}).get(queue, ()))


def set_queue_wrapupcodes(org: Org, queue: str, codes: Iterable[str]) -> None:
    """Replace the wrap-up codes of a queue."""
    org.live.setdefault(QUEUE_CODES, {})[queue] = list(dict.fromkeys(codes))


def queue_defaults(call: Call, body: dict[str, Any]) -> None:
    """What the request leaves out comes from the queue that ``sourceQueueId`` names, else from the defaults."""
    sent = call.body or {}
    source = sent.get("sourceQueueId")
    if source:
        found = call.org.entities.get(QUEUES, str(source))
        if found is None:
            raise Refused(400, "invalid.value", f"There is no queue {source}", params={"field": "sourceQueueId"})
        given = {name for name, value in sent.items() if value is not None}
        body.update({name: value for name, value in found.body.items() if name not in given | NOT_COPIED})
    silent = media_settings()
    media = {**silent, **(body.get("mediaSettings") or {})}
    body["mediaSettings"] = {name: {**silent.get(name, {}), **given} for name, given in media.items()}


def queue_check(call: Call, before: Entity | None, after: dict[str, Any] | None) -> None:
    """Groups that become members exist; teams and skill groups are not kept here, so they are taken as they come."""
    known = call.org.entities.of(GROUPS)
    for group in (after or {}).get("memberGroups") or ():
        if group.get("type", "GROUP") == "GROUP" and str(group.get("id") or "") not in known:
            raise Refused(
                400, "invalid.value", f"There is no group {group.get('id')}", params={"field": "memberGroups"}
            )


def queue_consequence(call: Call, before: Entity | None, after: Entity | None) -> None:
    """A new queue has no members but those of its groups; a deleted one has none any more."""
    if after is not None and (after.body.get("memberGroups") or after.id in call.org.live.get(BY_GROUP, {})):
        follow_groups_of(call.org, after)
    if before is not None and after is None:
        forget_queue(call.org, before.id)
        call.org.live.get(QUEUE_CODES, {}).pop(before.id, None)
        forget_queue(call.org, before.id)


def code_consequence(call: Call, before: Entity | None, after: Entity | None) -> None:
    """A deleted wrap-up code leaves its queues."""
    if before is not None and after is None:
        for queue, codes in call.org.live.get(QUEUE_CODES, {}).items():
            set_queue_wrapupcodes(call.org, queue, [code for code in codes if code != before.id])


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
    return Answer()


def _queue(call: Call) -> str:
    return named(call, QUEUES, call.path["queueId"], "Queue").id


RULES: Final[Mapping[str, Lifecycle]] = {
    QUEUES: Lifecycle(
        queue_defaults,
        queue_check,
        queue_consequence,
        filters={"hasPeer": lambda queue, wanted: str(bool(queue.body.get("peerId"))).lower() == wanted.casefold()},
    ),
    CODES: Lifecycle(
        consequence=code_consequence,
        filters={"includeState": lambda code, state: state != "Deleted"},  # nothing is kept of deleted codes
    ),
}
ACTIONS: Final[Mapping[str, Action]] = {
    "getRoutingQueueWrapupcodes": list_codes,
    "postRoutingQueueWrapupcodes": add_codes,
    "deleteRoutingQueueWrapupcode": remove_code,
}
