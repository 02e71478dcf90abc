from __future__ import annotations

import pytest

from understudy.references.messenger_endpoint.screen import SHOWN_MAX, Screen, now

ITEM = {"type": "text", "text": "x", "from": "bot"}


def ids(screen: Screen) -> list[str]:
    return [one["id"] for one in screen.listing()["messages"]]


@pytest.mark.parametrize(("faults", "order"), [((), ["a", "b", "c"]), (("shows_as_comes",), ["a", "c", "b"])])
def test_messages_stand_by_time_and_a_notice_below_what_is_there(faults: tuple[str, ...], order: list[str]) -> None:
    screen = Screen(frozenset(faults))
    for id_, time in (("a", "1"), ("c", "3"), ("b", "2")):
        assert screen.show(id_, time, ITEM)
    screen.notice("told")
    assert ids(screen) == [*order, "s4"]


def test_a_message_is_shown_once() -> None:
    screen = Screen(frozenset())
    assert screen.show("a", "1", ITEM)
    assert not screen.show("a", "1", ITEM)
    screen.clear()
    assert screen.show("a", "1", ITEM)


def test_what_the_guest_wrote_has_a_state() -> None:
    screen = Screen(frozenset())
    screen.own("t", "hi", "sending")
    screen.own("t", "hi", "sent")
    assert screen.listing()["own"] == [{"text": "hi", "state": "sent"}]


def test_an_option_is_found_by_its_payload_and_narrowed_by_message_and_text() -> None:
    screen = Screen(frozenset())
    link = {"type": "Link", "text": "L", "payload": "https://x.example"}
    for id_, text in (("a", "One"), ("b", "Two")):
        screen.show(id_, id_, {**ITEM, "options": [{"type": "Button", "text": text, "payload": "p"}, link]})
    assert screen.offered("", "p", "") == {"type": "Button", "text": "Two", "payload": "p"}
    assert screen.offered("a", "p", "") == {"type": "Button", "text": "One", "payload": "p"}
    assert screen.offered("", "p", "One") == {"type": "Button", "text": "One", "payload": "p"}
    assert screen.offered("a", "p", "Two") is None
    assert screen.offered("", "https://x.example", "") is None


def test_the_oldest_makes_room() -> None:
    screen = Screen(frozenset())
    for number in range(SHOWN_MAX + 5):
        screen.show(f"m{number}", f"{number:06}", ITEM)
        screen.own(f"t{number}", "x", "sent")
    assert len(ids(screen)) == len(screen.listing()["own"]) == SHOWN_MAX
    assert ids(screen)[0] == "m5"
    assert screen.show("m0", "0", ITEM)


def test_the_time_is_as_genesys_writes_it() -> None:
    assert len(now()) == len("2026-01-01T00:00:00.000Z")
    assert now().endswith("Z")


@pytest.mark.parametrize(("fault", "later"), [("", False), ("types_forever", True)])
def test_who_types_is_shown_until_it_is_over_or_something_is_said(fault: str, later: bool) -> None:
    screen = Screen(frozenset({fault}))
    assert screen.listing()["typing"] is False
    screen.typing(60.0)
    assert screen.listing()["typing"] is True
    screen.typing(-0.001)
    assert screen.listing()["typing"] is later
    screen.typing(60.0)
    screen.show("a", "1", ITEM)
    assert screen.listing()["typing"] is False
