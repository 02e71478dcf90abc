from __future__ import annotations

import tomllib
from typing import Any

import pytest

from understudy.bot_connector.outputs import FORMS, LeftOut, shown_in, types_of
from understudy.bot_connector.replies import ReplyMessage
from understudy.material import material

QUICK = {"contentType": "QuickReply", "quickReply": {"text": "Yes", "payload": "yes"}}
LINK = {"type": "Link", "text": "Shop", "url": "https://example.com"}
CARD = {"title": "Bed", "description": "Soft", "actions": [LINK], "defaultAction": LINK}
ATTACHMENT = {"mediaType": "Image", "url": "https://example.com/a.png", "mime": "image/png"}
GOOD = [
    QUICK,
    {"contentType": "Card", "card": CARD},
    {"contentType": "Carousel", "carousel": {"cards": [CARD, {"title": "Chair"}]}},
    {"contentType": "Attachment", "attachment": ATTACHMENT},
]


def message(*content: dict[str, Any], text: str = "") -> ReplyMessage:
    return ReplyMessage(type="Structured", text=text, content=content)


@pytest.mark.parametrize("interface", ["open_messaging", "web_messaging"])
@pytest.mark.parametrize("item", GOOD, ids=lambda item: str(item["contentType"]))
def test_what_a_channel_shows_goes_through_unchanged(interface: str, item: dict[str, Any]) -> None:
    assert shown_in(interface, message(item, text="fallback")) == (message(item, text="fallback"), ())


def test_text_goes_through_and_nothing_is_not_sent() -> None:
    hi = ReplyMessage(type="Text", text="hi")
    assert shown_in("open_messaging", hi) == (hi, ())
    assert shown_in("open_messaging", ReplyMessage(type="Text")) == (None, ())


def test_a_message_with_nothing_to_show_is_shown_by_its_text_or_left_out() -> None:
    strange = {"contentType": "Location", "location": {"lat": 1}}
    left = (LeftOut("content[0]", "Location"),)
    assert shown_in("web_messaging", message(strange, text="there")) == (ReplyMessage(type="Text", text="there"), left)
    assert shown_in("web_messaging", message(strange)) == (None, left)
    assert shown_in("nowhere", message(QUICK)) == (None, (LeftOut("content[0]", "QuickReply"),))


@pytest.mark.parametrize(
    "item",
    [
        {},
        {"contentType": 1},
        {"contentType": "QuickReply"},
        {"contentType": "QuickReply", "quickReply": "yes"},
        {"contentType": "QuickReply", "quickReply": {"text": 1, "payload": "a"}},
        {"contentType": "Attachment", "attachment": {"mediaType": "Hologram", "url": "u"}},
        {"contentType": "Card", "card": {"title": ""}},
        {"contentType": "Carousel", "carousel": {"cards": [1, {}]}},
        {"contentType": "Carousel", "carousel": {"cards": {}}},
    ],
)
def test_content_without_form_is_left_out_beside_what_has_one(item: dict[str, Any]) -> None:
    taken, left = shown_in("open_messaging", message(item, QUICK))
    assert taken == message(QUICK)
    assert [one.path for one in left] == ["content[0]"]


def test_unknown_and_mistyped_fields_do_not_reach_the_conversation() -> None:
    card = {"title": "Bed", "price": 3, "image": 4, "actions": [1, {"type": "Explode", "text": "x"}, LINK]}
    taken, _ = shown_in("open_messaging", message({"contentType": "Card", "card": card, "attachment": "x"}))
    assert taken == message({"contentType": "Card", "card": {"title": "Bed", "actions": [LINK]}})


def test_every_type_of_the_file_has_a_form_and_a_source() -> None:
    text = (material("contracts") / "bot_connector" / "outputs.toml").read_text("utf-8")
    for interface, channel in tomllib.loads(text).items():
        assert types_of(interface) == set(channel["types"]) <= set(FORMS)
        assert channel["source"]
        assert channel["certainty"] in ("documented", "observed", "assumed")
