"""Operations on flows beside the engine's (versions, publishing, locks, deployment jobs), and rules of message routing.

A version is archy-form text: ``{"yaml": "…"}``, or the same structure as JSON (Architect's own configuration format is
not public). A job is deployed as the Terraform provider does it: register, upload to the presigned URL, poll.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from understudy.architect.load import load
from understudy.architect.publish import API_TYPES, check, publish, published, save
from understudy.clock import iso
from understudy.errors import FlowError, Refused
from understudy.platform.call import Action, Call
from understudy.platform.grants import home_division
from understudy.platform.lifecycle import Lifecycle
from understudy.platform.messages import Answer
from understudy.platform.paging import listing
from understudy.world.configuration import store
from understudy.world.entities import Entity
from understudy.world.org import Org

JOBS_KEPT: Final = 200
PAGED: Final = frozenset(
    {
        "entities",
        "pageSize",
        "pageNumber",
        "total",
        "pageCount",
        "firstUri",
        "lastUri",
        "selfUri",
        "nextUri",
        "previousUri",
    }
)
# What a flow shows of its versions and locks: a request can't set it, although the SDK's model doesn't say read-only.
OURS: Final[tuple[str, ...]] = (
    *("active", "system", "deleted", "lockedUser", "lockedClient", "publishedVersion", "savedVersion"),
    *("checkedInVersion", "debugVersion", "publishedBy", "currentOperation"),
)


@dataclass(slots=True)
class Job:
    """A deployment job. ``status`` is Registered, Success or Failure."""

    id: str
    status: str = "Registered"
    flow: str = ""
    messages: list[dict[str, Any]] = field(default_factory=list)

    def body(self) -> dict[str, Any]:
        """ArchitectJobStateResponse."""
        body: dict[str, Any] = {"id": self.id, "status": self.status, "command": "Publish", "messages": self.messages}
        if self.flow:
            body["flow"] = {"id": self.flow, "selfUri": f"/api/v2/flows/{self.flow}"}
        return {**body, "selfUri": f"/api/v2/flows/jobs/{self.id}"}


def jobs(org: Org) -> dict[str, Job]:
    """The newest jobs of an org."""
    found: dict[str, Job] = org.live.setdefault("flow.jobs", {})
    return found


def accept_upload(org: Org, job_id: str, data: bytes) -> Job:
    """Deploy the YAML that was put to a job's URL: the flow of that name is made or changed, and published.

    What is wrong with the text becomes the job's Failure; Refused 404 for an unknown job, 409 for one that is done.
    """
    job = jobs(org).get(job_id)
    if job is None:
        raise Refused(404, "not.found", f"There is no job {job_id}.")
    if job.status != "Registered":
        raise Refused(409, "general.conflict", f"Job {job_id} has its upload already.")
    try:
        text = data.decode("utf-8")
        entity = _flow_for(org, load(text, "upload").name)
        check(org, entity, text, "upload")
        job.flow, job.status = publish(org, entity, text, "upload").id, "Success"
    except (FlowError, UnicodeDecodeError) as error:
        job.status = "Failure"
        job.messages.append({"dateTime": iso(org.now()), "type": "Error", "text": str(error)})
    return job


def _flow_for(org: Org, name: str) -> Entity:
    """The flow of that name, or a new one that is stored only when it is published."""
    known = org.entities.named("flows", name)
    if known is not None:
        return known
    id_ = org.ids.uuid("flows")
    body = {
        "id": id_,
        "name": name,
        "division": {"id": home_division(org)},
        "active": False,
        "system": False,
        "deleted": False,
    }
    return Entity("flows", id_, {**body, "selfUri": f"/api/v2/flows/{id_}"})


def register_job(call: Call) -> Answer:
    """``POST /flows/jobs``."""
    known = jobs(call.org)
    job = Job(call.org.ids.uuid("job"))
    known[job.id] = job
    while len(known) > JOBS_KEPT:
        del known[next(iter(known))]
    url = f"{call.origin}/understudy/uploads/{call.org.id}/{job.id}"
    body = {"id": job.id, "presignedUrl": url, "headers": {}, "selfUri": f"/api/v2/flows/jobs/{job.id}"}
    return Answer(body=body)


def get_job(call: Call) -> Answer:
    """``GET /flows/jobs/{jobId}``."""
    job = jobs(call.org).get(call.path["jobId"])
    if job is None:
        raise Refused(404, "not.found", f"There is no job {call.path['jobId']}.")
    return Answer(body=job.body())


def list_versions(call: Call) -> Answer:
    """``GET /flows/{id}/versions``: the newest first."""
    versions = _versions(_flow(call.org, call.path["flowId"]))
    return Answer(encoded=listing(call, [orjson.dumps(v["body"]) for v in reversed(versions)], PAGED))


def save_version(call: Call) -> Answer:
    """``POST /flows/{id}/versions``: saved unchecked, as in Architect; publishing checks."""
    flow = _flow(call.org, call.path["flowId"])
    _check_lock(call, flow)
    body = call.body
    if not isinstance(body, dict) or not body:
        raise Refused(400, "architect.flow.data.missing", 'Give {"yaml": "…"} or the flow as JSON.')
    text = body["yaml"] if isinstance(body.get("yaml"), str) else orjson.dumps(body).decode("utf-8")
    return Answer(body=save(call.org, flow, text).body["savedVersion"])


def get_version(call: Call) -> Answer:
    """``GET /flows/{id}/versions/{versionId}``."""
    return Answer(body=_version(_flow(call.org, call.path["flowId"]), call.path["versionId"])["body"])


def get_configuration(call: Call) -> Answer:
    """``GET /flows/{id}/versions/{versionId}/configuration`` and ``…/latestconfiguration``."""
    text = _version(_flow(call.org, call.path["flowId"]), call.path.get("versionId", ""))["yaml"]
    return Answer(body={"yaml": text})


def publish_flow(call: Call) -> Answer:
    """``POST /flows/actions/publish?flow=&version=``: an Operation; what is wrong with the flow is its failure."""
    flow = _flow(call.org, call.query.get("flow", ""))
    _check_lock(call, flow)
    text = _version(flow, call.query.get("version", ""))["yaml"]
    try:
        publish(call.org, flow, text, flow.name)
    except FlowError as error:
        return _operation(call, flow, "PUBLISH", "architect.flow.validate.failed", str(error))
    return _operation(call, flow, "PUBLISH")


def check_in(call: Call) -> Answer:
    """``POST /flows/actions/checkin?flow=``: the saved version becomes the checked-in one, the lock is gone."""
    flow = _flow(call.org, call.query.get("flow", ""))
    _check_lock(call, flow)
    version = _version(flow, "", "architect.flow.cannot.checkin.missing.config", 409)["body"]
    _unlocked(call, flow, {**flow.body, "checkedInVersion": version})
    return _operation(call, flow, "CHECKIN")


def check_out(call: Call) -> Answer:
    """``POST /flows/actions/checkout?flow=``: locks it for this user or client."""
    flow = _flow(call.org, call.query.get("flow", ""))
    _check_lock(call, flow)
    key = "lockedUser" if call.token.user else "lockedClient"
    body = {**flow.body, key: {"id": _owner(call)}}
    return Answer(body=store(call.org, "flows", flow.id, body).body)


def unlock(call: Call) -> Answer:
    """``POST /flows/actions/unlock?flow=``: takes anybody's lock away."""
    flow = _flow(call.org, call.query.get("flow", ""))
    return Answer(body=_unlocked(call, flow, flow.body).body)


