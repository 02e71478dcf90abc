from __future__ import annotations

from typing import Any

import orjson
from tests.history.conftest import Office

from understudy.attachments.store import get
from understudy.history.recordings import RESTORED


def _recording(office: Office) -> tuple[str, dict[str, Any]]:
    base = f"/api/v2/conversations/{office.chat().id}"
    (found,) = office.get(f"{base}/recordingmetadata")
    return base, found


def test_metadata_and_recording_agree(office: Office) -> None:
    base, found = _recording(office)
    assert (found["media"], found["fileState"]) == ("message", "AVAILABLE")
    assert office.get(f"{base}/recordingmetadata/{found['id']}") == found
    (listed,) = office.get(f"{base}/recordings")
    assert listed == office.get(f"{base}/recordings/{found['id']}") == office.get(found["selfUri"])
    assert len(listed["messagingTranscript"]) == 2


def test_a_live_conversation_has_no_recording(office: Office) -> None:
    base = f"/api/v2/conversations/{office.says('Hello?').id}"
    assert office.get(f"{base}/recordings") == office.get(f"{base}/recordingmetadata") == []


def test_what_there_is_none_of_is_404(office: Office) -> None:
    base, _ = _recording(office)
    for target in ("/recordings/x", "/recordingmetadata/x"):
        assert office.ask("GET", base + target)[0] == 404
    for target in ("recordings", "recordingmetadata", "recordings/x"):
        assert office.ask("GET", f"/api/v2/conversations/nobody/{target}")[0] == 404
    assert office.ask("GET", "/api/v2/downloads/nothing")[0] == 404


def test_a_download_is_a_file_that_is_there(office: Office) -> None:
    base, found = _recording(office)
    url = office.get(f"{base}/recordings/{found['id']}?download=true")["mediaUris"]["0"]["mediaUri"]
    id_ = url.rpartition("/")[2]
    assert orjson.loads(get(office.org, id_).data)["id"] == found["id"]
    assert office.get(f"/api/v2/downloads/{id_}?issueRedirect=false") == {"url": url}
    assert office.ask("GET", f"/api/v2/downloads/{id_}") == (302, {"url": url})


def test_retention_dates_are_set_and_taken_back(office: Office) -> None:
    base, found = _recording(office)
    target = f"{base}/recordings/{found['id']}"
    status, body = office.ask("PUT", target, {"archiveDate": "2026-01-01T00:00:00", "deleteDate": "2027-01-01T00:00Z"})
    assert (status, body["fileState"], body["archiveDate"]) == (200, "ARCHIVED", "2026-01-01T00:00:00.000Z")
    assert office.ask("PUT", target, {"deleteDate": "9999-12-31T23:59:59-05:00"})[0] == 400
    body = office.ask("PUT", target, {"fileState": "RESTORED", "deleteDate": None})[1]
    assert body["fileState"] == "AVAILABLE"
    assert body.keys().isdisjoint({"archiveDate", "deleteDate"})
    assert office.ask("PUT", target, {"fileState": "RESTORED"})[0] == 400
    assert office.ask("PUT", target, {"deleteDate": "2026-01-01"})[1]["fileState"] == "DELETED"
    assert office.ask("PUT", target, {"deleteDate": None})[0] == 400


def test_restorations_are_counted_and_have_an_end(office: Office) -> None:
    base, found = _recording(office)
    target = f"{base}/recordings/{found['id']}"
    metadata = f"{base}/recordingmetadata/{found['id']}"
    most = found["remainingRestorationsAllowedForOrg"]
    assert most == found["maxAllowedRestorationsForOrg"] > 1
    archived = {"archiveDate": "2026-01-01T00:00:00Z"}
    office.ask("PUT", target, archived)
    assert office.ask("PUT", target, {"fileState": "RESTORED"})[0] == 200
    assert office.get(metadata)["remainingRestorationsAllowedForOrg"] == most - 1
    office.org.live[RESTORED] = most
    office.ask("PUT", target, archived)
    assert office.ask("PUT", target, {"fileState": "RESTORED"})[0] == 400
    left = office.get(metadata)
    assert (left["fileState"], left["remainingRestorationsAllowedForOrg"]) == ("ARCHIVED", 0)


def test_an_export_can_be_cleared(office: Office) -> None:
    base, found = _recording(office)
    target = f"{base}/recordings/{found['id']}"
    assert "exportDate" in office.ask("PUT", target, {"exportDate": "2026-02-01T00:00:00Z"})[1]
    assert "exportDate" not in office.ask("PUT", f"{target}?clearExport=true", {})[1]
