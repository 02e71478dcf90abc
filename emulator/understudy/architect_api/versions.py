"""Versions of a flow: archy-form text, ``{"yaml": "…"}`` or the same structure as JSON.

Architect's own configuration format is not public. A saved version is unchecked; publishing checks.
"""

from __future__ import annotations

from typing import Any, Final

import orjson

from understudy.architect.publish import save
from understudy.architect_api.actor import who
from understudy.architect_api.flows import check_lock, find
from understudy.architect_api.trail import leave
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.listings import NUMBERED
from understudy.platform.messages import Answer
from understudy.platform.paging import listing
from understudy.world.entities import Entity


def versions(flow: Entity) -> list[dict[str, Any]]:
    """The newest versions, the oldest first: {"body": FlowVersion, "yaml": text}."""
    return list(flow.hidden.get("versions") or ())


def version(flow: Entity, id_: str, code: str = "architect.flow.version.missing", status: int = 404) -> dict[str, Any]:
    """A version by its id, or the newest one where that is ""; Refused with ``code`` where there is none."""
    found = [one for one in versions(flow) if id_ in ("", one["body"]["id"])]
    if not found:
        raise Refused(status, code, f"The flow {flow.name!r} has no version {id_}".rstrip() + ".")
    return found[-1]


def list_versions(call: Call) -> Answer:
    """``GET /flows/{id}/versions``: the newest first."""
    known = versions(find(call, call.path["flowId"]))
    return Answer(encoded=listing(call, [orjson.dumps(one["body"]) for one in reversed(known)], NUMBERED))


def save_version(call: Call) -> Answer:
    """``POST /flows/{id}/versions``."""
    flow = find(call, call.path["flowId"])
    check_lock(call, flow)
    body = call.body
    if not isinstance(body, dict) or not body:
        raise Refused(400, "architect.flow.data.missing", 'Give {"yaml": "…"} or the flow as JSON.')
    text = body["yaml"] if isinstance(body.get("yaml"), str) else orjson.dumps(body).decode("utf-8")
    saved = save(call.org, flow, text).body["savedVersion"]
    leave(call.org, flow.id, "SAVE", who(call), saved["id"])
    return Answer(body=saved)


def get_version(call: Call) -> Answer:
    """``GET /flows/{id}/versions/{versionId}``."""
    return Answer(body=version(find(call, call.path["flowId"]), call.path["versionId"])["body"])


def get_configuration(call: Call) -> Answer:
    """``GET /flows/{id}/versions/{versionId}/configuration`` and ``…/latestconfiguration``."""
    return Answer(body={"yaml": version(find(call, call.path["flowId"]), call.path.get("versionId", ""))["yaml"]})


ACTIONS: Final[dict[str, Action]] = {
    "getFlowVersions": list_versions,
    "postFlowVersions": save_version,
    "getFlowVersion": get_version,
    "getFlowVersionConfiguration": get_configuration,
    "getFlowLatestconfiguration": get_configuration,
}
