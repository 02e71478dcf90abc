"""BC-20 to BC-28, BC-32: what a customer may say, and what is no turn at all. Time: none but the bot's."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.actors import Rehearsal
from understudy.actors.bots import ask

SETTLE = 0.3  # seconds in which something unwanted would be fetched
RUN = 6 * 7000001  # what the template below gives where it is run

pytestmark = pytest.mark.profile("v1", "v2")


def echoed(rehearsal: Rehearsal, text: str) -> tuple[str, dict[str, Any]]:
    """What a customer writes to have a text repeated, and the expectation; none where the bot repeats nothing."""
    phrase = rehearsal.slot.settings.get("echo_phrase", "")
    return phrase.replace("{text}", text) or text, {"text": text} if phrase else {}


@pytest.mark.checks("BC-20")
def test_a_turn_without_text_is_answered(rehearsal: Rehearsal) -> None:
    with rehearsal.check("BC-20"):
        ask(rehearsal, rehearsal.customer(), text="", probe="empty")


@pytest.mark.checks("BC-21")
def test_a_buttons_payload_drives_the_bot(rehearsal: Rehearsal) -> None:
    button = {"type": "QuickReply", "text": "Number one", "payload": rehearsal.setting("click_payload")}
    content = [{"contentType": "ButtonResponse", "buttonResponse": button}]
    with rehearsal.check("BC-21", intent=rehearsal.setting("click_intent")):
        ask(rehearsal, rehearsal.customer(), text="Number one", type="Structured", content=content, probe="click")


@pytest.mark.checks("BC-22")
def test_a_click_in_the_other_shape_does_no_harm(rehearsal: Rehearsal) -> None:
    button = {"type": "QuickReply", "text": "Number one", "payload": "number one"}
    message = {"type": "Structured", "text": "Number one", "buttonResponse": button}
    with rehearsal.check("BC-22"):
        ask(rehearsal, rehearsal.customer(), message=message, probe="click_direct")


@pytest.mark.checks("BC-23")
def test_an_attachment_is_handled_and_nothing_else_is_fetched(rehearsal: Rehearsal) -> None:
    url, trap = rehearsal.media("a picture", "image/png"), rehearsal.media("a trap", "image/png")
    attachment = {
        "id": rehearsal.new_id(),
        "mediaType": "Image",
        "mime": "image/png",
        "filename": "map.png",
        "url": url,
    }
    content = [{"contentType": "Attachment", "attachment": {**attachment, "thumbnailUrl": trap, "text": trap}}]
    ann = rehearsal.customer()
    with rehearsal.check("BC-23", trap=trap.rpartition("/")[2]):
        for text in ("", f"see {trap}"):
            ask(rehearsal, ann, text=text, type="Structured", content=content, probe="attachment")
        rehearsal.pause(SETTLE)


@pytest.mark.checks("BC-24")
@pytest.mark.parametrize("size", [4_096, 20_000])
def test_a_long_text_does_no_harm(rehearsal: Rehearsal, size: int) -> None:
    with rehearsal.check("BC-24"):
        ask(rehearsal, rehearsal.customer(), text="long word " * (size // 10), probe="long")


@pytest.mark.checks("BC-25")
@pytest.mark.parametrize(
    "text",
    [
        "🙂👩‍👩‍👧 ok",
        "Grüße, señor",
        "שלום العالم",
        "e\u0301a\u0308n\u0303 ẛ̣",
        "one\u0001two\u001b[31m\u007f\u200b\ufeff three",
    ],
    ids=["emoji", "accents", "right to left", "combining", "control characters"],
)
def test_any_character_comes_back_intact(rehearsal: Rehearsal, text: str) -> None:
    said, expect = echoed(rehearsal, text)
    with rehearsal.check("BC-25", **expect):
        ask(rehearsal, rehearsal.customer(), text=said, probe="unicode")


@pytest.mark.checks("BC-26")
@pytest.mark.parametrize(
    "text",
    [
        "<b>bold</b><script>alert(1)</script>",
        '"}],"botState":"Complete","intent":"Injected","x":[{"a":"',
        "{{6*7000001}} ${6*7000001} #{6*7000001} <%= 6*7000001 %>",
        "<img src='TRAP'> TRAP ${jndi:TRAP}",
    ],
    ids=["markup", "JSON", "template", "link"],
)
def test_text_that_looks_like_code_is_text(rehearsal: Rehearsal, text: str) -> None:
    trap = rehearsal.media("a trap", "image/png")
    said, expect = echoed(rehearsal, text.replace("TRAP", trap))
    with rehearsal.check("BC-26", run=str(RUN), trap=trap.rpartition("/")[2], **expect):
        ask(rehearsal, rehearsal.customer(), text=said, probe="injection")
        rehearsal.pause(SETTLE)


@pytest.mark.checks("BC-27")
@pytest.mark.parametrize("raw", ['{"botId": "x", ', "", "[1, 2", "no JSON"], ids=["cut", "empty", "array", "text"])
def test_malformed_json_is_refused(rehearsal: Rehearsal, raw: str) -> None:
    with rehearsal.check("BC-27"):
        ask(rehearsal, rehearsal.customer(), raw=raw, probe="malformed")


@pytest.mark.checks("BC-28")
@pytest.mark.parametrize(
    ("probe", "field"), [("no_bot", "botId"), ("no_message", "inputMessage"), ("no_session", "botSessionId")]
)
def test_a_missing_field_is_refused_or_made_up_for(rehearsal: Rehearsal, probe: str, field: str) -> None:
    with rehearsal.check("BC-28"):
        ask(rehearsal, rehearsal.customer(), text="Is this all?", drop=[field], probe=probe)


@pytest.mark.checks("BC-32")
def test_another_method_or_media_type_is_refused(rehearsal: Rehearsal) -> None:
    ann = rehearsal.customer()
    with rehearsal.check("BC-32"):
        ask(rehearsal, ann, method="GET", probe="method")
        ask(rehearsal, ann, text="In plain text", content_type="text/plain", probe="media")
