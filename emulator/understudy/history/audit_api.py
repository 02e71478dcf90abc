"""Audit queries over REST: by job, at once, and what belongs together (catalogue: audit)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.clock import iso
from understudy.errors import Refused
from understudy.history.audit import entries, message, related
from understudy.history.auditable import load_auditable
from understudy.history.cursor import piece, query_number
from understudy.history.details_api import models_of
from understudy.history.echo import echo
from understudy.history.interval import parse_interval, refused
from understudy.history.jobs import Job, job_of, submit
from understudy.history.trail import Entry, kept
from understudy.platform.call import Action, Call
from understudy.platform.messages import Answer

KIND: Final = "audit.query"
SIZE_DEFAULT: Final = 25  # catalogue: default of pageSize
SIZE_MAX: Final = 500  # not documented


def submit_query(call: Call) -> Answer:
    """``POST /audits/query`` → id, Queued."""
    parse_interval(call.body.get("interval"))
    job = submit(call.org, KIND, echo(call.body, "AuditQueryRequest", models_of(call)))
    return Answer(body=_status(call, job))


def get_query(call: Call) -> Answer:
    """``GET /audits/query/{transactionId}``: Queued, then Succeeded."""
    return Answer(body=_status(call, _job(call)))


def get_results(call: Call) -> Answer:
    """``GET /audits/query/{transactionId}/results``: what the trail held when the query was done, less
    what it has forgotten since."""
    job = _job(call)
    if not job.is_done(call.org.now()):
        raise Refused(400, "bad.request", f"Audit query {job.id} is not done yet", params={"transactionId": job.id})
    _fill(call, job)
    numbers, cursor = piece(call, job.result, job.id, default=SIZE_DEFAULT, most=SIZE_MAX)
    size = query_number(call, "pageSize", SIZE_DEFAULT, SIZE_MAX)
    body: dict[str, Any] = {"id": job.id, "pageSize": size, "entities": _messages(call, kept(call.org, numbers))}
    return Answer(body=body | ({"cursor": cursor} if cursor else {}))


def query_realtime(call: Call) -> Answer:
    """``POST /audits/query/realtime``: answered at once, in numbered pages."""
    found = _found(call, call.body)
    size, number = call.body.get("pageSize"), call.body.get("pageNumber")
    size, number = SIZE_DEFAULT if size is None else size, 1 if number is None else number
    if not 1 <= size <= SIZE_MAX or number < 1:
        raise refused("invalid.value", "pageSize", f"pages have 1 to {SIZE_MAX} entries and are numbered from 1")
    body = {"pageSize": size, "pageNumber": number, "total": len(found), "pageCount": -(-len(found) // size)}
    return Answer(body=body | {"entities": _messages(call, found[(number - 1) * size : number * size])})


def query_related(call: Call) -> Answer:
    """``POST /audits/query/realtime/related``: all that the same call changed."""
    id_ = str(call.body.get("auditId"))
    found = related(call.org, id_)
    if found is None:
        raise Refused(404, "not.found", f"Audit [{id_}] was not found", params={"id": id_})
    return Answer(body={"entities": _messages(call, found)})


def service_mapping(call: Call) -> Answer:
    """``GET /audits/query[/realtime]/servicemapping``: what the emulator can tell."""
    services = [
        {
            "name": service,
            "entities": [{"name": type_, "actions": sorted(actions)} for type_, actions in sorted(types.items())],
        }
        for service, types in sorted(load_auditable().mapping().items())
    ]
    return Answer(body={"services": services})


def _found(call: Call, asked: Mapping[str, Any]) -> list[Entry]:
    interval = parse_interval(asked.get("interval"))
    filters = [one for one in asked.get("filters") or () if isinstance(one, Mapping)]
    sort = [one for one in asked.get("sort") or () if isinstance(one, Mapping)]
    return entries(call.org, interval, asked.get("serviceName"), filters, sort)


def _fill(call: Call, job: Job) -> None:
    if job.result is None and job.is_done(call.org.now()):
        job.result = [entry.number for entry in _found(call, job.asked)]  # a job keeps no entry alive


def _status(call: Call, job: Job) -> dict[str, Any]:
    _fill(call, job)
    state = "Succeeded" if job.is_done(call.org.now()) else "Queued"
    return {"id": job.id, "state": state, "startDate": iso(job.submitted), **job.asked}


def _job(call: Call) -> Job:
    return job_of(call.org, KIND, call.path["transactionId"], "Audit query")


def _messages(call: Call, found: Any) -> list[dict[str, Any]]:
    with_user = "user" in call.query.get("expand", "").split(",")
    return [message(call.org, entry, with_user=with_user) for entry in found]


ACTIONS: Final[Mapping[str, Action]] = {
    "postAuditsQuery": submit_query,
    "getAuditsQueryTransactionId": get_query,
    "getAuditsQueryTransactionIdResults": get_results,
    "postAuditsQueryRealtime": query_realtime,
    "postAuditsQueryRealtimeRelated": query_related,
    "getAuditsQueryServicemapping": service_mapping,
    "getAuditsQueryRealtimeServicemapping": service_mapping,
}
