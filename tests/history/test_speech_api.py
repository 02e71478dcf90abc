from __future__ import annotations

from typing import Any

import orjson
from tests.history.conftest import Office

from understudy.attachments.store import get

BASE = "/api/v2/speechandtextanalytics"


def _read(office: Office, url: str) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(get(office.org, url.rpartition("/")[2]).data)
    return found


def test_a_transcript_url_leads_to_the_transcript(office: Office) -> None:
    conversation = office.chat()
    id_ = conversation.customer.communication.id
    target = f"{BASE}/conversations/{conversation.id}/communications/{id_}"
    document = _read(office, office.get(f"{target}/transcripturl")["url"])
    assert document["communicationId"] == id_
    assert document["transcripts"][0]["phrases"][0]["text"] == "Where is my parcel?"
    urls = office.get(f"{target}/transcripturls")
    assert (urls["conversation"]["id"], urls["communicationId"]) == (conversation.id, id_)
    assert _read(office, urls["urls"][0]["url"]) == document
    (recording,) = office.get(f"/api/v2/conversations/{conversation.id}/recordings")
    assert urls["urls"][0]["recording"]["id"] == recording["id"]


def test_nothing_analyses_what_is_said(office: Office) -> None:
    base = f"{BASE}/conversations/{office.chat().id}"
    assert office.get(base)["sentimentTrendClass"] == "NotCalculated"
    assert office.get(f"{base}/categories")["entities"] == []
    assert office.get(f"{base}/summaries") == {"entities": []}
    assert office.get(f"{base}/sentiments")["insights"]["positiveSentimentReasons"] == []


def test_what_there_is_none_of_is_404(office: Office) -> None:
    for what in ("", "/categories", "/summaries", "/sentiments", "/communications/x/transcripturl"):
        assert office.ask("GET", f"{BASE}/conversations/nobody{what}")[0] == 404
    for what in ("transcripturl", "transcripturls"):
        target = f"{BASE}/conversations/{office.chat().id}/communications/x/{what}"
        assert office.ask("GET", target)[0] == 404


def test_settings_name_the_program_by_id_and_show_a_reference(office: Office) -> None:
    assert office.get(f"{BASE}/settings")["textAnalyticsEnabled"] is True
    status, body = office.ask("PATCH", f"{BASE}/settings", {"defaultProgramId": "p1", "expectedDialects": ["en-US"]})
    assert (status, body["defaultProgram"]["id"], body["expectedDialects"]) == (200, "p1", ["en-US"])
    assert office.ask("PATCH", f"{BASE}/settings", {"textAnalyticsEnabled": False})[1]["defaultProgram"]["id"] == "p1"
    assert "defaultProgram" not in office.ask("PUT", f"{BASE}/settings", {"defaultProgramId": None})[1]
    assert office.get("/api/v2/recording/settings")["recordingPlaybackUrlTtl"] == 60
    assert office.ask("PUT", "/api/v2/recording/settings", {"maxSimultaneousStreams": 3})[0] == 200
    assert office.get("/api/v2/recording/settings")["maxSimultaneousStreams"] == 3
