from __future__ import annotations

from typing import Any

import pytest

from understudy.conversations.model import Conversation
from understudy.notifications import transcripts
from understudy.platform.schemas import Schemas
from understudy.world.changes import Change
from understudy.world.org import Org

WHOLE = {
    "communication": "k1",
    "started": 1_767_225_600.0,
    "ended": True,
    "transcripts": [
        {
            "id": "u1", "final": False, "channel": "external", "text": "good morning", "confidence": 0.9,
            "offset": 1.25, "duration": 0.5, "words": [{"text": "good", "offset": 1.25, "duration": 0.2}],
        }
    ],
}  # fmt: skip


def _body(org: Org, conversation: Conversation, data: dict[str, Any]) -> dict[str, Any]:
    return transcripts.body(org.id, conversation, Change(0, "transcript", 1_767_225_602.5, "c1", "ann", data))


def test_a_result_has_its_words_with_times_in_milliseconds(
    org: Org, conversation: Conversation, schemas: Schemas
) -> None:
    conversation.participants[0].communication.id = "k1"
    body = _body(org, conversation, WHOLE)
    assert schemas.response("TranscriptionTopicTranscriptionMessage").problems(body) == []
    assert (body["organizationId"], body["communicationId"]) == (org.id, "k1")
    assert body["status"] == {"offsetMs": 2_500, "status": "SESSION_ENDED"}
    (result,) = body["transcripts"]
    assert (result["utteranceId"], result["isFinal"], result["channel"]) == ("u1", False, "EXTERNAL")
    (said,) = result["alternatives"]
    assert (said["transcript"], said["confidence"], said["offsetMs"], said["durationMs"]) == (
        "good morning",
        0.9,
        1_250,
        500,
    )
    assert said["words"] == [{"confidence": 1.0, "offsetMs": 1_250, "durationMs": 200, "word": "good"}]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"transcripts": None},
        {"transcripts": [None, 7, {}]},
        {"transcripts": [{"words": "all", "channel": 5, "confidence": True, "offset": "late"}], "started": "soon"},
    ],
)
def test_what_is_strange_in_a_change_still_gives_a_body_of_the_model(
    org: Org, conversation: Conversation, schemas: Schemas, data: dict[str, Any]
) -> None:
    body = _body(org, conversation, data)
    assert schemas.response("TranscriptionTopicTranscriptionMessage").problems(body) == []
    assert body["status"]["status"] == "SESSION_ONGOING"
    assert body["communicationId"] == conversation.customer.communication.id
