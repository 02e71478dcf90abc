"""The system's browser, and the booths in it where people sit: one after the other, for a new process each time is what
costs. A booth is cleaned up when who sat there leaves: no cookie, no storage, no route, no document stays.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, sync_playwright
from tests.integration.pages.people import PATIENCE

BROWSERS: Final = ("chromium", "google-chrome", "chromium-browser")
# clocked: the page's clock is the test's; routed: so are its sockets, too. Neither can be undone
Kind = Literal["plain", "clocked", "routed"]
CLEAN: Final = "(localStorage.clear(), sessionStorage.clear())"


@dataclass
class Booth:
    """One page of a browser profile of its own. ``errors`` are those of scripts."""

    page: Page
    errors: list[str] = field(default_factory=list)

    @property
    def context(self) -> BrowserContext:
        """Its profile."""
        return self.page.context

    def watch(self, page: Page) -> None:
        """Write down what the scripts of a page do wrong."""
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda said: self.errors.append(said.text) if "Content Security" in said.text else None)

    def clean(self) -> None:
        """Ready for the next one."""
        for other in self.context.pages[1:]:
            other.close()
        self.page.unroute_all()
        with suppress(Error):  # a page of no site has no storage
            self.page.evaluate(CLEAN)
        self.page.goto("about:blank")
        self.context.clear_cookies()


class Booths:
    """All of a test process; ``close()`` as soon as no test needs one: Playwright keeps an event loop while it runs."""

    def __init__(self) -> None:
        self.playwright: Playwright | None = None
        self.browser: Browser | None = None
        self.free: dict[tuple[str, Kind], list[Booth]] = {}

    def take(self, locale: str, kind: Kind) -> Booth:
        """A clean booth for who speaks a language."""
        free = self.free.setdefault((locale, kind), [])
        return free.pop() if free else self._new(locale, kind)

    def give_back(self, locale: str, kind: Kind, booth: Booth) -> None:
        """Clean a booth that nobody needs any more."""
        booth.clean()
        self.free[locale, kind].append(booth)

    def close(self) -> None:
        """End the browser."""
        self.free.clear()
        if self.browser is not None:
            self.browser.close()
        if self.playwright is not None:
            self.playwright.stop()
        self.browser = self.playwright = None

    def _new(self, locale: str, kind: Kind) -> Booth:
        context = self._browser().new_context(locale=locale)
        context.set_default_timeout(PATIENCE)
        booth = Booth(context.new_page())
        if kind != "plain":
            context.clock.install()
        booth.watch(booth.page)
        return booth

    def _browser(self) -> Browser:
        if self.browser is None:
            path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
            if path is None:
                pytest.skip(f"there is no browser: install one of {', '.join(BROWSERS)}")
            self.playwright = sync_playwright().start()
            # in a container there is no sandbox to be had, and /dev/shm is small
            flags = ["--no-sandbox", "--disable-dev-shm-usage"]
            self.browser = self.playwright.chromium.launch(executable_path=path, args=flags)
        return self.browser
