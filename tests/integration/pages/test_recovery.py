"""What becomes of messages and of the guest when the connection, the platform or the browser fails them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import FilePayload, Page, expect
from tests.integration.pages.people import Guest
from tests.integration.pages.platform_end import at
from tests.integration.pages.shop import GREET, HAND_OVER

if TYPE_CHECKING:
    from tests.integration.pages.platform_end import Platform
    from tests.integration.pages.shop import Shop


def past(text: str, number: int) -> dict[str, Any]:
    """A message of the guest, as the history has it."""
    return {
        "type": "Text", "direction": "Inbound", "id": f"past {number}", "text": text, "channel": {"time": at(number)},
    }  # fmt: skip


def texts_sent(platform: Platform) -> list[str]:
    return [one["message"]["text"] for one in platform.frames(type_="Text")]


def test_what_is_refused_together_is_said_again_in_its_order(platform: Platform) -> None:
    platform.on_message = lambda frame: None
    guest = Guest(platform.page)
    for text in ("one", "two", "three"):
        guest.says(text)
    platform.until(lambda: len(texts_sent(platform)) == 3)
    platform.on_message = platform.echoes
    for frame in platform.frames(type_="Text"):
        platform.says("TooManyRequestsErrorMessage", {"retryAfter": 3}, 429, frame["tracingId"], "response")
    guest.is_told("That was too fast.")
    platform.page.clock.run_for(4000)
    platform.until(lambda: len(texts_sent(platform)) == 6)
    assert texts_sent(platform) == ["one", "two", "three"] * 2
    expect(platform.page.locator(".foot.sending")).to_have_count(0)
    assert guest.texts() == ["one", "two", "three"]


def test_of_two_equal_messages_the_one_that_was_not_heard_is_said_again(platform: Platform) -> None:
    platform.on_message = lambda frame: None
    guest = Guest(platform.page)
    for _ in range(2):
        guest.says("yes")
    platform.until(lambda: texts_sent(platform) == ["yes", "yes"])
    platform.on_message = platform.echoes
    platform.breaks()
    platform.has_history(past("yes", 1))
    platform.until(lambda: len(texts_sent(platform)) == 3)
    expect(platform.page.locator(".foot.sending")).to_have_count(0)
    assert guest.texts() == ["yes", "yes"]


@pytest.mark.parametrize("status", [200, 503])
def test_without_a_history_messages_go_out_all_the_same(platform: Platform, status: int) -> None:
    platform.breaks()
    Guest(platform.page).says("hello")
    if status == 503:
        platform.has_history(status=503)
    else:
        platform.until(lambda: platform.frames("getJwt"))
        asked = platform.frames("getJwt")[-1]["tracingId"]
        platform.says("TooManyRequestsErrorMessage", {"retryAfter": 3}, 429, asked, "response")
    platform.until(lambda: texts_sent(platform) == ["hello"])


def test_who_answers_nothing_is_gone_whatever_the_socket_says(platform: Platform) -> None:
    platform.is_well = False

    def again() -> bool:
        platform.page.clock.run_for(10_000)
        return len(platform.frames("configureSession")) == 2

    platform.until(again)
    assert 1 <= len(platform.frames("echo")) <= 2


@pytest.mark.parametrize(
    ("code", "text"), [(4020, "No connection could be made."), (403, "This page is not allowed to use the messenger.")]
)
def test_a_session_that_is_not_configured_is_told(platform: Platform, code: int, text: str) -> None:
    platform.refusals = [("string", "no", code)]
    platform.sockets[-1].close(code=1011)
    platform.page.clock.run_for(1500)
    Guest(platform.page).is_told(text)


def test_a_session_that_was_asked_for_too_early_is_asked_for_again(platform: Platform) -> None:
    platform.refusals = [("TooManyRequestsErrorMessage", {"retryAfter": 5}, 429)]
    platform.breaks()
    platform.page.clock.run_for(3000)
    assert len(platform.frames("configureSession")) == 2
    platform.page.clock.run_for(3000)
    platform.until(lambda: len(platform.frames("configureSession")) == 3)
    platform.has_history()
    Guest(platform.page).says("hello")
    platform.until(lambda: texts_sent(platform) == ["hello"])


def test_a_file_whose_place_never_comes_is_told_when_the_connection_breaks(platform: Platform) -> None:
    chosen: FilePayload = {"name": "a.png", "mimeType": "image/png", "buffer": b"abc"}
    platform.page.locator("input[type=file]").set_input_files(chosen)
    platform.until(lambda: platform.frames("onAttachment"))
    platform.sockets[-1].close(code=1011)
    Guest(platform.page).is_told("a.png: That did not work.")


def test_what_was_not_said_when_the_session_expired_is_not_sent(platform: Platform) -> None:
    platform.on_message = lambda frame: None
    guest = Guest(platform.page)
    guest.says("hello?")
    platform.until(lambda: texts_sent(platform))
    platform.says("SessionExpiredEvent", {})
    expect(platform.page.locator(".foot.notSent")).to_have_count(1)
    guest.button("Start a new conversation").click()
    platform.until(lambda: len(platform.frames("configureSession")) == 2)
    guest.says("anew")
    platform.until(lambda: len(texts_sent(platform)) == 2)
    assert texts_sent(platform) == ["hello?", "anew"]


def test_another_tabs_new_session_is_not_mixed_with_this_one(platform: Platform) -> None:
    key = f"understudy.messenger.{platform.said[0]['deploymentId']}"
    platform.page.evaluate("key => localStorage.setItem(key, JSON.stringify({token: 'of-another-tab'}))", key)
    Guest(platform.page).says("hello")
    platform.until(lambda: texts_sent(platform))
    assert {one["token"] for one in platform.said} == {platform.said[0]["token"]}
    platform.says("SessionExpiredEvent", {})
    Guest(platform.page).button("Start a new conversation").click()
    platform.until(lambda: len(platform.frames("configureSession")) == 2)
    assert platform.frames("configureSession")[1]["token"] == "of-another-tab"


FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }"
FORBIDDEN = "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError'); }})"


@pytest.mark.parametrize("storage", [FULL, FORBIDDEN], ids=["full", "forbidden"])
def test_a_guest_lasts_as_long_as_the_page_where_nothing_is_kept(
    shop: Shop, sit: Callable[..., Page], storage: str
) -> None:
    page = sit(once=True)
    page.add_init_script(storage)
    page.goto(f"{shop.serving.url}/messenger/{shop.deployment(GREET, HAND_OVER)}")
    sent: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(str(frame))))
    guest = Guest(page)
    guest.opens()
    guest.sees("Welcome to the shop.")
    guest.says("hello")
    expect(page.get_by_text("sent", exact=True)).to_be_visible()
    assert len({frame.partition('"token":"')[2][:36] for frame in sent}) == 1


def test_a_message_under_way_stands_last_whatever_the_clocks_say(platform: Platform) -> None:
    platform.text("from the future", 10, channel={"time": "2099-01-01T00:00:00.000Z"})
    guest = Guest(platform.page)
    guest.sees("from the future")
    platform.on_message = lambda frame: None
    guest.says("now")
    guest.sees("now")
    assert guest.texts() == ["from the future", "now"]


def test_a_file_that_was_refused_is_said_again_as_it_was_said_first(platform: Platform) -> None:
    page = platform.page
    page.route("**/put-here", lambda route: route.fulfill(status=200))
    page.locator("input[type=file]").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": b"abc"})
    platform.until(lambda: platform.frames("onAttachment"))
    asked = platform.frames("onAttachment")[0]
    place = {"attachmentId": asked["attachmentId"], "url": page.url.partition("/messenger")[0] + "/put-here"}
    with page.expect_response("**/put-here"):
        platform.says("PresignedUrlResponse", place, 200, asked["tracingId"], "response")
    platform.on_message = lambda frame: platform.says("string", "no", 5000, frame["tracingId"], "response")
    platform.says("UploadSuccessEvent", {"attachmentId": asked["attachmentId"]})
    Guest(page).button("Try again").click()
    platform.until(lambda: len(platform.frames(type_="Text")) == 2)
    first, second = (one["message"] for one in platform.frames(type_="Text"))
    assert first == second


def test_clearing_is_not_offered_where_there_is_no_session(platform: Platform) -> None:
    guest = Guest(platform.page)
    expect(guest.button("Clear the conversation")).to_be_visible()
    event = {"eventType": "Presence", "presence": {"type": "Disconnect"}}
    platform.text("", 1, type="Event", events=[event], metadata={"readOnly": "true"})
    guest.is_told("This conversation has ended.")
    expect(guest.button("Clear the conversation")).to_be_hidden()
