"""Work on many recordings: batch downloads, and jobs that archive, delete or export (catalogue: recording).

A batch names conversations or recordings and ends in files of our own. A job finds its recordings by a conversation
query (PENDING → READY), and changes them when it is told to (PROCESSING → FULFILLED).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import orjson

from understudy.clock import iso
from understudy.errors import Refused
from understudy.history.details_api import details_query, models_of
from understudy.history.echo import echo
from understudy.history.files import JSON
from understudy.history.interval import parse_interval, refused
from understudy.history.jobs import Job, job_of, jobs, submit
from understudy.history.reach import within
from understudy.history.recordings import Recording, recordings_of, set_dates
from understudy.history.recordings_api import RESTORABLE, export
from understudy.platform.call import Action, Call
from understudy.platform.catalogue import load_catalogue
from understudy.platform.listings import NUMBERED
from understudy.platform.messages import Answer
from understudy.platform.paging import listing

BATCH: Final = "recording.batch"
JOB: Final = "recording.job"
BATCHES: Final = "/api/v2/recording/batchrequests"
JOBS: Final = "/api/v2/recording/jobs"
DATE_OF: Final[Mapping[str, str]] = {"ARCHIVE": "archiveDate", "DELETE": "deleteDate", "EXPORT": "exportDate"}
DAYS_MAX: Final = 3_660  # of an aged conversation interval; the emulator's own bound


def submit_batch(call: Call) -> Answer:
    """``POST /recording/batchrequests`` → id; results follow."""
    asked = [one for one in call.body.get("batchDownloadRequestList") or () if isinstance(one, Mapping)]
    limit = call.org.limits.limit("recording", "batch.requests.max")
    if not 1 <= len(asked) <= limit.value:
        raise refused("invalid.value", "batchDownloadRequestList", f"has not 1 to {limit.value:g} requests")
    job = submit(call.org, BATCH, [(one.get("conversationId"), one.get("recordingId")) for one in asked])
    return Answer(body={"id": job.id, "selfUri": f"{BATCHES}/{job.id}"})


def get_batch(call: Call) -> Answer:
    """``GET /recording/batchrequests/{jobId}``: InProgress, then Completed with a URL for each recording."""
    job = job_of(call.org, BATCH, call.path["jobId"], "Batch request")
    is_done = job.is_done(call.org.now())
    if is_done and job.result is None:
        job.result = list(_results(call, job.asked))
    results: list[dict[str, Any]] = job.result or []
    body = {
        "id": job.id,
        "jobId": job.id,
        "expectedResultCount": len(results) if is_done else len(job.asked),
        "resultCount": len(results),
        "errorCount": sum("errorMsg" in one for one in results),
        "status": "Completed" if is_done else "InProgress",
        "results": results,
        "selfUri": f"{BATCHES}/{job.id}",
    }
    return Answer(body=body)


def submit_job(call: Call) -> Answer:
    """``POST /recording/jobs`` (RecordingJobsQuery)."""
    query = call.body.get("conversationQuery")
    if isinstance(query, Mapping):
        details_query(call, query)  # refused now rather than when the job runs
    elif call.body.get("agedConversationInterval"):
        parse_interval(call.body["agedConversationInterval"], "agedConversationInterval", days_max=DAYS_MAX)
    else:
        raise refused("required.field.missing", "conversationQuery", "is missing: the job names no conversations")
    asked = echo(call.body, "RecordingJobsQuery", models_of(call))
    job = submit(call.org, JOB, asked, call.token.user or call.token.client)
    job.data["isUser"] = call.token.user is not None
    return Answer(body=_job_body(call, job))


def list_jobs(call: Call) -> Answer:
    """``GET /recording/jobs`` by state, type and owner."""
    me = call.token.user or call.token.client
    found = [_job_body(call, job) for job in list(jobs(call.org, JOB).values()) if _is_wanted(call, job, me)]
    if state := call.query.get("state"):
        found = [one for one in found if one["state"] == state]
    by_date = call.query.get("sortBy") == "dateCreated"
    found.sort(key=lambda one: str(one["dateCreated"] if by_date else one.get("user", {}).get("id", "")))
    return Answer(encoded=listing(call, [orjson.dumps(one) for one in found], NUMBERED))


def get_job(call: Call) -> Answer:
    """``GET /recording/jobs/{jobId}``."""
    return Answer(body=_job_body(call, _job(call)))


def run_job(call: Call) -> Answer:
    """``PUT /recording/jobs/{jobId}`` {state: PROCESSING}; only a READY job can be run (assumed)."""
    job = _job(call)
    state = _job_body(call, job)["state"]
    if state != "READY":
        raise Refused(409, "general.conflict", f"Recording job {job.id} is {state}, not READY")
    asked = job.asked
    date = asked.get("actionDate") or iso(call.org.now())
    done = 0
    for conversation_id, id_ in job.result:
        for recording in _known(call, conversation_id):
            if recording.id == id_:
                set_dates(call.org, recording, {DATE_OF[asked["action"]]: date})
                done += 1
    job.data["processed"] = done
    return Answer(body=_job_body(call, job))


def delete_job(call: Call) -> Answer:
    """``DELETE /recording/jobs/{jobId}``."""
    del jobs(call.org, JOB)[_job(call).id]
    return Answer()


def _results(call: Call, asked: Sequence[tuple[str | None, str | None]]) -> Iterator[dict[str, Any]]:
    """BatchDownloadJobResult of each recording that the requests name, as (conversation id, recording id)."""
    alone = {recording for conversation, recording in asked if recording and not conversation}
    everywhere = [one for known in call.org.conversations for one in _known(call, known)] if alone else []
    by_id = {one.id: one for one in everywhere if one.id in alone}
    for conversation, recording in asked:
        if conversation:
            chosen = [one for one in _known(call, conversation) if recording in (None, "", one.id)]
        else:
            chosen = [by_id[recording]] if recording is not None and recording in by_id else []
        named = {"conversationId": conversation, "recordingId": recording}
        yield from _downloads(call, chosen, {key: value for key, value in named.items() if value})


def _downloads(call: Call, chosen: Sequence[Recording], named: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    if not chosen:
        yield {**named, "errorMsg": "There is no such recording"}
    for one in chosen:
        about = {"conversationId": one.conversation.id, "recordingId": one.id}
        if one.state(call.org.now()) in RESTORABLE:
            yield {**about, "resultUrl": export(call, one), "contentType": JSON}
        else:
            yield {**about, "errorMsg": f"The recording is {one.state(call.org.now())}"}


def _known(call: Call, conversation_id: str) -> list[Recording]:
    """The recordings of a conversation, if the token may know of it. Reading results asks for no permission, so those
    of the request for them count."""
    conversation = call.org.conversations.get(conversation_id)
    submission = (call.catalogue or load_catalogue()).by_id["postRecordingBatchrequests"]
    reached = within(call, [conversation] if conversation else [], submission)
    return [one for known in reached for one in recordings_of(call.org, known)]


def _job(call: Call) -> Job:
    return job_of(call.org, JOB, call.path["jobId"], "Recording job")


def _is_wanted(call: Call, job: Job, me: str) -> bool:
    own = call.query.get("showOnlyMyJobs", "").casefold() == "true"
    return call.query.get("jobType") in (None, job.asked["action"]) and (not own or job.owner == me)


def _job_body(call: Call, job: Job) -> dict[str, Any]:
    """RecordingJob; counts are there once the job has looked."""
    body: dict[str, Any] = {
        "id": job.id,
        "state": "PENDING",
        "recordingJobsQuery": job.asked,
        "dateCreated": iso(job.submitted),
        "selfUri": f"{JOBS}/{job.id}",
    }
    if job.data.get("isUser"):
        body["user"] = {"id": job.owner, "selfUri": f"/api/v2/users/{job.owner}"}
    if not job.is_done(call.org.now()):
        return body
    if job.result is None:
        job.result = _chosen(call, job.asked)
    found: list[tuple[str, str]] = job.result
    done: int | None = job.data.get("processed")
    return body | {
        "state": "READY" if done is None else "FULFILLED",
        "totalConversations": len({conversation for conversation, _ in found}),
        "totalRecordings": len(found),
        "totalSkippedRecordings": 0,
        "totalFailedRecordings": 0 if done is None else len(found) - done,
        "totalProcessedRecordings": done or 0,
        "percentProgress": 0 if done is None else 100,
    }


def _chosen(call: Call, asked: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(conversation id, recording id) of what a job is about."""
    query, reached = asked.get("conversationQuery"), within(call, call.org.conversations.values())
    if isinstance(query, Mapping):
        found = [one.conversation for one in details_query(call, query).run(call.org, reached)]
    else:
        interval = parse_interval(asked["agedConversationInterval"], days_max=DAYS_MAX)
        found = [one for one in reached if one.started in interval]
    recordings = [one for conversation in found for one in recordings_of(call.org, conversation)]
    now = call.org.now()
    return [(one.conversation.id, one.id) for one in recordings if one.state(now) != "DELETED"]


ACTIONS: Final[Mapping[str, Action]] = {
    "postRecordingBatchrequests": submit_batch,
    "getRecordingBatchrequest": get_batch,
    "postRecordingJobs": submit_job,
    "getRecordingJobs": list_jobs,
    "getRecordingJob": get_job,
    "putRecordingJob": run_job,
    "deleteRecordingJob": delete_job,
}
