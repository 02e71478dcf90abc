"""What is done to a flow in Architect: check out and in, revert, unlock, publish, deactivate.

Check-in and publishing answer an Operation, which the flow keeps as ``currentOperation``; the others answer the flow.
"""

from __future__ import annotations

from typing import Any, Final

from understudy.architect.publish import publish
from understudy.architect_api.actor import who
from understudy.architect_api.flows import FLOWS, check_lock, find, unlocked
from understudy.architect_api.operation import operation
from understudy.architect_api.trail import leave
from understudy.architect_api.versions import version, versions
from understudy.errors import FlowError
from understudy.platform.call import Action, Call
from understudy.platform.in_use import refuse_if_used
from understudy.platform.messages import Answer
from understudy.world.configuration import store
from understudy.world.entities import Entity


def publish_flow(call: Call) -> Answer:
    """``POST /flows/actions/publish?flow=&version=``: what is wrong with the flow is the Operation's failure."""
    flow = _own(call)
    text = version(flow, call.query.get("version", ""))["yaml"]
    try:
        stored = publish(call.org, flow, text, flow.name)
    except FlowError as error:
        return _operation(call, flow, "PUBLISH", "architect.flow.validate.failed", str(error))
    leave(call.org, flow.id, "PUBLISH", who(call), stored.body["publishedVersion"]["id"])
    return _operation(call, stored, "PUBLISH")


def check_in(call: Call) -> Answer:
    """``POST /flows/actions/checkin?flow=``: the saved version becomes the checked-in one, the lock is gone."""
    flow = _own(call)
    found = version(flow, "", "architect.flow.cannot.checkin.missing.config", 409)["body"]
    unlocked(call, flow, {**flow.body, "checkedInVersion": found})
    leave(call.org, flow.id, "CHECKIN", who(call), found["id"])
    return _operation(call, flow, "CHECKIN")


def check_out(call: Call) -> Answer:
    """``POST /flows/actions/checkout?flow=``: locks it for this user or client."""
    flow = _own(call)
    actor = who(call)
    lock = {"lockedUser": actor["user"]} if "user" in actor else {"lockedClient": actor["client"]}
    leave(call.org, flow.id, "CHECKOUT", actor)
    return Answer(body=store(call.org, FLOWS, flow.id, {**flow.body, **lock}).body)


def revert(call: Call) -> Answer:
    """``POST /flows/actions/revert?flow=``: what was saved since the last check-in is dropped, the lock is gone.

    A flow that was never checked in goes back to having no version (assumed).
    """
    flow = _own(call)
    body = {key: value for key, value in flow.body.items() if key != "savedVersion"}
    kept: list[dict[str, Any]] = []
    checked_in = flow.body.get("checkedInVersion")
    if checked_in is not None:
        body["savedVersion"] = checked_in
        ids = [one["body"]["id"] for one in versions(flow)]
        kept = versions(flow)[: ids.index(checked_in["id"]) + 1] if checked_in["id"] in ids else versions(flow)
    flow.hidden["versions"] = kept
    leave(call.org, flow.id, "REVERT", who(call), (checked_in or {}).get("id", ""))
    return Answer(body=unlocked(call, flow, body).body)


def unlock(call: Call) -> Answer:
    """``POST /flows/actions/unlock?flow=``: takes anybody's lock away."""
    flow = find(call, call.query.get("flow", ""))
    return Answer(body=unlocked(call, flow, flow.body).body)


def deactivate(call: Call) -> Answer:
    """``POST /flows/actions/deactivate?flow=``: no longer published; refused while something leads to it."""
    flow = _own(call)
    refuse_if_used(call.org, FLOWS, flow, "deactivate")
    body = {key: value for key, value in flow.body.items() if key != "publishedVersion"}
    leave(call.org, flow.id, "DEACTIVATE", who(call))
    return Answer(body=store(call.org, FLOWS, flow.id, {**body, "active": False}, {"flow": None, "yaml": ""}).body)


def _own(call: Call) -> Entity:
    """The flow of ``?flow=``, not locked by anybody else."""
    flow = find(call, call.query.get("flow", ""))
    check_lock(call, flow)
    return flow


def _operation(call: Call, flow: Entity, action: str, code: str = "", message: str = "") -> Answer:
    body = operation(call, action, code, message)
    current = find(call, flow.id)
    store(call.org, FLOWS, current.id, {**current.body, "currentOperation": body})
    return Answer(body=body)


ACTIONS: Final[dict[str, Action]] = {
    "postFlowsActionsPublish": publish_flow,
    "postFlowsActionsCheckin": check_in,
    "postFlowsActionsCheckout": check_out,
    "postFlowsActionsRevert": revert,
    "postFlowsActionsUnlock": unlock,
    "postFlowsActionsDeactivate": deactivate,
}
