"""Judges of what the vendor's user saw."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from understudy.checker.contract import Contracts
from understudy.checker.evidence import link
from understudy.checker.finding import Finding
from understudy.checker.judges import JUDGES
from understudy.checker.scope import Window
from understudy.checker.sight import NOBODY_LOOKED
from understudy.record.entry import Entry

CONTRACTS = Contracts()
NOTICE = {"type": "notice", "text": "connected"}


def look(number: int, messages: list[Any], customer: str = "ann") -> Entry:
    shown = [{"type": "text", "text": one} if isinstance(one, str) else one for one in messages]
    body = orjson.dumps({"messages": [{"id": f"s{place}", **one} for place, one in enumerate(shown)]})
    more: dict[str, Any] = {"direction": "in", "status": 200, "body": body, "customer": customer}
    return Entry(0, number, "message", "200", "user_side", 0.0, 0.0, 0.0, **more)


def delivery(number: int, body: dict[str, Any]) -> Entry:
    more: dict[str, Any] = {"direction": "out", "exchange": f"0-{number}", "body": orjson.dumps(body)}
    return Entry(0, number, "message", "POST /hook", "open_messaging", 0.0, 0.0, 0.0, **more)


def judge(kind: str, *entries: Entry, **parameters: Any) -> Finding:
    return JUDGES[kind](parameters, Window(entries=link(entries)), CONTRACTS)


@pytest.mark.parametrize(
    ("mode", "expect", "shown", "result"),
    [
        ("times", ["a"], ["a", "b"], "passed"),
        ("times", ["a", "a"], ["a", "b", "a"], "passed"),
        ("times", ["a"], ["a", "a"], "failed"),
        ("times", ["a"], [{"type": "notice", "text": "a"}], "failed"),
        ("order", ["a", "b"], ["a", "x", "b"], "passed"),
        ("order", ["a", "b"], ["b", "a"], "failed"),
        ("order", ["a", "b"], ["a", "b", "a"], "failed"),
        ("joined", ["one two"], ["one", "two"], "passed"),
        ("joined", ["one two"], ["ONE two"], "failed"),
        ("joined", ["one two"], [], "failed"),
        ("absent", ["a"], ["b"], "passed"),
        ("absent", ["a"], ["say a!"], "failed"),
        ("absent", ["connected"], [NOTICE], "failed"),
        ("none", [], [NOTICE], "passed"),
        ("none", [], ["a"], "failed"),
        ("some", [], [NOTICE], "passed"),
        ("some", [], [], "failed"),
    ],
)
def test_texts(mode: str, expect: list[str], shown: list[Any], result: str) -> None:
    finding = judge("texts", look(0, shown), mode=mode, expect=expect)
    assert finding.result == result
    assert finding.evidence


def test_texts_tells_what_was_seen_and_what_is_wrong() -> None:
    finding = judge("texts", look(0, ["Hello"]), mode="times", expect=["hello"])
    assert finding.observed == "the user saw ['Hello']: 'hello' 0 times, not 1"


def test_joined_tells_how_far_it_agrees() -> None:
    finding = judge("texts", look(0, ["x" * 1000]), mode="joined", expect=["x" * 4000])
    assert finding.observed.endswith("1000 characters, equal to the expected 4000 up to number 1000")


def test_by_customer_a_foreign_text_is_crosstalk() -> None:
    entries = [look(0, ["a1"]), look(1, ["b1", "a1"], "bob")]
    finding = judge("texts", *entries, mode="order", expect={"ann": ["a1"], "bob": ["b1"]})
    assert finding.result == "failed"
    assert finding.observed == "the user saw ['b1', 'a1']: 'a1' should not be there"
    shared = [look(0, ["hi"]), look(1, ["hi"], "bob")]
    assert judge("texts", *shared, mode="order", expect={"ann": ["hi"], "bob": ["hi"]}).result == "passed"


@pytest.mark.parametrize("kind", ["texts", "things"])
def test_where_nobody_looked_nothing_is_judged(kind: str) -> None:
    finding = judge(kind, delivery(0, {}), mode="none", path="options", expect=[{"text": "a"}])
    assert (finding.result, finding.reason) == ("not seen", NOBODY_LOOKED)


OPTIONS = {"type": "options", "options": [{"text": "Yes", "payload": "y"}, {"text": "No", "payload": "n"}]}


@pytest.mark.parametrize(
    ("expect", "result"),
    [
        ([{"text": "Yes", "payload": "y"}], "passed"),
        ([{"text": "Yes"}, {"payload": {"matches": "[yn]"}, "text": "No"}], "passed"),
        ([{"text": "Maybe"}], "failed"),
        ([{"text": "Yes", "type": "Link"}], "failed"),
        ([], "not seen"),
    ],
)
def test_things_are_there_once_each(expect: list[Any], result: str) -> None:
    assert judge("things", look(0, [OPTIONS]), path="options", expect=expect).result == result


def test_a_thing_shown_twice_is_wrong() -> None:
    finding = judge("things", look(0, [OPTIONS, OPTIONS]), path="options", expect=[{"payload": "y"}])
    assert finding.observed.endswith("{'payload': 'y'} 2 times, not once")


def test_things_wanted_are_taken_from_deliveries_a_retried_one_once() -> None:
    body = {"id": "m1", "content": [{"reply": {"text": "Yes", "payload": "y"}}, {"reply": {"text": "Go", "url": "u"}}]}
    wanted = [
        {"path": "body.content.*.reply", "where": {"text": "Yes"}, "fields": ["text", "payload"]},
        {"path": "body.content.*.reply", "where": {"url": "u"}, "fields": ["text"], "and": {"type": "Link"}},
    ]
    link_ = {"type": "options", "options": [{"text": "Go", "type": "Link", "url": "u"}]}
    twice = (delivery(0, body), delivery(1, body))
    select = {"interface": "open_messaging"}
    finding = judge("things", *twice, look(2, [OPTIONS, link_]), path="options", select=select, wanted=wanted)
    assert finding.result == "passed"
    bare = judge("things", *twice, look(2, [OPTIONS]), path="options", select=select, wanted=wanted)
    assert bare.observed.endswith("{'text': 'Go', 'type': 'Link'} 0 times, not once")


@pytest.mark.parametrize("attachment", [7, None, "x", [1], [{"mime": "a"}], {"mime": {}}])
def test_a_malformed_thing_hurts_nobody(attachment: Any) -> None:
    shown = look(0, [{"type": "attachment", "attachment": attachment}])
    assert judge("things", shown, path="attachment", expect=[{"mime": "image/png"}]).result == "failed"
