"""What a guest says arrives once, in order, and not too fast."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from understudy.references.messenger_endpoint.outbox import code_of, said_of

if TYPE_CHECKING:
    from tests.references.messenger_endpoint.conftest import FakeMessaging, Rig

Start = Callable[..., "Rig"]


def limited(rig: Rig, seconds: float) -> list[dict[str, object]]:
    body = {"retryAfter": seconds, "errorCode": 4029, "errorMessage": "slow down"}
    return [rig.response("TooManyRequestsErrorMessage", 429, **body)]


def test_what_came_too_fast_waits_as_long_as_it_is_told_and_is_said_again(start: Start, fake: FakeMessaging) -> None:
    rig = start()
    rig.opened()
    fake.meets["onMessage"].append(limited(rig, 0.3))
    began = time.monotonic()
    for text in ("one", "two"):
        rig.guest.says(text)
    rig.sent("one", "two")
    assert time.monotonic() - began >= 0.3
    assert fake.texts() == ["hello", "one", "one", "two"]
    assert rig.notices() == []


def test_five_a_second_and_no_more(start: Start, fake: FakeMessaging) -> None:
    rig = start()
    rig.opened()
    began = time.monotonic()
    texts = [f"line {number}" for number in range(6)]
    for text in texts:
        rig.guest.says(text)
    rig.sent(*texts)
    assert time.monotonic() - began >= 0.9
    assert fake.texts() == ["hello", *texts]


def test_a_refused_message_is_told_and_the_next_one_said(start: Start, fake: FakeMessaging) -> None:
    rig = start()
    rig.opened()
    fake.meets["onMessage"].append([rig.error(4011, "too long")])
    rig.guest.says("x")
    rig.guest.says("y")
    rig.sent("y")
    assert rig.notices() == ["This message was not sent: too long (4011)"]
    assert ("x", "failed") in rig.own()
    assert len(fake.said("configureSession")) == 1


def test_a_message_that_met_a_broken_connection_is_said_again(start: Start, fake: FakeMessaging) -> None:
    rig = start()
    rig.opened()
    fake.meets["onMessage"].append([rig.drop])
    rig.guest.says("are you there")
    rig.sent("are you there")
    assert fake.texts() == ["hello", "are you there", "are you there"]


def test_a_message_that_had_arrived_after_all_is_not_said_again(start: Start, fake: FakeMessaging) -> None:
    rig = start()
    rig.opened()
    fake.meets["onMessage"].append([rig.drop])
    fake.history = [{"id": "h1", "type": "Text", "text": "are you there", "direction": "Inbound"}]
    rig.guest.says("are you there")
    rig.sent("are you there")
    assert fake.texts() == ["hello", "are you there"]


def test_a_file_is_announced_put_and_sent(start: Start, fake: FakeMessaging) -> None:
    rig = start()
    rig.guest.attaches(f"{fake.url}/files/cat.png", "image/png", "look")
    rig.sent("look")
    (announced,) = fake.said("onAttachment")
    assert (announced["fileName"], announced["fileType"]) == ("cat.png", "image/png")
    assert len(announced["fileMd5"]) == 32
    assert fake.puts[0]["x-key"] == "k"
    content = [{"contentType": "Attachment", "attachment": {"id": announced["attachmentId"]}}]
    assert fake.said("onMessage")[0]["message"]["content"] == content


def test_a_file_that_is_refused_is_told(start: Start, fake: FakeMessaging) -> None:
    rig = start()
    refused = rig.response("GenerateUrlError", 4001, errorCode=4001, errorMessage="not this type")
    fake.meets["onAttachment"].append([refused])
    rig.guest.attaches(f"{fake.url}/files/cat.png", "image/png", "")
    rig.until(rig.notices, lambda notices: notices == ["The file was not sent: not this type (4001)"])
    rig.guest.attaches(f"{fake.url}/nowhere", "image/png", "")
    rig.until(rig.notices, lambda notices: notices[1:] == ["The file was not sent: it can't be read: 404"])
    assert fake.said("onMessage") == []


def test_an_upload_that_failed_is_told(start: Start, fake: FakeMessaging) -> None:
    rig = start()
    rig.opened()
    fake.meets["onAttachment"].append([])
    rig.guest.attaches(f"{fake.url}/files/cat.png", "image/png", "")
    (asked,) = fake.wait("onAttachment")
    failure = rig.message("UploadFailureEvent", attachmentId=asked["attachmentId"], errorMessage="not as announced")
    fake.push(failure)
    rig.until(rig.notices, lambda notices: bool(notices) and "not as announced" in notices[0])


def test_an_error_is_read_from_any_form() -> None:
    assert (code_of({"code": 4011}), code_of({"code": True}), code_of({})) == (4011, 200, 200)
    assert said_of({"code": 5, "body": "why"}) == "why (5)"
    assert said_of({"code": 5, "body": {"errorMessage": "why"}}) == "why (5)"
    assert said_of({}) == "it did not arrive (200)"
