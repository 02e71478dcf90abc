from __future__ import annotations

import pytest
from tests.history.conftest import START, Office

from understudy.errors import Refused
from understudy.history.transcripts import find_communication, phrases, phrases_of, transcript


def test_a_transcript_holds_what_was_said_and_by_which_side(office: Office) -> None:
    conversation = office.chat()
    document = transcript(office.org, conversation, conversation.customer.communication)
    (one,) = document["transcripts"]
    said = [(p["phraseIndex"], p["participantPurpose"], p["text"], p["startTimeMs"]) for p in one["phrases"]]
    start = round(START * 1000)
    assert said == [(0, "external", "Where is my parcel?", start), (1, "internal", "On its way", start + 10_000)]
    assert [word["word"] for word in one["phrases"][1]["words"]] == ["On", "its", "way"]
    assert one["phrases"][1]["offset"] == {"milliseconds": 10_000}
    assert document["duration"] == {"milliseconds": 40_000}
    assert document["participants"][0]["participantPurpose"] == "external"
    assert document["participants"][-1]["userId"] == "u1"


def test_a_communication_hears_what_was_said_while_it_lasted(office: Office) -> None:
    conversation = office.chat()
    agent = next(one for one in conversation.participants if one.purpose == "agent")
    heard = [phrase.text for phrase in phrases_of(conversation, agent.communication)]
    assert "On its way" in heard
    assert len(list(phrases(conversation))) == 2


def test_a_communication_is_found_with_its_participant(office: Office) -> None:
    conversation = office.chat()
    customer = conversation.customer
    found = find_communication(conversation, customer.communication.id)
    assert found == (customer, customer.communication)
    with pytest.raises(Refused, match="nobody"):
        find_communication(conversation, "nobody")
