from __future__ import annotations

import re
from typing import Any

import orjson
import pytest

from understudy.material import material
from understudy.user_side.messages import UserAct, UserSideError, parse_seen

GOOD = {"id": "m1", "type": "text", "text": "hi", "from": "bot", "time": "2026-01-01T00:00:00Z"}


@pytest.mark.parametrize(
    "body",
    [
        {"text": "hi"},
        {"text": "", "attachment": {"url": "http://a/b", "mime": "image/png", "mediaType": "Image"}},
        {"text": "Yes", "postback": {"text": "Yes", "payload": "y", "originatingMessageId": "m1"}},
    ],
)
def test_build_and_parse_are_inverse(body: dict[str, Any]) -> None:
    assert UserAct.parse(body).build() == body


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({}, "user side: say: needs a text, an attachment or a postback (see suites/USER_SIDE.md)"),
        ({"attachment": {"url": "x"}}, "user side: say.attachment.mime: must be a string (see suites/USER_SIDE.md)"),
        (
            {"attachment": {"url": "x", "mime": "y", "mediaType": "Gif"}},
            "user side: say.attachment.mediaType: give one of Image, Video, Audio, File, Link "
            "(see suites/USER_SIDE.md)",
        ),
        (
            {"postback": {"text": "a", "payload": "b"}},
            "user side: say.postback.originatingMessageId: must be a string (see suites/USER_SIDE.md)",
        ),
    ],
)
def test_a_wrong_act_is_named(body: dict[str, Any], text: str) -> None:
    with pytest.raises(UserSideError) as caught:
        UserAct.parse(body)
    assert str(caught.value) == text


def test_a_listing_keeps_order_and_unknown_fields() -> None:
    other = {"id": "m2", "type": "options", "from": "agent", "options": [{"text": "a", "payload": "b"}], "extra": 1}
    seen = parse_seen(orjson.dumps({"messages": [GOOD, other]}))
    assert [one["id"] for one in seen] == ["m1", "m2"]
    assert (seen[1]["text"], seen[1]["extra"]) == ("", 1)


@pytest.mark.parametrize(
    ("message", "where"),
    [
        (7, "seen.messages[0]"),
        ({**GOOD, "id": 7}, "seen.messages[0].id"),
        ({**GOOD, "type": "txt"}, "seen.messages[0].type"),
        ({**GOOD, "from": "human"}, "seen.messages[0].from"),
        ({**GOOD, "text": None}, "seen.messages[0].text"),
        ({**GOOD, "type": "attachment"}, "seen.messages[0].attachment"),
        ({**GOOD, "options": {}}, "seen.messages[0].options"),
        ({**GOOD, "options": [{"text": "a"}]}, "seen.messages[0].options[0].payload"),
    ],
)
def test_a_wrong_listing_is_named(message: Any, where: str) -> None:
    with pytest.raises(UserSideError) as caught:
        parse_seen(orjson.dumps({"messages": [message]}))
    assert caught.value.where == where


@pytest.mark.parametrize("body", [b"", b"[]", b'{"messages": 7}', b"\xff", b"<html>"])
def test_what_is_no_listing_is_said_so(body: bytes) -> None:
    with pytest.raises(UserSideError):
        parse_seen(body)


def test_every_sample_of_the_document_is_what_the_code_takes() -> None:
    """The document is the contract: its own examples must pass."""
    text = (material("suites") / "USER_SIDE.md").read_text("utf-8")
    acts, listing = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    for line in acts.strip().splitlines():
        UserAct.parse(orjson.loads(line))
    assert [one["type"] for one in parse_seen(listing.encode())] == ["text", "options", "attachment", "notice"]
