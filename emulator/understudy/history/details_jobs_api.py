"""Conversation details by job: submit, look, read in pieces (catalogue: analytics; states of AsyncQueryStatus).

The conversations are chosen when the job is done and read when they are asked for: one that retention has forgotten in
between is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.clock import iso
from understudy.errors import Refused
from understudy.history.cursor import piece
from understudy.history.details_api import NAMESPACE, details_query
from understudy.history.documents import documents
from understudy.history.interval import refused
from understudy.history.jobs import Job, job_of, jobs, submit
from understudy.history.reach import within
from understudy.platform.call import Action, Call
from understudy.platform.messages import Answer

KIND: Final = "analytics.details"


def submit_job(call: Call) -> Answer:
    """``POST …/details/jobs`` (AsyncConversationQuery) → jobId."""
    limit = call.body.get("limit")
    if limit is not None and limit < 1:
        raise refused("invalid.value", "limit", f"[{limit}] is not a number from 1")
    details_query(call, call.body)  # refused now rather than when the job runs
    job = submit(call.org, KIND, call.body, call.token.client)
    return Answer(body={"jobId": job.id})


def get_job(call: Call) -> Answer:
    """``GET …/details/jobs/{jobId}``: QUEUED, then FULFILLED."""
    job = _job(call)
    body: dict[str, Any] = {"state": "QUEUED", "submissionDate": iso(job.submitted), "expirationDate": iso(job.expires)}
    if job.is_done(call.org.now()):
        body |= {"state": "FULFILLED", "completionDate": iso(job.due)}
    return Answer(body=body)


def get_results(call: Call) -> Answer:
    """``GET …/details/jobs/{jobId}/results``; 400 while the job is not done (assumed)."""
    job = _job(call)
    if not job.is_done(call.org.now()):
        raise Refused(400, "bad.request", f"Job {job.id} is not fulfilled yet", params={"jobId": job.id})
    if job.result is None:
        by_start = job.asked.get("startOfDayIntervalMatching") is True
        found = details_query(call, job.asked, by_start=by_start).run(
            call.org, within(call, call.org.conversations.values())
        )
        job.result = [one.conversation.id for one in found][: job.asked.get("limit")]
    most = int(call.org.limits.value(NAMESPACE, "job.page.size.max"))
    ids, cursor = piece(call, job.result, job.id, default=most, most=most)
    known = [call.org.conversations[id_] for id_ in ids if id_ in call.org.conversations]
    body: dict[str, Any] = {
        "conversations": documents(call.org, within(call, known), attributes=True),
        "dataAvailabilityDate": iso(job.due),
    }
    return Answer(body=body | ({"cursor": cursor} if cursor else {}))


def delete_job(call: Call) -> Answer:
    """``DELETE …/details/jobs/{jobId}``."""
    del jobs(call.org, KIND)[_job(call).id]
    return Answer()


def availability(call: Call) -> Answer:
    """``GET …/details/jobs/availability``: the data lake of the platform lags behind, ours does not."""
    return Answer(body={"dataAvailabilityDate": iso(call.org.now())})


def _job(call: Call) -> Job:
    return job_of(call.org, KIND, call.path["jobId"])


ACTIONS: Final[Mapping[str, Action]] = {
    "postAnalyticsConversationsDetailsJobs": submit_job,
    "getAnalyticsConversationsDetailsJob": get_job,
    "getAnalyticsConversationsDetailsJobResults": get_results,
    "deleteAnalyticsConversationsDetailsJob": delete_job,
    "getAnalyticsConversationsDetailsJobsAvailability": availability,
}