def deactivate(call: Call) -> Answer:
    """``POST /flows/actions/deactivate?flow=``: no longer published; refused while an address is bound to it."""
    flow = _flow(call.org, call.query.get("flow", ""))
    if _is_used(call.org, flow.id):
        raise Refused(409, "architect.flow.cannot.deactivate.used.by.message.addresses", "A message address uses it.")
    body = {key: value for key, value in flow.body.items() if key != "publishedVersion"}
    return Answer(body=store(call.org, "flows", flow.id, {**body, "active": False}, {"flow": None, "yaml": ""}).body)


def _flow(org: Org, id_: str) -> Entity:
    flow = org.entities.get("flows", id_)
    if flow is None:
        raise Refused(404, "architect.flow.not.found", f"There is no flow {id_}.", params={"flowId": id_})
    return flow


def _versions(flow: Entity) -> list[dict[str, Any]]:
    return list(flow.hidden.get("versions") or ())


def _version(flow: Entity, id_: str, code: str = "architect.flow.version.missing", status: int = 404) -> dict[str, Any]:
    """A version by its id, or the newest one."""
    found = [v for v in _versions(flow) if id_ in ("", v["body"]["id"])]
    if not found:
        raise Refused(status, code, f"The flow {flow.name!r} has no version {id_}".rstrip() + ".")
    return found[-1]


