from __future__ import annotations

from typing import Any

import orjson
import pytest
from tests.history.conftest import Office

from understudy.attachments.store import get
from understudy.conversations.model import Conversation
from understudy.history import recording_jobs_api
from understudy.history.recordings import Recording, recordings_of
from understudy.platform.grants import set_pairs
from understudy.world.org import Org

BATCHES = "/api/v2/recording/batchrequests"
JOBS = "/api/v2/recording/jobs"


def _batch(office: Office, *asked: dict[str, str]) -> dict[str, Any]:
    made = office.post(BATCHES, {"batchDownloadRequestList": list(asked)})
    assert office.get(made["selfUri"])["status"] == "InProgress"
    office.wait(1)
    found: dict[str, Any] = office.get(made["selfUri"])
    return found


def test_a_batch_ends_in_files_that_are_there(office: Office) -> None:
    one, two = office.chat("a"), office.chat("b")
    (known,) = office.get(f"/api/v2/conversations/{two.id}/recordings")
    found = _batch(office, {"conversationId": one.id}, {"recordingId": known["id"]}, {"conversationId": "nobody"})
    assert (found["status"], found["resultCount"], found["errorCount"]) == ("Completed", 3, 1)
    urls = [result["resultUrl"] for result in found["results"] if "resultUrl" in result]
    texts = [orjson.loads(get(office.org, url.rpartition("/")[2]).data)["conversationId"] for url in urls]
    assert texts == [one.id, two.id]


def test_recordings_without_their_conversation_are_looked_for_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    (known,) = office.get(f"/api/v2/conversations/{office.chat().id}/recordings")
    made = office.post(BATCHES, {"batchDownloadRequestList": [{"recordingId": known["id"]}, {"recordingId": "x"}] * 50})
    office.wait(1)
    seen: list[str] = []

    def counted(org: Org, conversation: Conversation) -> list[Recording]:
        seen.append(conversation.id)
        return recordings_of(org, conversation)

    monkeypatch.setattr(recording_jobs_api, "recordings_of", counted)
    found = office.get(made["selfUri"])
    assert (found["resultCount"], found["errorCount"]) == (100, 50)
    assert seen == list(office.org.conversations)


def test_what_is_deleted_is_not_downloaded(office: Office) -> None:
    chat = office.chat()
    (known,) = office.get(f"/api/v2/conversations/{chat.id}/recordings")
    office.ask("PUT", known["selfUri"], {"deleteDate": "2026-01-01"})
    (result,) = _batch(office, {"conversationId": chat.id})["results"]
    assert "DELETED" in result["errorMsg"]


def test_a_batch_has_bounds(office: Office) -> None:
    for count in (0, 101):
        body = {"batchDownloadRequestList": [{"conversationId": "x"}] * count}
        assert office.ask("POST", BATCHES, body)[0] == 400
    assert office.ask("GET", f"{BATCHES}/nobody")[0] == 404


def _query(office: Office, action: str = "DELETE", **more: Any) -> dict[str, Any]:
    return {"action": action, "conversationQuery": {"interval": office.interval(), "order": None}, **more}


def test_a_job_looks_waits_and_does_what_it_is_told(office: Office) -> None:
    chat = office.chat()
    job = office.post(JOBS, _query(office, actionDate="2026-01-01T00:00:00"))
    assert job["state"] == "PENDING"
    assert office.ask("PUT", job["selfUri"], {"state": "PROCESSING"})[0] == 409
    office.wait(1)
    ready = office.get(job["selfUri"])
    assert (ready["state"], ready["totalRecordings"], ready["totalProcessedRecordings"]) == ("READY", 1, 0)
    status, done = office.ask("PUT", job["selfUri"], {"state": "PROCESSING"})
    assert status in (200, 202)
    assert (done["state"], done["totalProcessedRecordings"]) == ("FULFILLED", 1)
    (recording,) = office.get(f"/api/v2/conversations/{chat.id}/recordingmetadata")
    assert recording["fileState"] == "DELETED"
    assert office.ask("PUT", job["selfUri"], {"state": "PROCESSING"})[0] == 409


def test_a_recording_that_is_forgotten_meanwhile_has_failed(office: Office) -> None:
    chat = office.chat()
    job = office.post(JOBS, _query(office))
    office.wait(1)
    assert office.get(job["selfUri"])["totalRecordings"] == 1
    del office.org.conversations[chat.id]  # as retention would
    done = office.ask("PUT", job["selfUri"], {"state": "PROCESSING"})[1]
    assert (done["totalProcessedRecordings"], done["totalFailedRecordings"]) == (0, 1)


def test_jobs_are_listed_by_state_type_and_owner(office: Office) -> None:
    office.chat()
    first = office.post(JOBS, _query(office, "EXPORT"))["id"]
    token = office.token("u1")
    set_pairs(office.org, "u1", {(role, "*") for role in office.org.entities.of("authorization.roles")})
    status, own = office.ask("POST", JOBS, _query(office, "ARCHIVE"), token)
    assert status in (200, 202)
    assert own["user"]["id"] == "u1"
    office.wait(1)

    def listed(query: str) -> list[str]:
        found = office.ask("GET", f"{JOBS}?{query}", token=token)[1]
        return [one["id"] for one in found["entities"]]

    assert listed("") == [first, own["id"]]
    assert listed("jobType=ARCHIVE") == listed("showOnlyMyJobs=true") == [own["id"]]
    assert listed("state=FULFILLED") == []
    assert listed("sortBy=dateCreated&pageSize=1&pageNumber=2") == [own["id"]]


def test_an_aged_interval_names_conversations_too(office: Office) -> None:
    office.chat()
    job = office.post(JOBS, {"action": "EXPORT", "agedConversationInterval": office.interval()})
    office.wait(1)
    assert office.get(job["selfUri"])["totalConversations"] == 1


@pytest.mark.parametrize(
    "body", [{"action": "DELETE"}, {"action": "DELETE", "agedConversationInterval": "x"},
             {"action": "DELETE", "conversationQuery": {"interval": "x"}}]
)  # fmt: skip
def test_a_job_about_nothing_is_refused(office: Office, body: dict[str, Any]) -> None:
    assert office.ask("POST", JOBS, body)[0] == 400


def test_a_deleted_job_is_gone(office: Office) -> None:
    job = office.post(JOBS, _query(office))
    assert office.ask("DELETE", job["selfUri"])[0] == 204
    assert office.ask("GET", job["selfUri"])[0] == 404
