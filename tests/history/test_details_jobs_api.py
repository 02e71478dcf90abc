from __future__ import annotations

from typing import Any

from tests.history.conftest import Office

JOBS = "/api/v2/analytics/conversations/details/jobs"


def _submit(office: Office, **query: Any) -> str:
    id_: str = office.post(JOBS, {"interval": office.interval(), **query})["jobId"]
    return id_


def test_a_job_is_queued_and_then_fulfilled(office: Office) -> None:
    id_ = _submit(office)
    assert office.get(f"{JOBS}/{id_}")["state"] == "QUEUED"
    assert office.ask("GET", f"{JOBS}/{id_}/results")[0] == 400
    office.wait(1)
    done = office.get(f"{JOBS}/{id_}")
    assert done["state"] == "FULFILLED"
    assert done["submissionDate"] < done["completionDate"] < done["expirationDate"]


def test_results_are_read_by_cursor_with_attributes(office: Office) -> None:
    made = [office.chat(f"c{number}").id for number in range(3)]
    id_ = _submit(office)
    office.wait(1)
    first = office.get(f"{JOBS}/{id_}/results?pageSize=2")
    second = office.get(f"{JOBS}/{id_}/results?pageSize=2&cursor={first['cursor']}")
    assert [one["conversationId"] for one in first["conversations"] + second["conversations"]] == made
    assert "cursor" not in second
    assert "attributes" in first["conversations"][0]["participants"][0]


def test_a_job_keeps_to_what_it_found_and_to_its_limit(office: Office) -> None:
    one = office.chat("a")
    office.chat("b")
    id_ = _submit(office, limit=1)
    office.wait(1)
    assert [each["conversationId"] for each in office.get(f"{JOBS}/{id_}/results")["conversations"]] == [one.id]
    office.chat("c")
    assert len(office.get(f"{JOBS}/{id_}/results")["conversations"]) == 1
    del office.org.conversations[one.id]  # as retention would
    assert office.get(f"{JOBS}/{id_}/results")["conversations"] == []


def test_a_deleted_job_is_gone(office: Office) -> None:
    id_ = _submit(office)
    assert office.ask("DELETE", f"{JOBS}/{id_}")[0] == 204
    assert office.ask("GET", f"{JOBS}/{id_}")[0] == 404
    assert office.ask("DELETE", f"{JOBS}/{id_}")[0] == 404


def test_a_wrong_query_is_refused_at_once(office: Office) -> None:
    assert office.ask("POST", JOBS, {"interval": "never"})[0] == 400
    assert office.ask("POST", JOBS, {"interval": office.interval(), "limit": 0})[0] == 400


def test_data_is_available_at_once(office: Office) -> None:
    assert office.get(f"{JOBS}/availability")["dataAvailabilityDate"].startswith("2026-01-01T00:00:00")
