"""Who sits at the browsers: guests of the messenger, and agents at the desktop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Locator, Page, expect

PATIENCE: Final = 8_000.0  # milliseconds until a wait fails its test


@dataclass(frozen=True, slots=True)
class Guest:
    """Who writes in the messenger of a page."""

    page: Page

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def opens(self, launcher: str = "Talk to us") -> None:
        self.button(launcher).click()

    def says(self, text: str) -> None:
        self.page.get_by_label("Write a message").fill(text)
        self.page.keyboard.press("Enter")

    def sees(self, text: str) -> None:
        expect(self.messages.filter(has_text=text).last).to_be_visible(timeout=PATIENCE)

    def is_told(self, text: str) -> None:
        expect(self.page.get_by_role("status").filter(has_text=text)).to_be_visible(timeout=PATIENCE)

    @property
    def messages(self) -> Locator:
        return self.page.get_by_role("log").get_by_role("listitem")

    def texts(self) -> list[str]:
        return self.page.locator(".message .bubble").all_inner_texts()


@dataclass(frozen=True, slots=True)
class Desk:
    """An agent at the desktop."""

    page: Page

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def signs_in(self, address: str, person: str, org: str = "Corner Shop") -> None:
        self.page.goto(address)
        self.button(f"Sign in to {org}").click()
        option = self.page.get_by_role("option", name=person).get_attribute("value")
        self.page.get_by_label("Who are you?").select_option(option)
        self.button("Sign in").click()
        expect(self.page.get_by_role("switch", name="On queue")).to_be_visible(timeout=PATIENCE)
        expect(self.page.get_by_text("No notifications")).to_be_hidden(timeout=PATIENCE)

    def goes_on_queue(self) -> None:
        switch = self.page.get_by_role("switch", name="On queue")
        switch.click()
        expect(switch).to_have_attribute("aria-checked", "true", timeout=PATIENCE)

    def accepts(self) -> None:
        self.page.locator(".answer .main").first.click(timeout=PATIENCE)
        expect(self.page.get_by_label("Your answer")).to_be_focused(timeout=PATIENCE)

    def says(self, text: str, *replies: str) -> None:
        if replies:
            self.page.get_by_text("Quick replies").click()
            for i, reply in enumerate(replies, 1):
                self.page.get_by_label(f"Reply {i}").fill(reply)
        self.page.get_by_label("Your answer").fill(text)
        self.button("Send").click()

    def sees(self, text: str) -> None:
        expect(self.page.get_by_role("log").get_by_text(text, exact=True).last).to_be_visible(timeout=PATIENCE)

    def wraps_up(self, code: str, notes: str = "") -> None:
        self.page.get_by_label("Wrap-up code").select_option(label=code, timeout=PATIENCE)
        self.page.get_by_label("Notes").fill(notes)
        self.button("Done").click()
        expect(self.page.get_by_label("Wrap-up code")).to_be_hidden(timeout=PATIENCE)
