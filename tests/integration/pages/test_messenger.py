"""The messenger at a real socket: what the deployment says of it, what it keeps, what it is refused."""

from __future__ import annotations

import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, expect
from tests.integration.pages.people import PATIENCE, Guest
from tests.integration.pages.shop import GREET, HAND_OVER, LABELS, MESSENGER

if TYPE_CHECKING:
    from tests.integration.pages.people import Desk
    from tests.integration.pages.shop import Shop


def png(width: int = 8) -> bytes:
    """A picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\x0f\x76\x6e" * width) * width
    head = struct.pack(">IIBBBBB", width, width, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def publish(shop: Shop, deployment: str, **more: Any) -> None:
    """Change the configuration that a deployment shows, publish it, and let the deployment show it."""
    body = shop.api("GET", f"/webdeployments/deployments/{deployment}")
    path = f"/webdeployments/configurations/{body['configuration']['id']}/versions/draft"
    draft = {**shop.api("GET", path), **more}
    shop.api("PUT", path, draft)
    version = shop.api("POST", f"{path}/publish", {})["version"]
    body["configuration"] = {"id": body["configuration"]["id"], "version": version}
    shop.api("PUT", f"/webdeployments/deployments/{deployment}", body)


def test_a_saved_change_is_there_after_a_reload(shop: Shop, guest: Callable[..., Guest]) -> None:
    deployment = shop.deployment()
    ann = guest(deployment)
    launcher = ann.button("Talk to us")
    expect(launcher).to_have_css("background-color", "rgb(15, 118, 110)")
    expect(launcher).to_have_css("color", "rgb(255, 255, 255)")
    labels = [{"language": "en-us", "localizedLabels": [{"key": "MessengerLauncherButtonText", "value": "Need help?"}]}]
    light = {**MESSENGER, "styles": {"primaryColor": "#ffd54a"}}
    publish(shop, deployment, customI18nLabels=labels, messenger=light)
    ann.page.reload()
    launcher = ann.button("Need help?")
    expect(launcher).to_have_css("background-color", "rgb(255, 213, 74)")
    expect(launcher).to_have_css("color", "rgb(27, 34, 48)")  # what is readable on it
    launcher.click()
    shop.picture(ann.page, "messenger-light-colour")


@pytest.mark.parametrize(
    ("locale", "launcher", "words"),
    [("de-AT", "Frag uns", "Nachricht schreiben"), ("fr-FR", "Talk to us", "Write a message")],
)
def test_the_language_is_the_browsers_or_the_default(
    shop: Shop, guest: Callable[..., Guest], locale: str, launcher: str, words: str
) -> None:
    ann = guest(shop.deployment(GREET, HAND_OVER), locale=locale)
    ann.opens(launcher)
    expect(ann.page.get_by_label(words)).to_be_focused()


def test_a_deployment_that_is_switched_off_says_so(shop: Shop, guest: Callable[..., Guest]) -> None:
    off = {**MESSENGER, "enabled": False}
    ann = guest(shop.deployment(configuration=shop.configuration(messenger=off, customI18nLabels=[])))
    ann.opens("Chat with us")
    ann.is_told("The messenger is not available at the moment.")
    expect(ann.page.get_by_label("Write a message")).to_be_hidden()


def test_a_hidden_launcher_leaves_opening_to_the_page(shop: Shop, guest: Callable[..., Guest]) -> None:
    hidden = {**MESSENGER, "launcherButton": {"visibility": "OnDemand"}}
    ann = guest(shop.deployment(configuration=shop.configuration(messenger=hidden)))
    ready = "new Promise((heard) => Genesys('subscribe', 'Messenger.ready', () => heard(true)))"
    assert ann.page.evaluate(ready)
    expect(ann.button("Talk to us")).to_be_hidden()
    ann.page.evaluate("Genesys('command', 'Messenger.open')")
    ann.sees("Welcome to the shop.")
    refused = "new Promise((told) => Genesys('command', 'Nothing.known', {}, null, (e) => told(e.message)))"
    assert "Nothing.known" in ann.page.evaluate(refused)


@pytest.fixture
def site() -> Iterator[Callable[[str], str]]:
    """``site(html)``: the address of that page on a host of its own, which the browser finds on this machine."""
    servers: list[ThreadingHTTPServer] = []

    def serve(text: str) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                raw = text.encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, format: str, *args: Any) -> None:
                return

        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
        threading.Thread(target=lambda: servers[-1].serve_forever(0.02), daemon=True).start()
        return f"http://shop.localhost:{servers[-1].server_address[1]}/"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(("domain", "is_admitted"), [("shop.localhost", True), ("elsewhere.example", False)])
def test_a_page_of_another_host_is_admitted_by_the_list_of_domains(
    shop: Shop, sit: Callable[..., Page], site: Callable[[str], str], domain: str, is_admitted: bool
) -> None:
    deployment = shop.deployment(allowAllDomains=False, allowedDomains=[domain])
    snippet = shop.api("GET", f"/webdeployments/deployments/{deployment}")["snippet"]
    page = sit(kind="clocked")
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    page.goto(site(f"<!doctype html><html lang=en><title>Shop</title><body><h1>Shop</h1>{snippet}</body></html>"))
    ann = Guest(page)
    ann.opens()
    if is_admitted:
        ann.sees("Welcome to the shop.")
        return
    ann.is_told("This page is not allowed to use the messenger.")
    expect(page.get_by_label("Write a message")).to_be_hidden()
    shop.picture(page, "messenger-refused")
    page.clock.run_for(60_000)  # longer than any pause before another try
    assert len(sockets) == 1


def test_what_was_said_is_there_after_a_reload_and_nothing_starts_twice(
    shop: Shop, guest: Callable[..., Guest]
) -> None:
    ann = guest(shop.deployment(GREET, HAND_OVER))
    ann.opens()
    ann.sees("Welcome to the shop.")
    ann.says("<img src=x onerror=alert(1)>")
    expect(ann.page.get_by_text("sent", exact=True)).to_be_visible()
    ann.page.reload()
    ann.sees("<img src=x onerror=alert(1)>")
    assert ann.texts() == ["Welcome to the shop.", "<img src=x onerror=alert(1)>"]
    expect(ann.page.get_by_label("Write a message")).to_be_visible()


def test_a_burst_is_sent_in_order_and_each_message_is_shown_once(shop: Shop, guest: Callable[..., Guest]) -> None:
    ann = guest(shop.deployment(GREET, HAND_OVER))
    ann.opens()
    ann.sees("Welcome to the shop.")
    said = [f"message {n}" for n in range(12)]
    for text in said:
        ann.says(text)
    expect(ann.page.locator(".foot.sending")).to_have_count(0, timeout=PATIENCE)
    assert ann.texts()[1:] == said


def test_a_text_that_is_too_long_is_told_and_the_session_goes_on(shop: Shop, guest: Callable[..., Guest]) -> None:
    ann = guest(shop.deployment(GREET, HAND_OVER))
    ann.opens()
    ann.sees("Welcome to the shop.")
    ann.says("x" * 4097)
    ann.is_told("That message is too long.")
    expect(ann.button("Try again")).to_be_visible()
    ann.says("short")
    expect(ann.page.get_by_text("sent", exact=True)).to_be_visible()


def test_a_picture_reaches_the_agent_and_what_is_none_is_refused(
    shop: Shop, guest: Callable[..., Guest], desk: Callable[..., Desk]
) -> None:
    alex = desk("Alex Agent")
    alex.goes_on_queue()
    ann = guest(shop.deployment(GREET, HAND_OVER))
    ann.opens()
    ann.sees("Welcome to the shop.")
    choose = ann.page.locator("input[type=file]")
    assert choose.get_attribute("accept") == "image/png"
    choose.set_input_files({"name": "teal.png", "mimeType": "image/png", "buffer": png()})
    expect(ann.page.get_by_role("img", name="teal.png")).to_be_visible(timeout=PATIENCE)
    alex.accepts()
    picture = alex.page.get_by_role("log").get_by_role("img")
    expect(picture).to_be_visible(timeout=PATIENCE)
    assert picture.evaluate("image => image.naturalWidth") == 8
    choose.set_input_files({"name": "big.png", "mimeType": "image/png", "buffer": bytes(20_000)})
    ann.is_told("big.png: That file is too large.")
    choose.set_input_files({"name": "note.txt", "mimeType": "text/plain", "buffer": b"hi"})
    ann.is_told("note.txt: Files of this type are not accepted.")
    ann.page.reload()
    expect(ann.page.get_by_role("log").get_by_role("img")).to_be_visible(timeout=PATIENCE)


def test_the_oldest_of_four_windows_gives_way_and_takes_back(
    shop: Shop, sit: Callable[..., Page], guest: Callable[..., Guest]
) -> None:
    deployment = shop.deployment(GREET, HAND_OVER)
    first = guest(deployment, kind="clocked")
    first.opens()
    first.sees("Welcome to the shop.")
    for _ in range(3):
        page = sit(context=first.page.context)
        page.goto(f"{shop.serving.url}/messenger/{deployment}")
        Guest(page).sees("Welcome to the shop.")
    first.is_told("The messenger is open in another window.")
    first.page.clock.run_for(60_000)
    first.is_told("The messenger is open in another window.")  # no war
    first.button("Use it here").click()
    expect(first.page.get_by_label("Write a message")).to_be_visible(timeout=PATIENCE)
    first.says("here again")
    Guest(page).sees("here again")
    assert Guest(page).texts().count("here again") == 1


def test_clearing_asks_first_and_leaves_nothing(shop: Shop, guest: Callable[..., Guest]) -> None:
    ann = guest(shop.deployment(GREET, HAND_OVER))
    ann.opens()
    ann.sees("Welcome to the shop.")
    ann.says("forget me")
    ann.sees("forget me")
    ann.button("Clear the conversation").click()
    expect(ann.button("Clear it")).to_be_focused()
    ann.button("Keep it").click()
    ann.sees("forget me")
    ann.button("Clear the conversation").click()
    ann.button("Clear it").click()
    expect(ann.page.get_by_text("forget me")).to_have_count(0, timeout=PATIENCE)
    ann.sees("Welcome to the shop.")
    ann.page.reload()
    ann.sees("Welcome to the shop.")
    expect(ann.page.get_by_text("forget me")).to_have_count(0)


def test_what_the_page_knows_of_the_customer_goes_along_cut_to_size(
    shop: Shop, guest: Callable[..., Guest], desk: Callable[..., Desk]
) -> None:
    alex = desk("Alex Agent")
    alex.goes_on_queue()
    ann = guest(shop.deployment(GREET, HAND_OVER))
    given = {"basket": "three lamps", "story": "x" * 3000, "tier": "gold"}
    ann.page.evaluate("values => Genesys('command', 'Database.set', {messaging: {customAttributes: values}})", given)
    ann.opens()
    ann.says("hello")
    alex.accepts()
    alex.page.get_by_text("Context").click()
    expect(alex.page.get_by_role("definition").filter(has_text="three lamps")).to_be_visible(timeout=PATIENCE)
    expect(alex.page.get_by_role("definition").filter(has_text="gold")).to_be_visible()
    expect(alex.page.get_by_text("story", exact=True)).to_have_count(0)


def test_the_labels_of_these_tests_are_those_of_the_platform() -> None:
    assert {label["key"] for one in LABELS for label in one["localizedLabels"]} <= {
        "MessengerHomeHeaderTitle", "MessengerHomeHeaderSubTitle", "MessengerLauncherButtonText",
    }  # fmt: skip
