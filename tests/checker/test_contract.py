"""Schemas of contracts/: both engines agree, the strict form names unknown fields, nothing a peer sends raises."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from understudy.checker.contract import Contracts, closed_form
from understudy.checker.reference import reference as reference_of
from understudy.errors import ContractError

CONTRACTS = Contracts()
TIME = "2026-01-01T00:00:00.000Z"
FROM = {"id": "u", "idType": "Opaque", "nickname": "Ann"}
CHANNEL = {"from": FROM, "time": TIME, "messageId": "v1", "metadata": {"customAttributes": {"a": "b"}}}
ATTACHMENT = {"mediaType": "Image", "url": "https://x.invalid/1", "mime": "image/png"}
OUT = {
    "id": "i",
    "platform": "Open",
    "type": "Private",
    "to": {"id": "u"},
    "from": FROM,
    "time": TIME,
    "messageId": "m",
}
GOOD: dict[str, list[dict[str, Any]]] = {
    "inbound_message": [
        {"channel": CHANNEL, "text": "hi"},
        {"channel": CHANNEL, "text": "", "content": [{"attachment": ATTACHMENT}]},
    ],
    "inbound_event": [
        {"channel": CHANNEL, "events": [{"eventType": "Typing", "typing": {"type": "On", "duration": 5000}}]}
    ],
    "inbound_receipt": [
        {
            "id": "m",
            "channel": {"to": {"id": "u"}, "time": TIME},
            "status": "Failed",
            "reasons": [{"code": "GeneralError"}],
        }
    ],
    "inbound_structured_response": [
        {
            "channel": CHANNEL,
            "buttonResponse": {"type": "Button", "text": "t", "payload": "p"},
            "originatingMessageId": "m",
        }
    ],
    "inbound_deprecated": [
        {"channel": {**CHANNEL, "to": {"id": "i"}}, "type": "Text", "text": "hi", "direction": "Inbound"},
        {"id": "m", "channel": {"to": {"id": "i"}, "time": TIME}, "type": "Receipt", "status": "Read"},
    ],
    "outbound": [
        {"id": "m", "channel": OUT, "type": "Text", "text": "hi", "direction": "Outbound", "originatingEntity": "Bot"},
        {
            "id": "m",
            "channel": OUT,
            "type": "Structured",
            "content": [{"contentType": "Card", "card": {}}],
            "direction": "Outbound",
        },
        {"id": "m", "channel": OUT, "type": "Event", "events": [{"eventType": "Typing"}], "direction": "Outbound"},
        {"id": "m", "channel": OUT, "type": "Receipt", "status": "Published", "direction": "Outbound"},
    ],
}
BAD: dict[str, list[Any]] = {
    "inbound_message": [
        {"channel": CHANNEL},
        {"channel": CHANNEL, "text": ""},
        {"channel": {**CHANNEL, "time": "2026-01-01T00:00:00Z"}, "text": "x"},
        {"channel": {**CHANNEL, "time": "2026-01-01T00:00:00.000+01:00"}, "text": "x"},
        {"channel": {**CHANNEL, "from": {"id": "u"}}, "text": "x"},
        {"channel": {**CHANNEL, "metadata": {"customAttributes": {"a": 1}}}, "text": "x"},
        {"channel": CHANNEL, "text": "x", "content": [{"attachment": {**ATTACHMENT, "mime": "png"}}]},
        [],
        None,
    ],
    "inbound_event": [{"channel": CHANNEL, "events": []}, {"channel": CHANNEL, "events": [{"eventType": "Presence"}]}],
    "inbound_receipt": [
        {"id": "m", "channel": {"to": {"id": "u"}, "time": TIME}, "status": "Published"},
        {"id": "m", "channel": {"to": {}, "time": "today"}, "status": "Delivered"},
    ],
    "inbound_structured_response": [
        {"channel": CHANNEL, "buttonResponse": {"type": "Knob"}, "originatingMessageId": ""}
    ],
    "inbound_deprecated": [{"channel": {"to": {"id": "i"}, "time": TIME}, "type": "Text", "text": "hi"}],
    "outbound": [
        {"id": "m", "channel": OUT, "type": kind, "direction": "Outbound"}
        for kind in ("Text", "Structured", "Event", "Receipt")
    ],
}


@pytest.mark.parametrize("name", GOOD)
def test_good_bodies_fit_and_bad_ones_do_not_by_both_engines(name: str) -> None:
    judge, reference = CONTRACTS.judge(f"open_messaging/{name}"), reference_of(CONTRACTS, f"open_messaging/{name}")
    for body in GOOD[name]:
        assert judge.problems(body) == []
        assert reference.is_valid(body)
    for body in BAD[name]:
        assert judge.problems(body)
        assert not reference.is_valid(body)


@pytest.mark.parametrize("name", GOOD)
def test_the_strict_form_names_unknown_fields_by_both_engines(name: str) -> None:
    strict = CONTRACTS.judge(f"open_messaging/{name}", strict=True)
    reference = reference_of(CONTRACTS, f"open_messaging/{name}", strict=True)
    for body in GOOD[name]:
        assert strict.problems(body) == []
        assert reference.is_valid(body)
        more = {**body, "surprise": 1}
        assert "surprise" in strict.problems(more)[0]
        assert not reference.is_valid(more)
        deep = {**body, "channel": {**body["channel"], "surprise": 1}}
        assert strict.problems(deep)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5), lambda v: st.lists(v, max_size=2)
)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(GOOD)), st.data())
def test_both_engines_agree_on_a_body_with_one_value_changed(name: str, data: st.DataObject) -> None:
    body = orjson.loads(orjson.dumps(data.draw(st.sampled_from(GOOD[name]))))
    holder = body
    while True:
        key = data.draw(st.sampled_from(sorted(holder)))
        if not isinstance(holder[key], dict) or not holder[key] or data.draw(st.booleans()):
            break
        holder = holder[key]
    holder[key] = data.draw(_VALUES)
    judged = CONTRACTS.judge(f"open_messaging/{name}").problems(body) == []
    assert judged == reference_of(CONTRACTS, f"open_messaging/{name}").is_valid(body)


def test_a_problem_names_its_place_and_is_short() -> None:
    bad = {"channel": {**CHANNEL, "time": "x" * 5_000}, "text": "x"}
    (problem,) = CONTRACTS.judge("open_messaging/inbound_message").problems(bad)
    assert problem.startswith("channel.time: ")
    assert len(problem) < 250


def test_of_a_large_body_only_the_first_problem_is_asked_for() -> None:
    body = {"channel": CHANNEL, "text": "x", "content": [7] * 100_000}
    assert len(CONTRACTS.judge("open_messaging/inbound_message").problems(body, 300_000)) == 1


def test_a_body_nested_without_end_is_a_problem_and_no_crash() -> None:
    body: Any = {}
    for _ in range(3_000):
        body = {"channel": body}
    assert CONTRACTS.judge("open_messaging/inbound_message").problems(body)


def test_models_of_the_platform_can_be_named() -> None:
    judge = CONTRACTS.judge("model:OpenInboundNormalizedMessage")
    assert judge.problems({"channel": CHANNEL, "text": "hi"}) == [] or judge.problems({})
    assert CONTRACTS.judge("answer:Queue").problems([])


def test_an_unknown_schema_is_named_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"open_messaging/schemas has no outbond\.json; there are common, inbound"):
        CONTRACTS.judge("open_messaging/outbond")


@pytest.mark.parametrize("text", ["{", "[]", "{}"])
def test_a_malformed_schema_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "x" / "schemas").mkdir(parents=True)
    (tmp_path / "x" / "schemas" / "a.json").write_text(text)
    with pytest.raises(ContractError, match="schema"):
        Contracts(tmp_path).judge("x/a")


def test_every_schema_says_where_it_comes_from() -> None:
    for name in CONTRACTS.names():
        if name != "open_messaging/common":
            assert reference_of(CONTRACTS, name).schema["$comment"]  # type: ignore[index]


def test_closing_leaves_maps_open() -> None:
    schema = {"type": "object", "additionalProperties": {"type": "string"}}
    assert closed_form(schema) == schema
    assert closed_form({"type": "object", "properties": {"a": schema}})["additionalProperties"] is False
