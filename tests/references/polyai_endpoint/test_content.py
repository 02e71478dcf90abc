"""Reading a delivery: every kind of content, hostile types, and the faults that spoil it."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.references.polyai_endpoint.content import read, unknown_parts
from understudy.references.polyai_endpoint.users import Option

CARD = {
    "title": "Blue",
    "description": "A blue one",
    "actions": [
        {"type": "Link", "text": "See", "url": "https://shop.example/blue"},
        {"type": "Postback", "text": "Buy", "payload": "buy-blue"},
    ],
}
RED = {"title": "Red", "actions": [{"type": "Postback", "text": "Buy", "payload": "buy-red"}]}


def structured(*content: dict[str, Any], text: str = "Choose") -> dict[str, Any]:
    """A structured message."""
    return {"id": "m1", "type": "Structured", "text": text, "content": list(content)}


def quick(number: int) -> dict[str, Any]:
    """A quick reply."""
    return {"contentType": "QuickReply", "quickReply": {"text": f"Text {number}", "payload": f"payload-{number}"}}


def options(message: dict[str, Any], *faults: str) -> list[Option]:
    """The options that are shown."""
    return [option for shown in read(message, frozenset(faults))[0] for option in shown.options]


def texts(text: str, *faults: str) -> list[str]:
    """The texts that are shown for a text."""
    return [shown.text for shown in read({"type": "Text", "text": text}, frozenset(faults))[0]]


@pytest.mark.parametrize("text", ["hello", "<b>bold</b><script>x()</script>", "x" * 4000, "😀" * 4096, "a\nb\t\u202eç"])
def test_a_text_is_shown_as_it_came(text: str) -> None:
    assert texts(text) == [text]


@pytest.mark.parametrize("count", [1, 10])
def test_quick_replies_keep_text_and_payload(count: int) -> None:
    shown = read(structured(*map(quick, range(count))))[0]
    assert [(one.kind, one.text, one.platform_id) for one in shown] == [("options", "Choose", "m1")]
    assert options(structured(*map(quick, range(count)))) == [
        Option("QuickReply", f"Text {number}", f"payload-{number}") for number in range(count)
    ]


def test_quick_replies_of_the_second_kind() -> None:
    body = {"title": "Choose", "actions": [{"text": "A", "payload": "a"}, {"text": "B", "payload": "b"}]}
    message = structured({"contentType": "QuickReplyV2", "quickReplyV2": body})
    assert options(message) == [Option("QuickReply", "A", "a"), Option("QuickReply", "B", "b")]
    assert read(message)[0][0].text == "Choose"
    assert options(message, "ignores_quick_replies_v2") == []


def test_a_card_has_a_link_and_a_postback_and_says_its_words() -> None:
    message = structured({"contentType": "Card", "card": CARD}, text="")
    assert read(message)[0][0].text == "Blue\nA blue one"
    assert options(message) == [
        Option("Link", "See", url="https://shop.example/blue"),
        Option("Button", "Buy", "buy-blue"),
    ]
    assert options(message, "ignores_card_links") == [Option("Button", "Buy", "buy-blue")]


def test_a_carousel_keeps_options_with_equal_texts_apart() -> None:
    message = structured({"contentType": "Carousel", "carousel": {"cards": [CARD, RED]}})
    assert [option.payload for option in options(message) if option.text == "Buy"] == ["buy-blue", "buy-red"]
    merged = options(message, "merges_carousel")
    assert [option.payload for option in merged if option.text == "Buy"] == ["buy-red"]


def test_an_attachment_keeps_its_mime() -> None:
    attachment = {"mediaType": "Image", "url": "http://x/a.png", "mime": "image/png", "filename": "a.png", "id": "a1"}
    message = {
        "id": "m1",
        "type": "Text",
        "text": "",
        "content": [{"contentType": "Attachment", "attachment": attachment}],
    }
    (shown,) = read(message)[0]
    assert shown.attachment == {key: attachment[key] for key in ("url", "mime", "filename", "mediaType")}
    assert read(message, frozenset({"ignores_attachments"}))[0] == []
    assert read({"type": "Text", "content": [{"attachment": attachment}]})[0][0].kind == "attachment"


def test_nothing_is_shown_for_nothing() -> None:
    assert texts("") == []
    assert texts("", "shows_empty") == [""]


def test_faults_spoil_the_text() -> None:
    assert texts("<b>bold</b> & more", "strips_markup") == ["bold & more"]
    assert texts("x" * 4000, "truncates_text") == ["x" * 1000]
    assert texts("hello", "capitalises_text") == ["Hello"]
    assert texts("hello there", "capitalises_text") == ["hello there"]
    assert options(structured(quick(1)), "ignores_quick_replies") == []


@pytest.mark.parametrize(
    ("message", "unknown"),
    [
        ({"type": "Hologram"}, ["type Hologram"]),
        ({}, ["type missing"]),
        ({"type": 7}, ["type missing"]),
        ({"type": "Event", "events": [{"eventType": "Typing"}, {"eventType": "Dance"}]}, ["event Dance"]),
        (
            {"type": "Text", "text": "x", "content": [{"contentType": "Location", "location": {}}]},
            ["contentType Location"],
        ),
        ({"type": "Text", "content": [{"contentType": "Card", "card": "no"}, "x", 7]}, ["contentType Card"]),
        ({"type": "Structured", "content": [{}]}, ["contentType missing"]),
        (
            {"type": "Structured", "content": [{"contentType": "Card", "card": {"actions": [{}]}}]},
            ["card action missing"],
        ),
        ({"type": "Receipt"}, []),
        ({"type": "Text", "text": 7, "content": {"a": 1}, "events": "x"}, []),
    ],
)
def test_what_is_not_understood_is_named(message: dict[str, Any], unknown: list[str]) -> None:
    assert unknown_parts(message) == unknown
