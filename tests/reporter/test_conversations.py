from __future__ import annotations

from typing import Any

from understudy.record.entry import Entry
from understudy.reporter.conversations import read_conversations

ONE, TWO = "test_a.py::test_one[channel]", "test_a.py::test_two"


def note(number: int, name: str, customer: str | None = None, **data: Any) -> dict[str, Any]:
    told = Entry(0, number, "note", name, "test", number, number, number, customer=customer, data=data).to_json()
    return {**told, **({"conversation": data["conversation"]} if "conversation" in data else {})}


def message(number: int, **more: Any) -> dict[str, Any]:
    return Entry(0, number, "message", "POST /x", "platform", number, number, number, direction="in", **more).to_json()


def kept(lines: list[dict[str, Any]], *cited: str) -> list[tuple[str, str, tuple[str, ...]]]:
    made, _ = read_conversations(lines, set(cited))
    return [(one.id, one.title, one.entries) for one in made]


def test_a_conversation_holds_what_names_the_customer_or_the_conversation() -> None:
    lines = [
        note(1, "test.customer", "ann", test=ONE, nickname="Ann"),
        message(2, customer="ann", conversation="c-1"),
        message(3, conversation="c-1"),
        message(4, customer="bob"),
        message(5),
    ]
    assert kept(lines, "0:3") == [("ann", "Ann in test_one[channel]", ("0:1", "0:2", "0:3"))]


def test_both_halves_of_an_exchange_belong_together() -> None:
    lines = [
        note(1, "test.customer", "ann", test=ONE),
        message(2, exchange="0-1"),
        message(3, exchange="0-1", status=202, customer="ann"),
    ]
    assert kept(lines, "0:2") == [("ann", "customer in test_one[channel]", ("0:1", "0:2", "0:3"))]


def test_a_later_link_tells_where_an_entry_belongs() -> None:
    lines = [note(1, "test.customer", "ann", test=ONE), message(2), note(3, "link", "ann", entry="0:2")]
    assert kept(lines, "0:2") == [("ann", "customer in test_one[channel]", ("0:1", "0:2", "0:3"))]


def test_notes_of_the_test_stand_in_each_of_its_conversations_and_in_no_other() -> None:
    lines = [
        note(1, "test.customer", "ann", test=ONE),
        note(2, "test.customer", "bob", test=ONE),
        note(3, "test.customer", "eve", test=TWO),
        note(4, "check.began", test=ONE, check="V1"),
    ]
    assert [entries for _, _, entries in kept(lines, "0:1", "0:2", "0:3")] == [
        ("0:1", "0:4"), ("0:2", "0:4"), ("0:3",),
    ]  # fmt: skip


def test_a_customer_of_two_tests_has_a_conversation_in_each() -> None:
    lines = [
        note(1, "test.customer", "ann", test=ONE), message(2, customer="ann"),
        note(3, "test.customer", "ann", test=f"{TWO}@channel"), message(4, customer="ann"),
    ]  # fmt: skip
    assert kept(lines, "0:2", "0:4") == [
        ("ann", "customer in test_one[channel]", ("0:1", "0:2")), ("ann (2)", "customer in test_two", ("0:3", "0:4")),
    ]  # fmt: skip


def test_conversations_without_evidence_are_left_to_the_record() -> None:
    lines = [note(1, "test.customer", "ann", test=ONE), message(2, customer="ann"), message(3), message(4)]
    made, entries = read_conversations(lines, {"0:4", "0:99"})
    assert (made, list(entries)) == ((), ["0:4"])


def test_what_happened_before_a_customer_was_introduced_is_not_theirs() -> None:
    lines = [message(1, customer="ann"), note(2, "test.customer", "ann", test=ONE)]
    assert [entries for _, _, entries in kept(lines, "0:2")] == [("0:2",)]
