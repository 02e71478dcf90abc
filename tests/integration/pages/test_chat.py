"""A person's chat from the snippet's page to a bot, to an agent, to another one, and back; all of them at browsers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect
from tests.integration.pages.people import PATIENCE, Desk, Guest
from tests.integration.pages.shop import ASK, GREET, HAND_OVER

if TYPE_CHECKING:
    from tests.integration.conftest import Serve
    from tests.integration.pages.shop import Shop


def test_a_person_chats_with_a_bot_and_with_two_agents(
    shop: Shop, bot: str, guest: Callable[..., Guest], desk: Callable[..., Desk]
) -> None:
    shop.bot(bot)
    alex, sam = desk("Alex Agent"), desk("Sam Second")
    shop.picture(alex.page, "desktop-1-off-queue")
    alex.goes_on_queue()
    sam.goes_on_queue()

    ann = guest(shop.deployment(GREET, ASK, HAND_OVER))
    shop.picture(ann.page, "messenger-1-launcher")
    ann.opens()
    ann.sees("Welcome to the shop.")
    ann.sees("What is it about?")
    shop.picture(ann.page, "messenger-2-bot")
    ann.button("My parcels").click()
    ann.sees("Parcel 2")
    shop.picture(ann.page, "messenger-3-carousel")
    ann.button("Ask a person").first.click()
    ann.sees("I fetch somebody.")

    expect(alex.button("Decline")).to_have_count(0)  # its name says whom
    expect(alex.page.get_by_role("status").filter(has_text="is waiting for you")).to_have_count(1, timeout=PATIENCE)
    shop.picture(alex.page, "desktop-2-alerting")
    alex.accepts()
    alex.sees("What is it about?")
    alex.sees("Ask a person")
    alex.page.get_by_label("Your answer").press_sequentially("one moment")
    expect(ann.page.get_by_text("is typing")).to_be_visible(timeout=PATIENCE)
    shop.picture(ann.page, "messenger-4-agent-types")
    alex.says("Hello! Shall I look it up?", "Yes, please", "No, thanks")
    ann.sees("Alex Agent")
    shop.picture(alex.page, "desktop-3-talking")
    ann.page.get_by_label("Write a message").press_sequentially("hm")
    expect(alex.page.get_by_text("is typing")).to_be_visible(timeout=PATIENCE)
    ann.button("Yes, please").click()
    alex.sees("Yes, please")
    ann.says("It is <b>late</b>")
    alex.sees("It is <b>late</b>")

    alex.page.get_by_text("Transfer", exact=True).first.click()
    alex.page.get_by_label("Queue", exact=True).select_option(label="Billing")
    alex.button("Transfer").click()
    alex.wraps_up("Call back", "went to Billing")
    shop.picture(alex.page, "desktop-4-wrapped-up")
    sam.accepts()
    sam.sees("It is <b>late</b>")
    sam.says("Sam here.")
    ann.sees("Sam here.")
    sam.button("Disconnect").click()
    shop.picture(sam.page, "desktop-5-wrapup")
    sam.wraps_up("Resolved")
    ann.is_told("This conversation has ended.")
    expect(ann.page.get_by_label("Write a message")).to_be_hidden()
    shop.picture(ann.page, "messenger-5-ended")

    ann.button("Start a new conversation").click()
    ann.sees("Welcome to the shop.")
    expect(ann.messages.filter(has_text="Sam here.")).to_have_count(0)
    print(f"pictures: {shop.pictures}")


def test_the_example_of_serve_is_a_chat_from_messenger_to_agent(serve: Serve, sit: Callable[..., Page]) -> None:
    with serve(example=True) as running:
        (deployment,) = running.api("GET", "/webdeployments/deployments").json["entities"]
        alex = Desk(sit())
        alex.signs_in(f"{running.url}/desktop", "Example Agent", org="Understudy")
        alex.goes_on_queue()
        ann = Guest(sit())
        ann.page.goto(f"{running.url}/messenger/{deployment['id']}")
        ann.opens("Chat with us")
        ann.sees("Hello! One moment, somebody will be with you.")
        ann.says("I am new here")
        alex.accepts()
        alex.sees("I am new here")
        alex.says("Welcome.")
        ann.sees("Welcome.")
        assert running.mistakes() == []


def test_everything_can_be_done_with_the_keyboard(
    shop: Shop, guest: Callable[..., Guest], desk: Callable[..., Desk]
) -> None:
    alex = desk("Alex Agent")
    alex.page.get_by_role("switch", name="On queue").focus()
    alex.page.keyboard.press("Space")
    ann = guest(shop.deployment(GREET, HAND_OVER))
    expect(ann.button("Talk to us")).to_be_visible(timeout=PATIENCE)
    ann.page.keyboard.press("Tab")  # the link of the page
    ann.page.keyboard.press("Tab")
    expect(ann.button("Talk to us")).to_be_focused()
    ann.page.keyboard.press("Enter")
    expect(ann.page.get_by_label("Write a message")).to_be_focused()
    ann.page.keyboard.type("One line")
    ann.page.keyboard.press("Shift+Enter")
    ann.page.keyboard.type("and another")
    ann.page.keyboard.press("Enter")
    ann.sees("and another")
    ann.page.keyboard.press("Escape")
    expect(ann.button("Talk to us")).to_be_focused()
    ann.page.keyboard.press("Enter")
    expect(ann.page.get_by_label("Write a message")).to_be_focused()

    accept = alex.page.locator(".answer .main")
    expect(accept).to_be_visible(timeout=PATIENCE)
    for _ in range(12):
        alex.page.keyboard.press("Tab")
        if accept.evaluate("element => element === document.activeElement"):
            break
    alex.page.keyboard.press("Enter")
    expect(alex.page.get_by_label("Your answer")).to_be_focused(timeout=PATIENCE)
    alex.page.keyboard.type("Pick one")
    alex.page.keyboard.press("Tab")  # Send
    alex.page.keyboard.press("Tab")
    alex.page.keyboard.press("Space")  # opens the quick replies
    alex.page.keyboard.press("Tab")
    alex.page.keyboard.type("Red")
    alex.page.keyboard.press("Tab")
    alex.page.keyboard.type("Blue")
    alex.page.keyboard.press("Enter")
    red = ann.button("Red")
    expect(red).to_be_visible(timeout=PATIENCE)
    ann.page.keyboard.press("Shift+Tab")
    for _ in range(6):
        if red.evaluate("element => element === element.getRootNode().activeElement"):
            break
        ann.page.keyboard.press("Shift+Tab")
    ann.page.keyboard.press("Enter")
    alex.sees("Red")
    expect(ann.page.get_by_label("Write a message")).to_be_focused()
