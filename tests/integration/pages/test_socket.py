"""The messenger's manners on its socket, against a platform that says what these tests want (facts: messaging §6c)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from tests.integration.pages.people import Guest
from tests.integration.pages.platform_end import at

if TYPE_CHECKING:
    from tests.integration.pages.platform_end import Platform

UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def test_the_session_is_configured_first_with_a_token_that_is_kept(platform: Platform) -> None:
    first = platform.said[0]
    assert first["action"] == "configureSession"
    assert UUID.fullmatch(first["token"])
    assert re.search(rf"deploymentId={first['deploymentId']}$", platform.sockets[0].url)
    platform.page.reload()
    platform.until(lambda: len(platform.frames("configureSession")) == 2)
    assert platform.frames("configureSession")[1]["token"] == first["token"]


def test_a_new_session_is_joined_once(platform: Platform) -> None:
    platform.until(lambda: platform.frames(type_="Event"))
    platform.sockets[-1].close(code=1011)
    platform.session = {**platform.session, "newSession": False}
    platform.until(lambda: len(platform.frames("configureSession")) == 2)
    platform.until(lambda: platform.frames("getJwt"))
    asked = platform.frames("getJwt")[0]
    platform.says("JwtResponse", {"jwt": "none", "exp": 0}, tracing=asked["tracingId"], type_="response")
    Guest(platform.page).says("hello")
    platform.until(lambda: platform.frames(type_="Text"))
    joins = [one for one in platform.frames(type_="Event") if "Presence" in str(one)]
    assert [one["message"]["events"][0]["presence"]["type"] for one in joins] == ["Join"]


def test_a_broken_connection_is_made_again_with_patience_and_the_same_token(platform: Platform) -> None:
    guest = Guest(platform.page)
    platform.session = {**platform.session, "newSession": False}
    for number in (2, 3):
        platform.sockets[-1].close(code=1011)
        guest.is_told("The connection is gone.")
        platform.page.clock.run_for(1500)
        platform.until(lambda number=number: len(platform.frames("configureSession")) == number)  # type: ignore[misc]
    assert len({one["token"] for one in platform.frames("configureSession")}) == 1
    assert not any(one["startNew"] for one in platform.frames("configureSession"))


def test_what_was_said_when_the_connection_broke_is_said_again(platform: Platform) -> None:
    platform.on_message = lambda frame: None
    Guest(platform.page).says("did you hear me")
    platform.until(lambda: platform.frames(type_="Text"))
    platform.session = {**platform.session, "newSession": False}
    platform.sockets[-1].close(code=1011)
    platform.page.clock.run_for(1500)
    platform.until(lambda: platform.frames("getJwt"))
    platform.on_message = platform.echoes
    platform.says("JwtResponse", {"jwt": "none", "exp": 0}, tracing=platform.said[-1]["tracingId"], type_="response")
    platform.until(lambda: len(platform.frames(type_="Text")) == 2)
    expect(platform.page.get_by_text("sent", exact=True)).to_be_visible()
    assert Guest(platform.page).texts() == ["did you hear me"]
    assert len({one["tracingId"] for one in platform.frames(type_="Text")}) == 1


def test_nothing_is_sent_while_the_platform_wants_rest_and_nothing_is_lost(platform: Platform) -> None:
    refused: list[str] = []

    def too_fast(frame: dict[str, Any]) -> None:
        if frame["message"]["type"] != "Text" or refused:
            platform.echoes(frame)
            return
        refused.append(frame["tracingId"])
        body = {"retryAfter": 3, "errorCode": 4029, "errorMessage": "rate", "name": "x", "message": "x"}
        platform.says("TooManyRequestsErrorMessage", body, 429, frame["tracingId"], "response")

    platform.on_message = too_fast
    guest = Guest(platform.page)
    platform.stops_the_clock()
    guest.says("one")
    platform.until(lambda: refused)
    guest.says("two")
    platform.page.clock.run_for(2500)
    assert len(platform.frames(type_="Text")) == 1
    guest.is_told("That was too fast.")
    platform.page.clock.run_for(2000)
    platform.until(lambda: len(platform.frames(type_="Text")) == 3)
    assert [one["message"]["text"] for one in platform.frames(type_="Text")] == ["one", "one", "two"]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (4011, "That message is too long."),
        (4013, "The page gave more data than is allowed."),
        (403, "That is not allowed here."),
        (5000, "That did not work."),
    ],
)
def test_a_refused_message_is_told_and_the_session_kept(platform: Platform, code: int, text: str) -> None:
    platform.on_message = lambda frame: platform.says("string", "no", code, frame["tracingId"], "response")
    guest = Guest(platform.page)
    guest.says("hello")
    guest.is_told(text)
    expect(platform.page.locator(".foot.notSent")).to_have_count(1)
    platform.on_message = platform.echoes
    guest.button("Try again").click()
    expect(platform.page.get_by_text("sent", exact=True)).to_be_visible()
    assert len(platform.sockets) == 1


@pytest.mark.parametrize("end", [4006, 4007, "SessionExpiredEvent"])
def test_a_session_that_is_over_is_dropped_with_its_token(platform: Platform, end: int | str) -> None:
    if isinstance(end, int):
        platform.says("string", "over", end, type_="response")
    else:
        platform.says(end, {})
    guest = Guest(platform.page)
    guest.is_told("Your session has expired.")
    guest.button("Start a new conversation").click()
    platform.until(lambda: len(platform.frames("configureSession")) == 2)
    first, second = platform.frames("configureSession")
    assert first["token"] != second["token"]
    assert UUID.fullmatch(second["token"])


def test_a_connection_that_was_closed_elsewhere_is_not_fought_for(platform: Platform) -> None:
    platform.says("ConnectionClosedEvent", {"reason": "sessionLimitReached"})
    Guest(platform.page).is_told("The messenger is open in another window.")
    platform.page.clock.run_for(60_000)
    assert len(platform.sockets) == 1


def test_messages_stand_in_the_order_of_their_time_each_once(platform: Platform) -> None:
    for text, seconds in (("second", 20), ("fourth", 30), ("first", 10), ("fourth", 30), ("third", 25)):
        platform.text(text, seconds)
    Guest(platform.page).sees("third")
    assert Guest(platform.page).texts() == ["first", "second", "third", "fourth"]


def test_markup_is_text_and_other_schemes_are_no_links(platform: Platform) -> None:
    evil = "<img src=x onerror=\"document.title='pwned'\">"
    card = {"title": evil, "description": evil, "image": "javascript:alert(1)"}
    actions = [
        {"type": "Link", "text": "Go", "url": "javascript:alert(1)"},
        {"type": "Link", "text": "Web", "url": "https://example.org/"},
    ]
    platform.text(evil, 1, content=[{"contentType": "Card", "card": {**card, "actions": actions}}], type="Structured")
    Guest(platform.page).sees(evil)
    assert platform.page.locator("#understudy-messenger img").count() == 0
    assert platform.page.title() != "pwned"
    expect(platform.page.get_by_role("link", name="Go")).to_have_count(0)
    expect(platform.page.get_by_role("link", name="Web")).to_have_attribute("rel", "noopener noreferrer")


def test_whatever_a_peer_calls_itself_is_text_that_fits_in_its_own_direction(platform: Platform) -> None:
    evil, long = "<svg onload=alert(1)>", "x" * 300
    sender = {"time": at(1), "from": {"nickname": evil + long}}
    file = {"url": "javascript:alert(1)", "filename": evil + long, "mediaType": "File"}
    reply = {"text": evil + long, "payload": "p", "image": "javascript:alert(1)"}
    content = [
        {"contentType": "Attachment", "attachment": file},
        {"contentType": "QuickReply", "quickReply": reply},
    ]
    platform.text("مرحبا (1).", 1, type="Structured", channel=sender, content=content)
    page = platform.page
    Guest(page).sees("مرحبا (1).")
    assert page.locator(".log svg:not([aria-hidden]), .log img, .log a").count() == 0
    assert page.locator(".log").evaluate("log => log.scrollWidth <= log.clientWidth"), "it scrolls sideways"
    assert page.locator(".bubble").first.evaluate("bubble => getComputedStyle(bubble).direction") == "rtl"
    assert page.locator(".who").first.evaluate("who => getComputedStyle(who).unicodeBidi") == "isolate"


def test_a_click_is_a_button_response(platform: Platform) -> None:
    reply = {"contentType": "QuickReply", "quickReply": {"text": "Yes", "payload": "y"}}
    second = {
        "contentType": "QuickReplyV2",
        "quickReplyV2": {"title": "Really?", "actions": [{"text": "No", "payload": "n"}]},
    }
    card = {"title": "C", "actions": [{"type": "Postback", "text": "Pick", "payload": "p"}]}
    content = [reply, second, {"contentType": "Carousel", "carousel": {"cards": [card]}}]
    platform.text("Well?", 1, content=content, type="Structured")
    guest = Guest(platform.page)
    for name, kind, payload in (("Pick", "Button", "p"),):
        guest.button(name).click()
        platform.until(lambda: platform.frames(type_="Structured"))
        (item,) = platform.frames(type_="Structured")[-1]["message"]["content"]
        assert item == {
            "contentType": "ButtonResponse",
            "buttonResponse": {"type": kind, "text": name, "payload": payload},
        }
    expect(guest.button("Yes")).to_be_hidden()  # something was said since
    platform.text("Once more?", 3000, content=[reply, second], type="Structured")
    guest.button("No").click()
    platform.until(lambda: len(platform.frames(type_="Structured")) == 2)
    (item,) = platform.frames(type_="Structured")[-1]["message"]["content"]
    assert item["buttonResponse"] == {"type": "QuickReply", "text": "No", "payload": "n"}


def test_what_is_not_known_is_ignored(platform: Platform) -> None:
    platform.says("SomethingNew", {"a": 1})
    platform.says("Unknown", None)
    platform.text("", 1, type="Event", events=[{"eventType": "CoBrowse"}, {"eventType": "Presence", "presence": {}}])
    platform.text("plain", 2, type="Structured", content=[{"contentType": "Hologram"}, {"contentType": "Card"}])
    Guest(platform.page).sees("plain")
    expect(platform.page.get_by_label("Write a message")).to_be_visible()


def test_a_conversation_that_ended_read_only_is_begun_anew_when_one_likes(platform: Platform) -> None:
    event = {"eventType": "Presence", "presence": {"type": "Disconnect"}}
    platform.text("", 1, type="Event", events=[event], metadata={"readOnly": "true"})
    guest = Guest(platform.page)
    guest.is_told("This conversation has ended.")
    expect(platform.page.get_by_label("Write a message")).to_be_hidden()
    guest.button("Start a new conversation").click()
    platform.until(lambda: len(platform.frames("configureSession")) == 2)
    assert platform.frames("configureSession")[1]["startNew"] is True
    expect(platform.page.get_by_label("Write a message")).to_be_visible()


def test_typing_is_told_once_in_five_seconds_and_an_indicator_goes_by_itself(platform: Platform) -> None:
    text = platform.page.get_by_label("Write a message")
    platform.stops_the_clock()
    text.press_sequentially("hello there")
    platform.page.clock.run_for(4000)
    text.press_sequentially("again")

    def typed() -> list[dict[str, Any]]:
        return [one for one in platform.frames(type_="Event") if "Typing" in str(one)]

    platform.until(typed)
    assert len(typed()) == 1
    platform.page.clock.run_for(1500)
    text.press_sequentially("more")
    platform.until(lambda: len(typed()) == 2)
    event = {"eventType": "Typing", "typing": {"type": "On", "duration": 3000}}
    platform.text("", 1, type="Event", events=[event])
    expect(platform.page.get_by_text("is typing")).to_be_visible()
    platform.page.clock.run_for(3100)
    expect(platform.page.get_by_text("is typing")).to_be_hidden()


def test_no_more_than_five_messages_go_out_within_a_second(platform: Platform) -> None:
    guest = Guest(platform.page)
    platform.stops_the_clock()
    for number in range(8):
        guest.says(f"message {number}")
    platform.until(lambda: len(platform.frames(type_="Text")) == 5)
    platform.page.clock.run_for(900)
    assert len(platform.frames(type_="Text")) == 5
    platform.page.clock.run_for(300)
    platform.until(lambda: len(platform.frames(type_="Text")) == 8)
    assert [one["message"]["text"] for one in platform.frames(type_="Text")] == [f"message {n}" for n in range(8)]


def test_the_connection_is_looked_after_at_most_twice_a_minute(platform: Platform) -> None:
    platform.page.clock.run_for(180_000)
    platform.until(lambda: platform.frames("echo"))
    assert 1 <= len(platform.frames("echo")) <= 6


@pytest.mark.parametrize(
    ("class_", "body", "text"),
    [
        ("GenerateUrlError", {"errorCode": 4001}, "Files of this type are not accepted."),
        ("GenerateUrlError", {"errorCode": 4002}, "That file is too large."),
        ("UploadFailureEvent", {"errorCode": 4002}, "That file is too large."),
        ("UploadFailureEvent", {"errorCode": 5000}, "The file could not be uploaded."),
    ],
)
def test_a_file_that_is_refused_is_told(platform: Platform, class_: str, body: dict[str, Any], text: str) -> None:
    page = platform.page
    page.route("**/put-here", lambda route: route.fulfill(status=200))
    page.locator("input[type=file]").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": b"abc"})
    platform.until(lambda: platform.frames("onAttachment"))
    asked = platform.frames("onAttachment")[0]
    assert asked["fileMd5"] == "900150983cd24fb0d6963f7d28e17f72"  # RFC 1321 §A.5
    assert (asked["fileName"], asked["fileType"], asked["fileSize"]) == ("a.png", "image/png", 3)
    id_ = asked["attachmentId"]
    if class_ == "GenerateUrlError":
        platform.says(class_, {"attachmentId": id_, **body}, 4001, asked["tracingId"], "response")
    else:
        url = page.url.partition("/messenger")[0] + "/put-here"
        place = {"attachmentId": id_, "url": url, "headers": {}}
        with page.expect_response("**/put-here"):
            platform.says("PresignedUrlResponse", place, 200, asked["tracingId"], "response")
        platform.says(class_, {"attachmentId": id_, **body})
    Guest(page).is_told(f"a.png: {text}")
    assert platform.frames(type_="Text") == []
