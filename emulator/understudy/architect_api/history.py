"""The history of a flow: who created, saved, checked in, published … it, and the jobs that ask for it.

A history is asked for with a POST and read by the id of its Operation (SDK: postFlowHistory). It is done at once
(assumed), and a job shows what had happened when it was asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from understudy.architect_api.actor import who
from understudy.architect_api.flows import find
from understudy.architect_api.operation import operation
from understudy.architect_api.trail import trail
from understudy.clock import iso
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.messages import Answer
from understudy.platform.paging import page_number, page_size

JOBS: Final = "flows.history.jobs"  # org.live[JOBS]: dict[id, HistoryJob]
JOBS_KEPT: Final = 100
ORDERS: Final = ("action", "timestamp", "user")


@dataclass(slots=True)
class HistoryJob:
    """One request for a history, and what was in it."""

    id: str
    flow: str
    body: dict[str, Any]
    entries: list[dict[str, Any]] = field(default_factory=list)


def ask_history(call: Call) -> Answer:
    """``POST /flows/{flowId}/history``: an Operation, whose id is the history's."""
    flow = find(call, call.path["flowId"])
    done = operation(call, "HISTORY")
    now = iso(call.org.now())
    body = {**done, **who(call), "name": flow.name, "system": False, "started": now, "completed": now}
    if flow.body.get("description"):
        body["description"] = flow.body["description"]
    jobs = _jobs(call)
    jobs[done["id"]] = HistoryJob(done["id"], flow.id, body, [*trail(call.org, flow.id)])
    while len(jobs) > JOBS_KEPT:
        del jobs[next(iter(jobs))]
    return Answer(body=done)


def get_history(call: Call) -> Answer:
    """``GET /flows/{flowId}/history/{historyId}``: filtered by ``action``, the newest first unless told otherwise."""
    flow = find(call, call.path["flowId"])
    job = _jobs(call).get(call.path["historyId"])
    if job is None or job.flow != flow.id:
        id_ = call.path["historyId"]
        raise Refused(404, "not.found", f"There is no history {id_} of this flow.", params={"id": id_})
    wanted = {name.casefold() for name in call.query.get("action", "").split(",") if name}
    entries = [entry for entry in job.entries if not wanted or entry["action"].casefold() in wanted]
    entries.sort(key=lambda entry: _key(call, entry), reverse=call.query.get("sortOrder", "desc").casefold() == "desc")
    size, number = page_size(call), page_number(call)
    shown = entries[(number - 1) * size : number * size]
    paging = {"pageSize": size, "pageNumber": number, "total": len(entries), "pageCount": -(-len(entries) // size)}
    return Answer(body={**job.body, **paging, "entities": shown})


def _key(call: Call, entry: dict[str, Any]) -> str:
    by = call.query.get("sortBy", "timestamp")
    if by not in ORDERS:
        raise Refused(400, "invalid.query.param.value", f"sortBy is {by}, not one of {', '.join(ORDERS)}")
    if by == "user":
        return str((entry.get("user") or entry.get("client") or {}).get("name", ""))
    return str(entry[by])


def _jobs(call: Call) -> dict[str, HistoryJob]:
    found: dict[str, HistoryJob] = call.org.live.setdefault(JOBS, {})
    return found


ACTIONS: Final[dict[str, Action]] = {"postFlowHistory": ask_history, "getFlowHistoryHistoryId": get_history}
