from __future__ import annotations

from tests.history.conftest import Office

from understudy.platform.grants import set_pairs
from understudy.world.tokens import Token

ANALYTICS = "/api/v2/analytics/conversations"


def _fenced(office: Office) -> Token:
    """A token whose role holds in another division than that of the conversations."""
    other = office.post("/api/v2/authorization/divisions", {"name": "Elsewhere", "description": ""})["id"]
    policies = [
        {"domain": domain, "entityName": "*", "actionSet": ["*"]}
        for domain in ("analytics", "recording", "speechAndTextAnalytics")
    ]
    role = office.post("/api/v2/authorization/roles", {"name": "Analyst", "permissionPolicies": policies})["id"]
    set_pairs(office.org, "u1", {(role, other)})
    return office.token("u1")


def test_queries_leave_out_what_is_out_of_reach(office: Office) -> None:
    chat, token = office.chat(), _fenced(office)
    query = {"interval": office.interval()}
    assert office.post(f"{ANALYTICS}/details/query", query)["totalHits"] == 1
    assert office.ask("POST", f"{ANALYTICS}/details/query", query, token)[1]["totalHits"] == 0
    assert office.ask("GET", f"{ANALYTICS}/details?id={chat.id}", token=token)[1] == {"conversations": []}
    aggregates = {**query, "metrics": ["nConversations"]}
    assert office.ask("POST", f"{ANALYTICS}/aggregates/query", aggregates, token)[1] == {"results": []}
    job = office.ask("POST", f"{ANALYTICS}/details/jobs", query, token)[1]["jobId"]
    office.wait(1)
    assert office.ask("GET", f"{ANALYTICS}/details/jobs/{job}/results", token=token)[1]["conversations"] == []
    search = {"types": ["transcripts"]}
    target = "/api/v2/speechandtextanalytics/transcripts/search"
    assert office.ask("POST", target, search, token)[1]["total"] == 0


def test_reading_what_is_out_of_reach_is_refused(office: Office) -> None:
    chat, token = office.chat(), _fenced(office)
    for target in (
        f"{ANALYTICS}/{chat.id}/details",
        f"/api/v2/conversations/{chat.id}/recordings",
        f"/api/v2/speechandtextanalytics/conversations/{chat.id}/categories",
    ):
        assert office.ask("GET", target)[0] == 200
        assert office.ask("GET", target, token=token)[0] == 403


def test_a_job_on_recordings_keeps_within_reach(office: Office) -> None:
    chat, token = office.chat(), _fenced(office)
    body = {"action": "EXPORT", "conversationQuery": {"interval": office.interval()}}
    job = office.ask("POST", "/api/v2/recording/jobs", body, token)[1]
    batch = {"batchDownloadRequestList": [{"conversationId": chat.id}]}
    made = office.ask("POST", "/api/v2/recording/batchrequests", batch, token)[1]
    office.wait(1)
    assert office.ask("GET", job["selfUri"], token=token)[1]["totalRecordings"] == 0
    assert office.ask("GET", made["selfUri"], token=token)[1]["errorCount"] == 1
