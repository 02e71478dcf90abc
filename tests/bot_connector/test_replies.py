"""Reply messages: Text and Structured, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.bot_connector.faults import Faults
from understudy.bot_connector.replies import MOST, ReplyMessage, read_replies


def read(value: Any) -> tuple[tuple[ReplyMessage, ...], list[tuple[str, str, bool]]]:
    faults = Faults()
    messages = read_replies(value, "r", faults)
    return messages, [(fault.rule, fault.path, fault.is_fatal) for fault in faults.found]


QUICK = {"contentType": "QuickReply", "quickReply": {"text": "Yes", "payload": "yes"}}


def test_text_and_structured_are_read_and_built_back() -> None:
    given = [{"type": "Text", "text": "hi"}, {"type": "Structured", "text": "choose", "content": [QUICK]}]
    messages, faults = read(given)
    assert [message.to_json() for message in messages] == given
    assert faults == []


def test_no_messages_are_none() -> None:
    assert read(None) == read([]) == ((), [])


def test_the_type_may_have_any_letter_case_which_is_reported() -> None:
    assert read([{"type": "text", "text": "a"}]) == (
        (ReplyMessage(type="Text", text="a"),),
        [("BC-09.case", "r[0].type", False)],
    )


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ({}, ("BC-08", "r", True)),
        ("hi", ("BC-08", "r", True)),
        (0, ("BC-08", "r", True)),
        (["hi"], ("BC-09", "r[0]", True)),
        ([None], ("BC-09", "r[0]", True)),
        ([{"text": "a"}], ("BC-09.type", "r[0].type", False)),
        ([{"type": 1}], ("BC-09.type", "r[0].type", False)),
        ([{"type": "Video", "text": "a"}], ("BC-09.type", "r[0].type", False)),
        ([{"type": "Text"}], ("BC-09", "r[0].text", True)),
        ([{"type": "Text", "text": None}], ("BC-09", "r[0].text", True)),
        ([{"type": "Text", "text": 1}], ("BC-09", "r[0].text", True)),
        ([{"type": "Structured", "text": "a"}], ("BC-09", "r[0].content", True)),
        ([{"type": "Structured", "text": "a", "content": []}], ("BC-09", "r[0].content", True)),
        ([{"type": "Structured", "text": "a", "content": {"a": 1}}], ("BC-09", "r[0].content", True)),
        ([{"type": "Structured", "text": "a", "content": [1]}], ("BC-09", "r[0].content", True)),
        ([{"type": "Structured", "content": [QUICK]}], ("BC-09", "r[0].text", False)),
        ([{"type": "Structured", "text": "a", "content": [{"contentType": "Hologram"}]}],
         ("BC-37", "r[0].content[0].contentType", False)),
    ],
)  # fmt: skip
def test_a_wrong_message_is_a_named_fault(value: Any, fault: tuple[str, str, bool]) -> None:
    assert read(value)[1] == [fault]


def card(*actions: Any) -> list[dict[str, Any]]:
    inner = {"title": "T", "actions": list(actions)}
    content = [{"contentType": "Card", "card": inner}, {"contentType": "Carousel", "carousel": {"cards": [inner]}}]
    return [{"type": "Structured", "text": "a", "content": content}]


@pytest.mark.parametrize("url", [None, 5, "", "/a", "http://a.b/", "https://", "https://[x"])
def test_a_link_leads_somewhere_by_https(url: Any) -> None:
    paths = ["r[0].content[0].card.actions", "r[0].content[1].carousel.cards[0].actions"]
    assert read(card({"type": "Link", "text": "x", "url": url}))[1] == [("BC-37", path, False) for path in paths]
    assert read(card({"type": "Link", "text": "x", "url": "https://a.b/c"}))[1] == []


def test_two_actions_differ_in_text_or_payload() -> None:
    one = {"type": "Postback", "text": "Buy", "payload": "buy"}
    assert len(read(card(one, one))[1]) == 2
    assert read(card(one, {**one, "payload": "other"}))[1] == []


@pytest.mark.parametrize(
    "odd",
    [
        {"card": 1},
        {"card": {"actions": 1}},
        {"card": {"actions": [1, None]}},
        {"carousel": {"cards": 1}},
        {"carousel": {"cards": [1]}},
    ],
)
def test_odd_content_does_no_harm(odd: dict[str, Any]) -> None:
    assert read([{"type": "Structured", "text": "a", "content": [{"contentType": "Card", **odd}]}])[1] == []


@pytest.mark.parametrize(("text", "said"), [("a", ["a", "b"]), (1, ["b"])])
def test_a_message_that_can_not_be_said_is_shown_by_its_text_or_left_out(text: Any, said: list[str]) -> None:
    messages, _ = read([{"type": "Video", "text": text}, {"type": "Text", "text": "b"}])
    assert [message.text for message in messages] == said


def test_an_answer_has_so_many_messages_at_most() -> None:
    assert read([{"type": "Text", "text": "a"}] * (MOST + 1)) == ((), [("BC-09", "r", True)])
