from __future__ import annotations

import pytest

from understudy.conversations.model import CommunicationState, Conversation
from understudy.notifications import indicator
from understudy.notifications.topics import topic_table
from understudy.platform.schemas import Schemas
from understudy.world.changes import Change


def _typing(duration: object = None) -> Change:
    return Change(0, "typing", 1_767_225_600.0, "c1", "ann", {"from": "customer", "duration": duration})


@pytest.mark.parametrize("subject", ["users.u1", "workflows.f1"])
@pytest.mark.parametrize("duration", [5_000, None, True, "long"])
def test_the_body_is_an_inbound_typing_event_of_its_model(
    conversation: Conversation, schemas: Schemas, subject: str, duration: object
) -> None:
    topic = topic_table().match(f"v2.{subject}.{indicator.SUFFIX}")
    assert topic is not None
    body = indicator.body(conversation, _typing(duration))
    assert schemas.response(topic.model).problems(body) == []
    (event,) = body["normalizedMessage"]["events"]
    assert event["typing"] == ({"type": "On", "duration": 5_000} if duration == 5_000 else {"type": "On"})
    assert body["normalizedMessage"]["channel"]["from"]["id"] == "ann@example.org"


def test_only_the_live_hear_it(conversation: Conversation) -> None:
    assert list(indicator.subjects(conversation)) == ["users.u1"]  # the flow has handed over
    conversation.participants[-1].communication.state = CommunicationState.DISCONNECTED
    assert list(indicator.subjects(conversation)) == []


def test_a_channel_that_the_model_lacks_is_left_out(conversation: Conversation) -> None:
    conversation.customer.communication.type = "unknown"
    assert "platform" not in indicator.body(conversation, _typing())["normalizedMessage"]["channel"]
