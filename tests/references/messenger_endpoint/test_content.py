from __future__ import annotations

from typing import Any

import pytest

from understudy.references.messenger_endpoint.content import shown

LINK = {"type": "Link", "text": "Open", "url": "https://x.example"}
POST = {"type": "Postback", "text": "Take", "payload": "t"}


def structured(*content: Any, text: str = "") -> dict[str, Any]:
    return {"type": "Structured", "text": text, "content": list(content), "originatingEntity": "Bot"}


def test_a_text_is_shown_as_it_is() -> None:
    assert shown({"text": "<b>x</b>", "originatingEntity": "Human"}, frozenset()) == {
        "type": "text", "text": "<b>x</b>", "from": "agent",
    }  # fmt: skip
    assert shown({"text": "<b>x</b>"}, frozenset({"renders_markup"})) == {"type": "text", "text": "x", "from": "bot"}


@pytest.mark.parametrize(
    ("content", "options"),
    [
        ({"contentType": "QuickReply", "quickReply": {"text": "Yes", "payload": "y"}}, [("QuickReply", "Yes", "y")]),
        ({"contentType": "QuickReply", "quickReply": {"text": "Yes"}}, [("QuickReply", "Yes", "Yes")]),
        ({"contentType": "QuickReplyV2", "quickReplyV2": {"actions": [POST]}}, [("QuickReply", "Take", "t")]),
        (
            {"contentType": "Card", "card": {"title": "Room", "actions": [LINK, POST], "defaultAction": LINK}},
            [("Link", "Open", LINK["url"]), ("Button", "Take", "t"), ("Link", "Open", LINK["url"])],
        ),
        (
            {"contentType": "Carousel", "carousel": {"cards": [{"actions": [POST]}, {"actions": [POST]}]}},
            [("Button", "Take", "t"), ("Button", "Take", "t")],
        ),
    ],
)
def test_what_can_be_clicked(content: dict[str, Any], options: list[tuple[str, str, str]]) -> None:
    item = shown(structured(content), frozenset())
    assert item is not None
    assert item["type"] == "options"
    assert [(one["type"], one["text"], one["payload"]) for one in item["options"]] == options


def test_a_card_without_a_text_beside_it_is_its_own_text() -> None:
    card = {"contentType": "Card", "card": {"title": "Room", "description": "with a view"}}
    item = shown(structured(card), frozenset())
    assert item is not None
    assert item["text"] == "Room\nwith a view"


def test_a_file_has_its_url() -> None:
    file = {"contentType": "Attachment", "attachment": {"url": "http://x/f", "mime": "image/png"}}
    assert shown(structured(file), frozenset()) == {
        "type": "attachment", "text": "", "from": "bot", "attachment": {"url": "http://x/f", "mime": "image/png"},
    }  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [{"contentType": "Fireworks", "fireworks": {}}, {"contentType": 5}, {}, 7, {"contentType": "Attachment"}],
)
def test_what_is_not_known_shows_nothing(content: Any) -> None:
    assert shown(structured(content), frozenset()) is None


def test_the_fault_shows_it() -> None:
    strange = {"contentType": "Fireworks", "fireworks": "boom"}
    item = shown(structured(strange), frozenset({"shows_unknown"}))
    assert item is not None
    assert "boom" in item["text"]
