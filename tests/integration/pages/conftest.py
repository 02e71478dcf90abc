"""Chromium, which people sit at; the shop that they visit, and its bot. One of each for all tests of a process.

Pictures of what they see are kept in ``artifacts/pages``, which git ignores. The browser is the system's (Debian:
``chromium``); Playwright's client drives it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from playwright.sync_api import BrowserContext, Page
from tests.integration.pages.booths import Booth, Booths, Kind
from tests.integration.pages.people import Desk, Guest
from tests.integration.pages.platform_end import Platform
from tests.integration.pages.shop import ORG, SCOPES, SECRET, Shop, answered

if TYPE_CHECKING:
    from tests.integration.conftest import Serve

PICTURES: Final = Path(__file__).resolve().parents[3] / "artifacts" / "pages"


BOOTHS: Final = Booths()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """The browser ends with the last of these tests: others want an event loop of their own."""
    if nextitem is None or nextitem.path.parent != Path(__file__).parent:
        BOOTHS.close()


@pytest.fixture(scope="session")
def shop(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    PICTURES.mkdir(parents=True, exist_ok=True)
    path = tmp_path_factory.mktemp("org") / "org.yaml"
    path.write_text(ORG)
    with serve(orgs=[str(path)]) as running:
        shop = Shop(running, running.log_in(("shop-admin", SECRET)), PICTURES)
        page = f"{running.url}/desktop"
        body = {
            "name": "Agent desktop",
            "authorizedGrantType": "CODE",
            "registeredRedirectUri": [page],
            "scope": SCOPES,
        }
        shop.ids["client"] = shop.api("POST", "/oauth/clients", body)["id"]
        yield shop
        assert running.mistakes() == []


@pytest.fixture
def sit() -> Iterator[Callable[..., Page]]:
    """``sit(width=320, locale="de-DE")``: a page in a browser profile of its own, or a further one of ``context``;
    ``kind`` as in ``booths``; nobody sits there after it with ``once``. Errors of scripts fail the test."""
    taken: list[tuple[str, Kind, Booth]] = []
    spent: list[Booth] = []

    def open_page(
        width: int = 1200,
        height: int = 820,
        locale: str = "en-US",
        kind: Kind = "plain",
        once: bool = False,
        context: BrowserContext | None = None,
        **media: Any,
    ) -> Page:
        if context is None:
            booth = BOOTHS.take(locale, kind)
            taken.append((locale, kind, booth))
            spent.extend([booth] if once else [])
            page = booth.page
        else:
            page = context.new_page()
            next(one for *_, one in taken if one.context == context).watch(page)
        page.set_viewport_size({"width": width, "height": height})
        # all of it is said each time: who was here before may have wanted otherwise
        page.emulate_media(**{"color_scheme": "light", "reduced_motion": "reduce", **media})
        return page

    yield open_page
    for locale, kind, booth in taken:
        if booth in spent:
            booth.context.close()
        else:
            BOOTHS.give_back(locale, kind, booth)
    errors = [error for *_, booth in taken for error in booth.errors]
    for *_, booth in taken:
        booth.errors.clear()
    assert errors == []


@pytest.fixture
def guest(shop: Shop, sit: Callable[..., Page]) -> Callable[..., Guest]:
    """``guest(deployment)``: somebody at the page that carries its snippet."""

    def arrive(deployment: str, **how: Any) -> Guest:
        page = sit(**how)
        page.goto(f"{shop.serving.url}/messenger/{deployment}")
        return Guest(page)

    return arrive


@pytest.fixture
def desk(shop: Shop, sit: Callable[..., Page]) -> Callable[..., Desk]:
    """``desk("Alex Agent")``: an agent who has signed in."""

    def arrive(person: str = "Alex Agent", **how: Any) -> Desk:
        made = Desk(sit(**how))
        made.signs_in(f"{shop.serving.url}/desktop", person)
        return made

    return arrive


@pytest.fixture(scope="session")
def quiet(shop: Shop) -> str:
    """A deployment whose platform is the test's."""
    return shop.deployment()


@pytest.fixture
def platform(shop: Shop, quiet: str, sit: Callable[..., Page]) -> Platform:
    """A window that is open, and its other end."""
    page = sit(kind="routed")
    made = Platform(page)
    page.goto(f"{shop.serving.url}/messenger/{quiet}")
    page.clock.resume()
    Guest(page).opens()
    made.until(lambda: made.frames("configureSession"))
    return made


@pytest.fixture(autouse=True)
def left_as_found(shop: Shop) -> Iterator[None]:
    """No conversation waits for the agent of another test, and nobody is on queue."""
    yield
    for user in ("alex", "sam"):
        shop.api("PUT", f"/users/{user}/routingstatus", {"status": "OFF_QUEUE"})
        shop.api("DELETE", f"/routing/users/{user}/utilization")
    for one in shop.api("GET", "/conversations/messages")["entities"]:
        shop.api("POST", f"/conversations/{one['id']}/disconnect")


@pytest.fixture(scope="session")
def bot() -> Iterator[str]:
    """The address of a bot that offers two answers, shows a carousel, and knows when it is out of its depth."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            raw = json.dumps(answered(asked["inputMessage"])).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=lambda: server.serve_forever(0.02), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/bot"
    server.shutdown()
    server.server_close()
