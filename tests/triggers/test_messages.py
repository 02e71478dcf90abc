from __future__ import annotations

from understudy.triggers.messages import Trigger


def test_parse_and_bytes_are_inverse() -> None:
    trigger = Trigger("http://a.example/t", "v2.detail.events.conversation.c1.user.end", {"conversationId": "c1"})
    assert bytes(trigger) == (
        b'{"topicName":"v2.detail.events.conversation.c1.user.end","eventBody":{"conversationId":"c1"}}'
    )
    assert Trigger.parse(trigger.url, bytes(trigger)) == trigger
