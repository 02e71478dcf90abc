"""Both pages can be read and used by everybody: names, contrast, focus, small windows, no motion where none is wanted.

Contrast is that of WCAG 2.2, success criterion 1.4.3, of every text that is visible, against what is painted behind it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, expect
from tests.integration.pages.people import PATIENCE
from tests.integration.pages.shop import ASK, GREET, HAND_OVER, MESSENGER

if TYPE_CHECKING:
    from tests.integration.pages.people import Desk, Guest
    from tests.integration.pages.shop import Shop

SCRIPT = (Path(__file__).parent / "reading.js").read_text("utf-8")


def looked(page: Page, for_: str) -> Any:
    """What ``reading.js`` finds."""
    return page.evaluate(f"({SCRIPT}).{for_}()")


def is_readable(page: Page) -> None:
    assert looked(page, "contrast") == []
    assert looked(page, "nameless") == []
    assert looked(page, "small") == []
    assert looked(page, "cut") == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"


def shows_its_focus(page: Page, steps: int) -> None:
    """Whatever Tab reaches has an outline."""
    found = []
    for _ in range(steps):
        page.keyboard.press("Tab")
        if at := looked(page, "focus"):
            found.append(at)
    assert len(found) >= steps // 2
    assert [one for one in found if one[1] == "none" or one[2] < 1] == []


@pytest.fixture(scope="module")
def talkative(shop: Shop, bot: str) -> str:
    """A deployment with the bot."""
    shop.bot(bot)
    return shop.deployment(GREET, ASK, HAND_OVER)


@pytest.mark.parametrize(
    ("width", "height", "colours"), [(1200, 820, "light"), (320, 640, "light"), (1200, 820, "dark")]
)
def test_both_pages_are_readable_in_every_state(
    shop: Shop,
    talkative: str,
    guest: Callable[..., Guest],
    desk: Callable[..., Desk],
    width: int,
    height: int,
    colours: str,
) -> None:
    size = {"width": width, "height": height, "color_scheme": colours}
    name = f"{width}-{colours}"
    alex = desk("Alex Agent", **size)
    is_readable(alex.page)
    alex.goes_on_queue()
    ann = guest(talkative, **size)
    expect(ann.button("Talk to us")).to_be_visible(timeout=PATIENCE)
    is_readable(ann.page)
    ann.opens()
    ann.sees("What is it about?")
    is_readable(ann.page)
    shop.picture(ann.page, f"reading-{name}-messenger-bot")
    shows_its_focus(ann.page, 8)
    ann.button("My parcels").click()
    ann.sees("Parcel 2")
    is_readable(ann.page)
    shop.picture(ann.page, f"reading-{name}-messenger-cards")
    ann.button("Clear the conversation").click()
    is_readable(ann.page)
    ann.button("Keep it").click()
    ann.button("Ask a person").first.click()
    expect(alex.page.locator(".answer .main")).to_be_visible(timeout=PATIENCE)
    is_readable(alex.page)
    shop.picture(alex.page, f"reading-{name}-desktop-alerting")
    alex.accepts()
    alex.page.get_by_text("Quick replies").click()
    alex.page.get_by_text("Transfer", exact=True).first.click()
    alex.says("Yes?")
    ann.sees("Yes?")
    ann.says("https://example.org is down")
    alex.page.get_by_role("link", name="https://example.org").wait_for()
    is_readable(alex.page)
    is_readable(ann.page)
    shop.picture(alex.page, f"reading-{name}-desktop-talking")
    shows_its_focus(alex.page, 12)
    alex.button("Disconnect").click()
    expect(alex.page.get_by_label("Wrap-up code")).to_be_visible(timeout=PATIENCE)
    is_readable(alex.page)
    shop.picture(alex.page, f"reading-{name}-desktop-wrapup")
    ann.is_told("This conversation has ended.")
    is_readable(ann.page)


@pytest.mark.parametrize("colour", ["#ffd54a", "#808080", "#ffffff", "no colour"])
def test_any_colour_of_a_configuration_is_readable(shop: Shop, guest: Callable[..., Guest], colour: str) -> None:
    configuration = shop.configuration(messenger={**MESSENGER, "styles": {"primaryColor": colour}})
    ann = guest(shop.deployment(GREET, HAND_OVER, configuration=configuration))
    ann.opens()
    ann.sees("Welcome to the shop.")
    ann.says("hello")
    ann.sees("hello")
    is_readable(ann.page)


def test_the_door_is_readable(shop: Shop, sit: Callable[..., Page]) -> None:
    page = sit(width=320)
    for path in ("/desktop", "/desktop?org=nobody", "/messenger/nobody"):
        page.goto(shop.serving.url + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=PATIENCE)
        is_readable(page)
        shop.picture(page, f"reading-320{path.replace('/', '-').replace('?', '-')}")


def test_roles_tell_what_the_parts_are(shop: Shop, guest: Callable[..., Guest], desk: Callable[..., Desk]) -> None:
    ann = guest(shop.deployment(GREET, HAND_OVER))
    launcher = ann.button("Talk to us")
    expect(launcher).to_have_attribute("aria-expanded", "false")
    ann.opens()
    window = ann.page.get_by_role("dialog", name="Corner Shop")
    expect(window).to_be_visible()
    expect(window.get_by_role("log", name="Conversation")).to_have_attribute("aria-live", "polite")
    expect(window.get_by_role("textbox", name="Write a message")).to_be_visible()
    expect(window.get_by_role("button", name="Send")).to_be_visible()
    ann.sees("Welcome to the shop.")
    ann.page.keyboard.press("Escape")
    expect(window).to_be_hidden()
    alex = desk("Alex Agent")
    for role, name in (("navigation", "Interactions"), ("main", "Conversation"), ("switch", "On queue")):
        expect(alex.page.get_by_role(role, name=name)).to_be_visible()  # type: ignore[arg-type]
    assert (
        ann.page.evaluate("document.documentElement.lang")
        == alex.page.evaluate("document.documentElement.lang")
        == "en"
    )


@pytest.mark.parametrize(("motion", "moves"), [("reduce", False), ("no-preference", True)])
def test_nothing_moves_for_who_wants_no_motion(
    shop: Shop, guest: Callable[..., Guest], motion: str, moves: bool
) -> None:
    ann = guest(shop.deployment(GREET, HAND_OVER), reduced_motion=motion)
    ann.opens()
    name = ann.page.get_by_role("dialog").evaluate("element => getComputedStyle(element).animationName")
    assert (name != "none") == moves
