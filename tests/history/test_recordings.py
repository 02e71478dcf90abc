from __future__ import annotations

import pytest
from tests.history.conftest import START, Office

from understudy.clock import iso
from understudy.errors import Refused
from understudy.history import recordings
from understudy.history.recordings import metadata, recording_body, recording_of, recordings_of, set_dates


def test_a_round_of_messages_is_a_recording_once_it_is_over(office: Office) -> None:
    office.online()
    conversation = office.says("Hello?")
    assert recordings_of(office.org, conversation) == []
    office.answers(conversation, "Hi")
    office.ends(conversation)
    (one,) = recordings_of(office.org, conversation)
    assert one.state(office.org.now()) == "AVAILABLE"
    assert recording_of(office.org, conversation, one.id).id == one.id  # the same whenever it is asked for
    with pytest.raises(Refused, match="nobody"):
        recording_of(office.org, conversation, "nobody")


def test_each_round_has_its_own_transcript(office: Office) -> None:
    conversation = office.chat()
    office.wait(60)
    office.says("One more thing")
    office.ends(conversation)
    first, second = (recording_body(office.org, one) for one in recordings_of(office.org, conversation))
    assert [one["messageText"] for one in first["messagingTranscript"]] == ["Where is my parcel?", "On its way"]
    assert [one["purpose"] for one in first["messagingTranscript"]] == ["customer", "agent"]
    assert first["messagingTranscript"][1]["fromUser"]["id"] == "u1"
    assert [one["messageText"] for one in second["messagingTranscript"]] == ["One more thing"]
    assert [user["id"] for user in first["users"]] == ["u1"]


def test_dates_that_have_come_decide_the_state(office: Office) -> None:
    (one,) = recordings_of(office.org, office.chat())
    kept = set_dates(office.org, one, {"archiveDate": iso(START + 1000), "deleteDate": iso(START + 2000)})
    states = [kept.state(START + at) for at in (999, 1000, 2000)]
    assert states == ["AVAILABLE", "ARCHIVED", "DELETED"]
    assert metadata(office.org, kept)["archiveDate"] == iso(START + 1000)
    assert "archiveDate" not in metadata(office.org, set_dates(office.org, kept, {"archiveDate": None}))


def test_what_is_deleted_says_nothing_any_more(office: Office) -> None:
    (one,) = recordings_of(office.org, office.chat())
    body = recording_body(office.org, set_dates(office.org, one, {"deleteDate": iso(START)}))
    assert body["fileState"] == "DELETED"
    assert "messagingTranscript" not in body


def test_changed_recordings_are_bounded(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recordings, "KEPT", 2)
    for name in "abc":
        (one,) = recordings_of(office.org, office.chat(name))
        set_dates(office.org, one, {"deleteDate": iso(START)})
    assert len(office.org.live[recordings.LIVE]) == 2