def _owner(call: Call) -> str:
    return call.token.user or call.token.client


def _check_lock(call: Call, flow: Entity) -> None:
    holder = flow.body.get("lockedUser") or flow.body.get("lockedClient") or {}
    if holder.get("id") not in (None, _owner(call)):
        raise Refused(409, "architect.flow.locked.by.user", f"The flow is locked by {holder['id']}.")


def _unlocked(call: Call, flow: Entity, body: dict[str, Any]) -> Entity:
    kept = {key: value for key, value in body.items() if key not in ("lockedUser", "lockedClient")}
    return store(call.org, "flows", flow.id, kept)


def _operation(call: Call, flow: Entity, action: str, code: str = "", message: str = "") -> Answer:
    body: dict[str, Any] = {
        "id": call.org.ids.uuid("operation"),
        "complete": True,
        "actionName": action,
        "actionStatus": "FAILURE" if code else "SUCCESS",
        "user" if call.token.user else "client": {"id": _owner(call)},
    }
    if code:
        body |= {"errorCode": code, "errorMessage": message}
    current = _flow(call.org, flow.id)
    store(call.org, "flows", current.id, {**current.body, "currentOperation": body})
    return Answer(body=body)


def _is_used(org: Org, flow: str) -> bool:
    recipients = org.entities.of("routing.message.recipients").values()
    return any((recipient.body.get("flow") or {}).get("id") == flow for recipient in recipients)


def _new_flow(call: Call, body: dict[str, Any]) -> None:
    for name in OURS:
        body.pop(name, None)
    body["active"] = False
    body.setdefault("type", API_TYPES["inboundShortMessage"])


def _keep_ours(call: Call, before: Entity | None, after: Entity | None) -> None:
    if before is not None and after is not None:
        ours = {name: before.body[name] for name in OURS if name in before.body}
        body = {name: value for name, value in after.body.items() if name not in OURS}
        call.org.entities.put("flows", after.id, {**body, **ours})


def _check_flow(call: Call, before: Entity | None, after: dict[str, Any] | None) -> None:
    if after is None:
        if before is not None and _is_used(call.org, before.id):
            raise Refused(409, "architect.flow.cannot.delete.used.by.message.addresses", "A message address uses it.")
    elif not str(after.get("name") or "").strip():
        raise Refused(400, "architect.flow.validate.failed.missing.name", "A flow needs a name.")


def _check_recipient(call: Call, before: Entity | None, after: dict[str, Any] | None) -> None:
    id_ = str(((after or {}).get("flow") or {}).get("id") or "")
    if id_ and call.org.entities.get("flows", id_) is None:
        raise Refused(400, "bad.flow.id", f"There is no flow {id_}.", params={"flowId": id_})
    if id_ and published(call.org, id_) is None:
        raise Refused(400, "invalid.flow", f"Flow {id_} is not published.", params={"flowId": id_})


RULES: Final[dict[str, Lifecycle]] = {
    "flows": Lifecycle(defaults=_new_flow, check=_check_flow, consequence=_keep_ours),
    "routing.message.recipients": Lifecycle(check=_check_recipient),
}

ACTIONS: Final[dict[str, Action]] = {
    "postFlowsJobs": register_job,
    "getFlowsJob": get_job,
    "getFlowVersions": list_versions,
    "postFlowVersions": save_version,
    "getFlowVersion": get_version,
    "getFlowVersionConfiguration": get_configuration,
    "getFlowLatestconfiguration": get_configuration,
    "postFlowsActionsPublish": publish_flow,
    "postFlowsActionsCheckin": check_in,
    "postFlowsActionsCheckout": check_out,
    "postFlowsActionsUnlock": unlock,
    "postFlowsActionsDeactivate": deactivate,
}
