"""The agent's desktop: who may in, what it keeps, and what it says when something does not work."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect
from tests.integration.pages.people import PATIENCE
from tests.integration.pages.shop import GREET, HAND_OVER

if TYPE_CHECKING:
    from tests.integration.conftest import Serve
    from tests.integration.pages.people import Desk, Guest
    from tests.integration.pages.shop import Shop

SECRETS = ("access_token", "code=", "Bearer", "code_verifier")


def test_signing_in_leaves_no_secret_in_an_address(shop: Shop, sit: Callable[..., Page]) -> None:
    page = sit()
    addresses: list[str] = []
    page.on("framenavigated", lambda frame: addresses.append(frame.url))
    page.on("request", lambda request: addresses.append(request.url))
    page.goto(f"{shop.serving.url}/desktop")
    page.get_by_role("button", name="Sign in to Corner Shop").click()
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("switch", name="On queue")).to_be_visible(timeout=PATIENCE)
    assert page.url == f"{shop.serving.url}/desktop"
    token = page.evaluate("JSON.parse(sessionStorage.getItem('understudy.desktop')).token")
    assert token
    assert not any(token in address or "code_verifier" in address for address in addresses)
    asked = next(address for address in addresses if "/oauth/authorize" in address)
    assert "code_challenge_method=S256" in asked
    page.go_back()
    assert "code=" not in page.url


def test_who_refuses_is_told_and_may_try_again(shop: Shop, sit: Callable[..., Page]) -> None:
    page = sit()
    page.goto(f"{shop.serving.url}/desktop")
    page.get_by_role("button", name="Sign in to Corner Shop").click()
    page.get_by_role("button", name="Deny").click()
    expect(page.get_by_role("alert")).to_have_text("the user refused", timeout=PATIENCE)
    expect(page.get_by_role("button", name="Sign in to Corner Shop")).to_be_visible()


def test_an_answer_that_nobody_asked_for_signs_nobody_in(shop: Shop, sit: Callable[..., Page]) -> None:
    page = sit()
    page.goto(f"{shop.serving.url}/desktop?code=stolen&state=forged")
    expect(page.get_by_role("alert")).to_contain_text("begin again", timeout=PATIENCE)
    assert page.url == f"{shop.serving.url}/desktop"


def test_an_org_without_a_client_is_told_how_to_make_one(serve: Serve, sit: Callable[..., Page]) -> None:
    with serve(default=True) as running:
        page = sit()
        page.goto(f"{running.url}/desktop")
        expect(page.get_by_role("button", name="Sign in to Understudy")).to_be_visible(timeout=PATIENCE)
        page.goto(f"{running.url}/desktop?org=nobody")
        expect(page.get_by_text("POST /api/v2/oauth/clients")).to_be_visible(timeout=PATIENCE)
        expect(page.get_by_label("The client's body")).to_contain_text(f"{running.url}/desktop")


def test_a_token_that_dies_leads_back_to_the_door(shop: Shop, desk: Callable[..., Desk]) -> None:
    alex = desk("Alex Agent")
    shop.api("DELETE", "/tokens/alex")
    alex.page.get_by_role("switch", name="On queue").click()
    expect(alex.page.get_by_role("alert")).to_contain_text("Your sign-in has ended", timeout=PATIENCE)
    assert alex.page.evaluate("sessionStorage.getItem('understudy.desktop')") is None


def test_signing_out_ends_token_and_session(shop: Shop, desk: Callable[..., Desk]) -> None:
    alex = desk("Alex Agent")
    token = alex.page.evaluate("JSON.parse(sessionStorage.getItem('understudy.desktop')).token")
    alex.button("Sign out").click()
    expect(alex.button("Sign in to Corner Shop")).to_be_visible(timeout=PATIENCE)
    assert shop.serving.api("GET", "/users/me", token=token).status == 401
    alex.button("Sign in to Corner Shop").click()
    expect(alex.page.get_by_label("Who are you?")).to_be_visible(timeout=PATIENCE)


def test_presence_and_queue_are_the_platforms(shop: Shop, desk: Callable[..., Desk]) -> None:
    alex = desk("Alex Agent")
    alex.goes_on_queue()
    expect(alex.page.get_by_label("Presence")).to_have_value(
        shop.api("GET", "/users/alex/presences/purecloud")["presenceDefinition"]["id"]
    )
    assert shop.api("GET", "/users/alex/routingstatus")["status"] == "IDLE"
    alex.page.get_by_label("Presence").select_option(label="Meal")
    expect(alex.page.get_by_role("switch", name="On queue")).to_have_attribute(
        "aria-checked", "false", timeout=PATIENCE
    )
    shop.api("PUT", "/users/alex/routingstatus", {"status": "IDLE"})  # by somebody else
    expect(alex.page.get_by_text("Idle", exact=True)).to_be_visible(timeout=PATIENCE)


def test_what_is_open_is_there_after_a_reload(
    shop: Shop, guest: Callable[..., Guest], desk: Callable[..., Desk]
) -> None:
    alex = desk("Alex Agent")
    alex.goes_on_queue()
    ann = guest(shop.deployment(GREET, HAND_OVER))
    ann.opens()
    ann.says("hello")
    alex.accepts()
    alex.page.reload()
    alex.page.get_by_role("button", name="Talking").click(timeout=PATIENCE)
    alex.sees("hello")
    alex.button("Disconnect").click()
    expect(alex.page.get_by_label("Wrap-up code")).to_be_focused(timeout=PATIENCE)
    alex.page.reload()
    alex.page.get_by_role("button", name="Wrap-up").click(timeout=PATIENCE)
    alex.wraps_up("Call back", "tomorrow")
    expect(alex.page.get_by_text("Nothing yet.")).to_be_visible()
    (ended,) = [
        one
        for one in shop.serving.entries(interface="platform", direction="in")
        if one["name"].endswith("/wrapup") and "tomorrow" in str(one["body"])
    ]
    assert ended["conversation"]


def test_a_declined_interaction_is_alerted_no_more(
    shop: Shop, guest: Callable[..., Guest], desk: Callable[..., Desk]
) -> None:
    alex = desk("Alex Agent")
    alex.goes_on_queue()
    ann = guest(shop.deployment(GREET, HAND_OVER))
    ann.opens()
    alex.page.get_by_role("button", name="Decline").click(timeout=PATIENCE)
    expect(alex.page.get_by_role("button", name="Decline")).to_have_count(0, timeout=PATIENCE)
    expect(alex.page.get_by_text("Not responding")).to_be_visible(timeout=PATIENCE)


def test_what_the_platform_refuses_is_said_and_the_text_is_kept(
    shop: Shop, guest: Callable[..., Guest], desk: Callable[..., Desk]
) -> None:
    alex = desk("Alex Agent")
    alex.goes_on_queue()
    ann = guest(shop.deployment(GREET, HAND_OVER))
    ann.opens()
    ann.says("hello")
    alex.accepts()
    alex.page.route(
        "**/communications/*/messages", lambda route: route.fulfill(status=400, json={"message": "Not so."})
    )
    alex.says("important words", "Yes", "No")
    expect(alex.page.get_by_role("alert").filter(has_text="Not so.")).to_be_visible(timeout=PATIENCE)
    expect(alex.page.get_by_label("Your answer")).to_have_value("important words")
    expect(alex.page.get_by_label("Reply 2")).to_have_value("No")


def test_two_conversations_do_not_mix(shop: Shop, guest: Callable[..., Guest], desk: Callable[..., Desk]) -> None:
    alex = desk("Alex Agent")
    alex.goes_on_queue()
    deployment = shop.deployment(GREET, HAND_OVER)
    shop.api("PUT", "/routing/users/alex/utilization", UTILIZATION)
    ann, bob = guest(deployment), guest(deployment)
    for one, text in ((ann, "I am Ann"), (bob, "I am Bob")):
        one.opens()
        one.says(text)
        alex.accepts()
        alex.sees(text)
    alex.says("to Bob")
    bob.sees("to Bob")
    alex.page.locator(".choose").filter(has_text="I am Ann").click()
    expect(alex.page.get_by_text("to Bob")).to_have_count(1)  # in the list only
    alex.says("to Ann")
    ann.sees("to Ann")
    assert "to Bob" not in ann.texts()
    assert "to Ann" not in bob.texts()
    shop.picture(alex.page, "desktop-two")


def test_behind_a_gateway_everything_has_its_prefix(serve: Serve, sit: Callable[..., Page]) -> None:
    prefixes = {"apps": "/apps", "login": "/login", "api": "/api"}
    with serve(prefixes=prefixes) as running:
        home = running.api("GET", "/authorization/divisions/home").json["id"]
        alex = running.made("/users", {"name": "Alex Agent", "email": "alex@shop.example", "divisionId": home})["id"]
        role = running.api("GET", "/authorization/roles?name=admin").json["entities"][0]["id"]
        assert running.api("PUT", f"/users/{alex}/roles", [role]).status == 200
        page = sit()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url.removeprefix(running.url).partition("?")[0]))
        page.goto(f"{running.url}/apps/desktop")
        page.get_by_role("button", name="Sign in to Understudy").click()
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("heading", name="Agent desktop")).to_be_visible(timeout=PATIENCE)
        page.wait_for_load_state("networkidle")
        assert page.url == f"{running.url}/apps/desktop"
        ours = [path for path in asked if not path.startswith("data:")]
        assert "/api/api/v2/users/me" in ours
        assert "/login/oauth/token" in ours
        assert [path for path in ours if not path.startswith(("/apps/", "/login/", "/api/api/v2/"))] == []


UTILIZATION = {"utilization": {"message": {"maximumCapacity": 3, "interruptableMediaTypes": []}}}


@pytest.mark.parametrize("path", ["/desktop", "/messenger/nobody"])
def test_pages_load_nothing_from_anybody_else(shop: Shop, sit: Callable[..., Page], path: str) -> None:
    page = sit()
    hosts: list[str] = []
    page.on("request", lambda request: hosts.append(request.url.split("/")[2]) if "://" in request.url else None)
    page.goto(shop.serving.url + path)
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=PATIENCE)
    assert set(hosts) == {shop.serving.url.split("/")[2]}
