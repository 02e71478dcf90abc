from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.architect_api.table_jobs import FILE_MAX, JOBS_KEPT, take_file
from understudy.attachments.store import stored
from understudy.errors import Refused
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
TABLES = "/api/v2/flows/datatables"


def later(office: Org, seconds: float = 1.0) -> None:
    office.clock.jump(seconds)
    office.tick()


def imported(ask: Ask, office: Org, table: str, data: bytes, **body: Any) -> dict[str, Any]:
    path = f"{TABLES}/{table}/import/jobs"
    job = ask("POST", path, body)[1]
    assert job["status"] == "WaitingForUpload"
    assert job["uploadURI"] == f"http://127.0.0.1:1/understudy/uploads/{office.id}/{job['id']}"
    take_file(office, job["id"], data)
    assert ask("GET", f"{path}/{job['id']}")[1]["status"] == "Processing"
    later(office)
    state: dict[str, Any] = ask("GET", job["selfUri"])[1]
    return state


def keys(ask: Ask, table: str) -> list[str]:
    return [row["key"] for row in ask("GET", f"{TABLES}/{table}/rows")[1]["entities"]]


def test_an_import_adds_and_replaces_rows_and_counts_those_that_fail(ask: Ask, office: Org, table: str) -> None:
    for key in ("a", "b"):
        ask("POST", f"{TABLES}/{table}/rows", {"key": key})
    state = imported(ask, office, table, b"key,count\nb,7\nc,x\nd,9\n")
    counts = [state[f"countRecords{name}"] for name in ("Updated", "Deleted", "Failed")]
    assert (state["status"], state["importMode"], counts) == ("Succeeded", "Append", [2, 0, 1])
    assert keys(ask, table) == ["a", "b", "d"]
    assert ask("GET", f"{TABLES}/{table}/rows/b?showbrief=false")[1]["count"] == 7
    state = imported(ask, office, table, b"key\nb\n", importMode="ReplaceAll")
    assert [state[f"countRecords{name}"] for name in ("Updated", "Deleted", "Failed")] == [1, 2, 0]
    assert keys(ask, table) == ["b"]
    assert [job["importMode"] for job in ask("GET", f"{TABLES}/{table}/import/jobs")[1]["entities"]] == [
        "ReplaceAll",
        "Append",
    ]


def test_a_file_that_can_not_be_read_fails_as_a_whole(ask: Ask, office: Org, table: str) -> None:
    state = imported(ask, office, table, b"nothing\n1\n")
    assert (state["status"], state["errorInformation"]["code"]) == ("Failed", "flows.datatables.syntax.error")
    assert keys(ask, table) == []


def test_a_file_that_the_table_can_not_hold_fails_as_a_whole(ask: Ask, office: Org, table: str) -> None:
    most = int(office.limits.value("architect", "datatable.rows.max"))
    data = "key\n" + "".join(f"{number}\n" for number in range(most + 1))
    state = imported(ask, office, table, data.encode())
    assert state["errorInformation"]["code"] == "flows.datatables.too.many.rows"
    assert keys(ask, table) == []


def test_an_upload_is_taken_once_and_not_too_long(ask: Ask, office: Org, table: str) -> None:
    job = ask("POST", f"{TABLES}/{table}/import/jobs", {})[1]["id"]
    with pytest.raises(Refused, match="more than"):
        take_file(office, job, bytes(FILE_MAX + 1))
    take_file(office, job, b"key\n")
    with pytest.raises(Refused, match="its upload already"):
        take_file(office, job, b"key\n")
    with pytest.raises(Refused, match="no import job"):
        take_file(office, "nope", b"")


def test_an_export_is_a_file_of_all_rows(ask: Ask, office: Org, table: str) -> None:
    ask("POST", f"{TABLES}/{table}/rows", {"key": "a", "rate": 0.5})
    job = ask("POST", f"{TABLES}/{table}/export/jobs")[1]
    assert (job["status"], "downloadURI" in job) == ("Processing", False)
    later(office)
    state = ask("GET", job["selfUri"])[1]
    assert (state["status"], state["countRecordsProcessed"]) == ("Succeeded", 1)
    media = stored(office)[state["downloadURI"].rpartition("/")[2]]
    assert (media.mime, media.data) == ("text/csv", b"key,count,rate,open,note\r\na,1,0.5,false,\r\n")


def test_a_job_of_a_deleted_table_ends_quietly(ask: Ask, office: Org, table: str) -> None:
    job = ask("POST", f"{TABLES}/{table}/export/jobs")[1]
    ask("DELETE", f"{TABLES}/{table}")
    later(office)
    assert ask("GET", job["selfUri"])[0] == 404
    assert stored(office) == {}


def test_jobs_are_of_their_kind_and_bounded(ask: Ask, office: Org, table: str) -> None:
    job = ask("POST", f"{TABLES}/{table}/export/jobs")[1]["id"]
    assert ask("GET", f"{TABLES}/{table}/import/jobs/{job}")[0] == 404
    assert ask("GET", f"{TABLES}/nope/import/jobs")[0] == 404
    for _ in range(JOBS_KEPT + 1):
        ask("POST", f"{TABLES}/{table}/import/jobs", {})
    assert ask("GET", f"{TABLES}/{table}/import/jobs?pageSize=500")[1]["total"] == JOBS_KEPT
