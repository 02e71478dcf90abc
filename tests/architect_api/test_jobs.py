from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.architect_api.conftest import FLOW

from understudy.architect_api.jobs import JOBS_KEPT, deploy, jobs
from understudy.errors import Refused
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
FLOWS = "/api/v2/flows"


def test_a_job_publishes_what_is_uploaded(ask: Ask, office: Org) -> None:
    job = ask("POST", f"{FLOWS}/jobs", {})[1]
    assert job["presignedUrl"] == f"http://127.0.0.1:1/understudy/uploads/{office.id}/{job['id']}"
    assert ask("GET", f"{FLOWS}/jobs/{job['id']}")[1]["status"] == "Registered"
    deploy(office, job["id"], FLOW.encode())
    state = ask("GET", f"{FLOWS}/jobs/{job['id']}")[1]
    assert state["status"] == "Success"
    flow = ask("GET", f"{FLOWS}/{state['flow']['id']}")[1]
    assert flow["publishedVersion"]["id"] == flow["savedVersion"]["id"] == "1.0"
    again = ask("POST", f"{FLOWS}/jobs")[1]["id"]
    deploy(office, again, FLOW.encode())
    assert jobs(office)[again].flow == state["flow"]["id"]
    assert ask("GET", f"{FLOWS}/{flow['id']}")[1]["publishedVersion"]["id"] == "2.0"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (FLOW.replace("Support", "Nobody").encode(), "upload:9: 'T' names queue 'Nobody': known are Support"),
        (b"\xff\xfe", "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
        (b"", "upload:0: the file is empty"),
    ],
)
def test_a_bad_upload_is_the_job_s_failure(ask: Ask, office: Org, data: bytes, message: str) -> None:
    job = ask("POST", f"{FLOWS}/jobs")[1]["id"]
    deploy(office, job, data)
    state = ask("GET", f"{FLOWS}/jobs/{job}")[1]
    assert (state["status"], [m["text"] for m in state["messages"]]) == ("Failure", [message])
    assert office.entities.of("flows") == {}
    with pytest.raises(Refused, match="has its upload already"):
        deploy(office, job, data)


def test_a_job_does_not_publish_a_flow_that_somebody_else_has_locked(ask: Ask, office: Org, flow: str) -> None:
    office.entities.put("flows", flow, {**office.entities.of("flows")[flow].body, "lockedUser": {"id": "u9"}})
    job = ask("POST", f"{FLOWS}/jobs")[1]["id"]
    deploy(office, job, FLOW.encode())
    assert jobs(office)[job].messages[0]["text"] == "upload:0: the flow is locked by u9"


def test_an_unknown_job_is_not_found(ask: Ask, office: Org) -> None:
    assert ask("GET", f"{FLOWS}/jobs/nope")[0] == 404
    with pytest.raises(Refused, match="no job"):
        deploy(office, "nope", b"")


def test_the_number_of_jobs_is_bounded(ask: Ask, office: Org) -> None:
    for _ in range(JOBS_KEPT + 5):
        ask("POST", f"{FLOWS}/jobs")
    assert len(jobs(office)) == JOBS_KEPT


def test_a_new_flow_lies_in_the_division_of_its_text(ask: Ask, office: Org) -> None:
    north = ask("POST", "/api/v2/authorization/divisions", {"name": "North", "description": ""})[1]["id"]
    for name, division in (("A", "North"), ("B", "Home"), ("C", "South")):
        text = FLOW.replace("  name:", f"  division: {division}\n  name:", 1).replace("Front door", name)
        job = ask("POST", f"{FLOWS}/jobs")[1]["id"]
        deploy(office, job, text.encode())
        state = jobs(office)[job]
        if division == "South":
            assert "division 'South'" in state.messages[0]["text"]
        else:
            found = ask("GET", f"{FLOWS}/{state.flow}")[1]["division"]["id"]
            assert (found == north) == (division == "North")


def test_an_upload_with_placeholders_fails_by_their_name(ask: Ask, office: Org) -> None:
    job = ask("POST", f"{FLOWS}/jobs")[1]["id"]
    deploy(office, job, FLOW.replace("Support", "{{queue}}").encode())
    assert "placeholder 'queue' has no value" in jobs(office)[job].messages[0]["text"]
