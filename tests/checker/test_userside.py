"""What is new at the user side."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from understudy.checker.evidence import Seen, link
from understudy.checker.scope import Window
from understudy.checker.userside import looks, shown
from understudy.record.entry import Entry


def look(number: int, messages: Any, customer: str = "ann") -> Entry:
    body = orjson.dumps({"messages": messages})
    more: dict[str, Any] = {"direction": "in", "status": 200, "body": body, "customer": customer}
    return Entry(0, number, "message", "200", "user_side", 0.0, 0.0, 0.0, **more)


def delivery(number: int) -> Entry:
    return Entry(0, number, "message", "POST /hook", "open_messaging", 0.0, 0.0, 0.0, direction="out", exchange="0-1")


def texts(*entries: Entry, before: int = 0) -> dict[str, list[str]] | None:
    seen: list[Seen] = link(entries)
    found = shown(Window(entries=seen[before:], before=seen[:before]))
    return None if found is None else {customer: [one.text for one in new] for customer, new in found.items()}


def items(*texts_: str) -> list[dict[str, str]]:
    return [{"id": f"s{place}", "type": "text", "text": text} for place, text in enumerate(texts_)]


def test_what_was_there_before_is_not_new() -> None:
    assert texts(look(0, items("a")), look(1, items("a", "a", "b")), before=1) == {"ann": ["a", "b"]}


def test_the_newest_look_counts() -> None:
    assert texts(look(0, items("a")), look(1, items("a", "b"))) == {"ann": ["a", "b"]}


def test_a_look_before_the_first_delivery_is_what_was_there() -> None:
    assert texts(look(0, items("a")), delivery(1), look(2, items("a", "b"))) == {"ann": ["b"]}
    assert texts(delivery(0), look(1, items("a", "b"))) == {"ann": ["a", "b"]}


def test_one_id_shown_twice_is_two_messages() -> None:
    twice = [{"id": "m1", "text": "a"}, {"id": "m1", "text": "a"}]
    assert texts(look(0, twice)) == {"ann": ["a", "a"]}
    assert texts(look(0, twice[:1]), look(1, twice), before=1) == {"ann": ["a"]}


def test_users_are_told_apart() -> None:
    assert texts(look(0, items("a")), look(1, items("b"), "bob")) == {"ann": ["a"], "bob": ["b"]}


def test_where_nobody_looked_nothing_is_known() -> None:
    assert texts(delivery(0)) is None
    assert looks(link([delivery(0)])) == []


@pytest.mark.parametrize("messages", [7, None, {"a": 1}, ["x", 3, None], [{"text": 7}], [{}]])
def test_a_malformed_listing_hurts_nobody(messages: Any) -> None:
    found = texts(look(0, messages))
    assert found is not None
    assert set(found["ann"]) <= {""}


def test_a_notice_is_told_from_what_somebody_said() -> None:
    found = shown(Window(entries=link([look(0, [{"type": "notice", "text": "n"}, {"type": "text", "text": "t"}])])))
    assert found is not None
    assert [one.is_notice for one in found["ann"]] == [True, False]
