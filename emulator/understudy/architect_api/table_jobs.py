"""Import and export of a data table's rows as CSV, as jobs on the org's clock (SDK: DataTableImportJob, -ExportJob).

An import waits for its upload, then works for ``datatable.job.seconds`` and succeeds although single rows fail; only a
file that can't be read, or that the table can't hold, fails as a whole (assumed).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from understudy.architect_api import table_file
from understudy.architect_api.actor import owner
from understudy.architect_api.datatables import JOBS, NAMESPACE, TABLES, check_room, rows_type, table
from understudy.architect_api.row import KEY, completed
from understudy.architect_api.uploads import TABLE, expect
from understudy.attachments.store import Media, keep
from understudy.clock import iso
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.listings import COUNTED
from understudy.platform.messages import Answer
from understudy.platform.paging import listing
from understudy.world.configuration import forget, store
from understudy.world.org import Handler, Org

JOBS_KEPT: Final = 50  # of one table
FILE_MAX: Final = 10 << 20  # bytes; the emulator's own bound


@dataclass(slots=True)
class TableJob:
    """``kind`` is import or export, ``body`` what the API shows; ``origin`` is the public base URL."""

    id: str
    table: str
    kind: str
    body: dict[str, Any]
    origin: str
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class RunTableJob:
    """The job's time is over: carry it out."""

    table: str
    job: str


def start_import(call: Call) -> Answer:
    """``POST …/import/jobs``: waits for a CSV at ``uploadURI``. ``importMode`` is ReplaceAll or, by default, Append."""
    job = _new(call, "import", "WaitingForUpload")
    job.body |= {"importMode": call.body.get("importMode") or "Append", "uploadHeaders": {}}
    job.body["uploadURI"] = expect(call, TABLE, job.id)
    return Answer(body=job.body)


def start_export(call: Call) -> Answer:
    """``POST …/export/jobs``: a CSV of all rows, to be had at ``downloadURI`` when it has succeeded."""
    job = _new(call, "export", "Processing")
    _schedule(call.org, job)
    return Answer(body=job.body)


def list_imports(call: Call) -> Answer:
    """``GET …/import/jobs``: the newest first."""
    found = [job.body for job in reversed(_jobs(call.org, table(call).id).values()) if job.kind == "import"]
    return Answer(encoded=listing(call, [orjson.dumps(body) for body in found], COUNTED))


def show_import(call: Call) -> Answer:
    """``GET …/import/jobs/{importJobId}``."""
    return _show(call, "import", call.path["importJobId"])


def show_export(call: Call) -> Answer:
    """``GET …/export/jobs/{exportJobId}``."""
    return _show(call, "export", call.path["exportJobId"])


def take_file(org: Org, job_id: str, data: bytes) -> None:
    """The upload of an import is here; Refused 404 for an unknown job, 409 for a second file, 413 for a long one."""
    known: Mapping[str, dict[str, TableJob]] = org.live.get(JOBS, {})
    job = next((jobs[job_id] for jobs in known.values() if job_id in jobs), None)
    if job is None:
        raise Refused(404, "not.found", f"There is no import job {job_id}.")
    if job.body["status"] != "WaitingForUpload":
        raise Refused(409, "general.conflict", f"Import job {job_id} has its upload already.")
    if len(data) > FILE_MAX:
        raise Refused(413, "request.too.large", f"The file has more than {FILE_MAX} bytes.")
    job.data, job.body["status"] = data, "Processing"
    _schedule(org, job)


def run_job(org: Org, command: RunTableJob) -> None:
    """Import or export; silent where table or job are gone."""
    job = org.live.get(JOBS, {}).get(command.table, {}).get(command.job)
    owner_table = org.entities.get(TABLES, command.table)
    if job is None or owner_table is None:
        return
    schema = owner_table.body.get("schema")
    try:
        done = _import(org, job, schema) if job.kind == "import" else _export(org, job, schema)
        job.body |= {"status": "Succeeded", **done}
    except (table_file.TableFileError, Refused) as error:
        code = error.code if isinstance(error, Refused) else table_file.SYNTAX
        information = {"message": str(error), "code": code, "status": 400, "details": [], "errors": []}
        job.body |= {"status": "Failed", "errorInformation": information}
    job.body["dateCompleted"] = iso(org.now())
    job.data = b""


def _import(org: Org, job: TableJob, schema: Any) -> dict[str, Any]:
    rows, failed, type_ = {}, 0, rows_type(job.table)
    for row in table_file.read(schema, job.data):
        try:
            whole = completed(schema, row)
            rows[whole[KEY]] = whole
        except Refused:
            failed += 1
    known = org.entities.of(type_)
    gone = [id_ for id_ in known if id_ not in rows] if job.body["importMode"] == "ReplaceAll" else []
    check_room(org, job.table, len(known.keys() | rows.keys()) - len(gone))
    for id_ in gone:
        forget(org, type_, id_)
    for id_, row in rows.items():
        store(org, type_, id_, row)
    return {"countRecordsUpdated": len(rows), "countRecordsDeleted": len(gone), "countRecordsFailed": failed}


def _export(org: Org, job: TableJob, schema: Any) -> dict[str, Any]:
    rows = [row.body for row in org.entities.of(rows_type(job.table)).values()]
    data = table_file.write(schema, rows)
    media = keep(org, Media(org.ids.uuid("media"), org.id, f"{job.table}.csv", "text/csv", data, status="valid"))
    return {"downloadURI": job.origin + media.path, "countRecordsProcessed": len(rows)}


def _new(call: Call, kind: str, status: str) -> TableJob:
    found = table(call)
    id_ = call.org.ids.uuid("datatables.jobs")
    author = owner(call)
    path = "users" if call.token.user else "oauth/clients"
    body = {
        "id": id_,
        "owner": {"id": author, "selfUri": f"/api/v2/{path}/{author}"},
        "status": status,
        "dateCreated": iso(call.org.now()),
        "selfUri": f"/api/v2/flows/datatables/{found.id}/{kind}/jobs/{id_}",
    }
    jobs = _jobs(call.org, found.id)
    job = jobs[id_] = TableJob(id_, found.id, kind, body, call.origin)
    while len(jobs) > JOBS_KEPT:
        del jobs[next(iter(jobs))]
    return job


def _show(call: Call, kind: str, id_: str) -> Answer:
    job = _jobs(call.org, table(call).id).get(id_)
    if job is None or job.kind != kind:
        raise Refused(404, "not.found", f"There is no {kind} job {id_} of this data table.", params={"id": id_})
    return Answer(body=job.body)


def _schedule(org: Org, job: TableJob) -> None:
    seconds = float(org.limits.value(NAMESPACE, "datatable.job.seconds"))
    org.schedule.at(org.now() + seconds, f"{JOBS}/{job.id}", RunTableJob(job.table, job.id))


def _jobs(org: Org, table_id: str) -> dict[str, TableJob]:
    known: dict[str, dict[str, TableJob]] = org.live.setdefault(JOBS, {})
    return known.setdefault(table_id, {})


HANDLERS: Final[dict[type, Handler]] = {RunTableJob: run_job}
ACTIONS: Final[dict[str, Action]] = {
    "postFlowsDatatableImportJobs": start_import,
    "getFlowsDatatableImportJobs": list_imports,
    "getFlowsDatatableImportJob": show_import,
    "postFlowsDatatableExportJobs": start_export,
    "getFlowsDatatableExportJob": show_export,
}
