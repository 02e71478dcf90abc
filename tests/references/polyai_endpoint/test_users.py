"""Users and what they saw are bounded; an option is found by payload, message and text."""

from __future__ import annotations

import re

from understudy.references.polyai_endpoint.users import SHOWN_MAX, Option, Shown, User, Users, now


def test_the_quietest_user_makes_room() -> None:
    users = Users(most=2)
    users.admit("ann")
    users.admit("bob")
    users.admit("ann")
    users.admit("cid")
    assert [users.find(id_) is not None for id_ in ("ann", "bob", "cid")] == [True, False, True]


def test_the_oldest_message_goes_first_and_ids_stay_unique() -> None:
    user = User("ann")
    for number in range(SHOWN_MAX + 1):
        user.show(Shown(kind="text", text=str(number)))
    assert [item["text"] for item in user.items()] == [str(number) for number in range(1, SHOWN_MAX + 1)]
    assert len({item["id"] for item in user.items()}) == SHOWN_MAX


def test_options_are_told_apart_by_payload_message_and_text() -> None:
    user = User("ann")
    two = (Option("Button", "Buy", "a"), Option("Button", "Buy", "b"), Option("Link", "More", url="http://x"))
    user.show(Shown(kind="options", options=two, platform_id="m1"))
    user.show(Shown(kind="options", options=(Option("QuickReply", "Yes", "a"),), platform_id="m2"))
    assert user.offered("", "a", "") == ("m2", {"type": "QuickReply", "text": "Yes", "payload": "a"})
    assert user.offered("m1", "a", "") == ("m1", {"type": "Button", "text": "Buy", "payload": "a"})
    assert user.offered("", "a", "Buy") == ("m1", {"type": "Button", "text": "Buy", "payload": "a"})
    assert user.offered("m2", "b", "") is None
    assert user.offered("", "http://x", "") is None


def test_the_time_is_utc_with_milliseconds() -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", now())
