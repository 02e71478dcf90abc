"""Deployment jobs of flows, as the Terraform provider and archy use them: register, upload the YAML, poll."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from understudy.architect.flow import Flow
from understudy.architect.load import load
from understudy.architect.publish import check, publish
from understudy.architect.template import fill
from understudy.architect_api.actor import who
from understudy.architect_api.flows import FLOWS
from understudy.architect_api.trail import leave
from understudy.architect_api.uploads import FLOW, expect
from understudy.clock import iso
from understudy.errors import FlowError, Refused, nearest
from understudy.platform.call import Action, Call
from understudy.platform.grants import DIVISIONS, home_division
from understudy.platform.messages import Answer
from understudy.world.entities import Entity
from understudy.world.org import Org

LIVE: Final = "flow.jobs"  # org.live[LIVE]: dict[job id, Job]
JOBS_KEPT: Final = 200


@dataclass(slots=True)
class Job:
    """A deployment job. ``status`` is Registered, Success or Failure; ``actor`` is what ``actor.who`` gives."""

    id: str
    actor: Mapping[str, Any]
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
    found: dict[str, Job] = org.live.setdefault(LIVE, {})
    return found


def deploy(org: Org, job_id: str, data: bytes) -> None:
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
        entity = _flow_for(org, load(fill(text, {}, "upload"), "upload"))
        _check_lock(entity, job)
        check(org, entity, text, "upload")
        is_new = org.entities.get(FLOWS, entity.id) is None
        stored = publish(org, entity, text, "upload")
        job.flow, job.status = stored.id, "Success"
        if is_new:
            leave(org, stored.id, "CREATE", job.actor)
        leave(org, stored.id, "PUBLISH", job.actor, stored.body["publishedVersion"]["id"])
    except (FlowError, UnicodeDecodeError) as error:
        job.status = "Failure"
        job.messages.append({"dateTime": iso(org.now()), "type": "Error", "text": str(error)})


def _check_lock(flow: Entity, job: Job) -> None:
    holder = flow.body.get("lockedUser") or flow.body.get("lockedClient") or {}
    own = next(iter(job.actor.values()))
    if holder.get("id") not in (None, own["id"]):
        raise FlowError("upload", 0, f"the flow is locked by {holder.get('name') or holder['id']}")


def _flow_for(org: Org, flow: Flow) -> Entity:
    """The flow of that name, or a new one, in the division of the text, that is stored only when it is published. One
    that is known stays in its division (assumed)."""
    known = org.entities.named(FLOWS, flow.name)
    if known is not None:
        return known
    id_ = org.ids.uuid(FLOWS)
    body = {
        "id": id_,
        "name": flow.name,
        "division": _division(org, flow),
        "active": False,
        "system": False,
        "deleted": False,
    }
    return Entity(FLOWS, id_, {**body, "selfUri": f"/api/v2/flows/{id_}"})


def _division(org: Org, flow: Flow) -> dict[str, Any]:
    """The division that the text names; the home division where it names none, or as ``Home`` whatever it is called."""
    divisions = org.entities.of(DIVISIONS)
    named = org.entities.named(DIVISIONS, flow.division) if flow.division else None
    if named is None and flow.division not in ("", "Home"):
        raise FlowError(flow.source, 1, f"division {flow.division!r}: {nearest(flow.division, _names(divisions))}")
    found = named or divisions.get(home_division(org))
    return {"id": home_division(org)} if found is None else {"id": found.id, "name": found.name}


def _names(divisions: Mapping[str, Entity]) -> list[str]:
    return [one.name for one in divisions.values()]


def register_job(call: Call) -> Answer:
    """``POST /flows/jobs``."""
    known = jobs(call.org)
    job = Job(call.org.ids.uuid("job"), who(call))
    known[job.id] = job
    while len(known) > JOBS_KEPT:
        del known[next(iter(known))]
    url = expect(call, FLOW, job.id)
    return Answer(body={"id": job.id, "presignedUrl": url, "headers": {}, "selfUri": f"/api/v2/flows/jobs/{job.id}"})


def get_job(call: Call) -> Answer:
    """``GET /flows/jobs/{jobId}``."""
    job = jobs(call.org).get(call.path["jobId"])
    if job is None:
        raise Refused(404, "not.found", f"There is no job {call.path['jobId']}.")
    return Answer(body=job.body())


ACTIONS: Final[dict[str, Action]] = {"postFlowsJobs": register_job, "getFlowsJob": get_job}
