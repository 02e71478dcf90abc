"""Entries as rules see them."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.checker.evidence import MISSING, first, link, values
from understudy.record.entry import Entry


def message(number: int, **fields: Any) -> Entry:
    values_ = {"direction": "in", "exchange": "0-1", **fields}
    return Entry(0, number, "message", "POST /x", "platform", float(number), 50.0 + number, 0.0, **values_)


BODY = b'{"a":{"b":[{"c":1},{"c":2},7]},"n":null,"t":"x"}'


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("body.a.b.0.c", [1]),
        ("body.a.b.*.c", [1, 2]),
        ("body.a.*.1.c", [2]),
        ("body.a.b.9.c", []),
        ("body.zzz", []),
        ("body.t.x", []),
        ("body.n", [None]),
        ("header.x-one", ["1", "2"]),
        ("data.attempt", [3]),
        ("data.missing", []),
        ("operation", ["postThing"]),
        ("name", ["POST /x"]),
        ("conversation", []),
        ("customer", ["ann"]),
        ("status", []),
        ("response.status", [201]),
        ("response.body.id", ["m1"]),
        ("response.request.customer", ["ann"]),
        ("request.name", []),
        ("seconds", [1.0]),
        ("text", ["POST /x\n" + BODY.decode()]),
    ],
)
def test_a_path_names_what_a_rule_speaks_of(path: str, found: list[Any]) -> None:
    data = {"attempt": 3, "operation": "postThing"}
    request = message(0, body=BODY, headers=(("X-One", "1"), ("x-one", "2")), data=data, customer="ann")
    answer = message(1, direction="out", status=201, body=b'{"id":"m1"}')
    one, _ = link([request, answer])
    assert values(one, path) == found
    assert first(one, path) == (found[0] if found else None)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (rb'{"t":"Sch\u00f6n","u":"http:\/\/x","q":"\""}', '{"t":"Schön","u":"http://x","q":"\\""}'),
        (rb'{"t":"Sch\u00f6n"', r'{"t":"Sch\u00f6n"'),
        (rb'{"t":"\u00f6","d":' + b"[" * 300 + b"]" * 300 + b"}", r'{"t":"\u00f6","d":' + "[" * 300 + "]" * 300 + "}"),
    ],
)
def test_text_is_the_same_however_json_escapes_it(body: bytes, text: str) -> None:
    (one,) = link([message(0, body=body)])
    assert first(one, "text") == f"POST /x\n{text}"


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 5000])
def test_a_body_that_is_no_json_has_no_values(body: bytes) -> None:
    (one,) = link([message(0, body=body)])
    assert one.json is MISSING
    assert values(one, "body.a") == []


def test_seconds_are_the_seams_own_where_it_measured_them() -> None:
    one, _ = link([message(0), message(5, status=200, data={"seconds": 0.25})])
    assert one.seconds() == 0.25


def test_an_unanswered_request_took_no_time() -> None:
    (one,) = link([message(0)])
    assert one.is_request
    assert one.seconds() is None


def test_between_processes_only_utc_counts() -> None:
    later = Entry(1, 0, "note", "n", "test", 900.0, 53.0, 0.0)
    one, other = link([message(0), later])
    assert one.seconds_to(other) == 3.0


def test_halves_of_an_exchange_share_what_one_is_known_to_belong_to() -> None:
    one, other = link([message(0), message(1, status=200, customer="ann", conversation="c1")])
    assert (one.customer, one.conversation) == ("ann", "c1")
    assert other.request is one


def test_a_response_without_its_request_stands_alone() -> None:
    (one,) = link([message(0, status=200)])
    assert one.request is None


def test_a_later_link_ties_both_halves_to_a_conversation() -> None:
    told = Entry(0, 2, "note", "link", "world", 0.0, 0.0, 0.0, conversation="c9", customer="bob", data={"entry": "0:0"})
    one, other, _ = link([message(0), message(1, status=200), told])
    assert {(half.conversation, half.customer) for half in (one, other)} == {("c9", "bob")}
