"""WM-15, WM-16: files that guests send. Time: none but the client's."""

from __future__ import annotations

import json

import pytest

from understudy.actors import Rehearsal
from understudy.actors.visitor import Visitor

FAILURE = {
    "type": "message",
    "class": "UploadFailureEvent",
    "code": 200,
    "body": {
        "attachmentId": "«attachmentId»",
        "errorCode": 4003,
        "errorMessage": "The content is not what was announced",
        "timestamp": "2026-01-01T00:00:00.000Z",
    },
}
GENERATED = {
    "type": "response",
    "class": "GenerateUrlError",
    "code": 4002,
    "tracingId": "«tracingId»",
    "body": {"attachmentId": "«attachmentId»", "errorCode": 4002, "errorMessage": "The file is too large"},
}


@pytest.mark.checks("WM-15")
def test_a_file_is_uploaded_and_sent(rehearsal: Rehearsal) -> None:
    ann = Visitor(rehearsal)
    ann.meets(rehearsal.agent())
    with rehearsal.check("WM-15"):
        cursor = rehearsal.entry_cursor()
        ann.attaches(rehearsal.media("a picture of it", "image/png"), "image/png", "Image")
        match = {"name": "onMessage", "customer": ann.guest()}
        rehearsal.client.wait("entries", 3.0, after=cursor, match=match)
        rehearsal.pause(0.3)


@pytest.mark.checks("WM-16")
def test_a_file_of_a_type_that_is_not_allowed_is_told(rehearsal: Rehearsal) -> None:
    ann = Visitor(rehearsal)
    ann.meets(rehearsal.agent())
    with rehearsal.check("WM-16"):
        ann.attaches(rehearsal.media("a tune", "audio/mpeg"), "audio/mpeg", "Audio")
        ann.sees(1, 2.0)


@pytest.mark.checks("WM-16")
@pytest.mark.parametrize("frame", [GENERATED, FAILURE], ids=["too large", "upload failed"])
def test_a_file_that_was_refused_is_told(rehearsal: Rehearsal, frame: dict[str, object]) -> None:
    ann = Visitor(rehearsal)
    ann.meets(rehearsal.agent())
    with rehearsal.check("WM-16"):
        ann.meets_next("onAttachment", frames=[json.dumps(frame, ensure_ascii=False, separators=(",", ":"))])
        ann.attaches(rehearsal.media("a picture of it", "image/png"), "image/png", "Image")
        ann.sees(1, 2.0)
