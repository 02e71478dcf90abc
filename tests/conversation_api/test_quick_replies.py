from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.conversation_api.quick_replies import REPLIES_MAX, TEXT_MAX, quick_replies
from understudy.conversations.model import Conversation
from understudy.errors import Refused

Ask = Callable[..., tuple[int, Any]]


def reply(text: Any = "Yes", **more: Any) -> dict[str, Any]:
    return {"contentType": "QuickReply", "quickReply": {"text": text, **more}}


def test_a_reply_without_a_payload_says_its_text() -> None:
    (found,) = quick_replies({"textBody": "Well?", "content": [reply()]})
    assert found["quickReply"] == {"text": "Yes", "payload": "Yes", "action": "Message"}
    (found,) = quick_replies({"textBody": "Well?", "content": [reply(payload="y")]})
    assert found["quickReply"]["payload"] == "y"


def test_a_message_without_content_has_none() -> None:
    assert quick_replies({"textBody": "hi"}) == quick_replies({"textBody": "hi", "content": []}) == ()


@pytest.mark.parametrize(
    "content",
    [
        "x",
        {"a": 1},
        ["x"],
        [None],
        [{"contentType": "Card", "card": {}}],
        [{"contentType": "QuickReply", "quickReply": None}],
        [reply("")],
        [reply(3)],
        [reply("y" * (TEXT_MAX + 1))],
        [reply(payload=7)],
        [reply()] * (REPLIES_MAX + 1),
    ],
)
def test_what_is_no_list_of_quick_replies_is_refused(content: Any) -> None:
    with pytest.raises(Refused) as refused:
        quick_replies({"textBody": "Well?", "content": content})
    assert refused.value.status == 400


@pytest.mark.parametrize("body", [{}, {"textBody": ""}, {"textBody": "x", "mediaIds": ["m"]}])
def test_quick_replies_go_with_a_text_only(body: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        quick_replies({**body, "content": [reply()]})


def test_an_agents_quick_replies_are_a_structured_message(ask: Ask, talking: Conversation) -> None:
    communication = next(p.communication.id for p in reversed(talking.participants) if p.purpose == "agent")
    path = f"/messages/{talking.id}/communications/{communication}/messages"
    status, body = ask("POST", path, {"textBody": "Well?", "content": [reply(), reply("No")]}, "u1")
    assert status == 200
    shown = body["normalizedMessage"]
    assert (shown["type"], shown["text"]) == ("Structured", "Well?")
    assert [item["quickReply"]["text"] for item in shown["content"]] == ["Yes", "No"]
