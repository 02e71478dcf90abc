from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.architect.conftest import ASK

from understudy.architect.bot_answer import BotAnswered, BotFailed
from understudy.conversations.commands import CustomerMessage, Disconnect
from understudy.conversations.model import Conversation, Leg
from understudy.errors import Refused
from understudy.integrations.bot_sessions import sessions_of
from understudy.world.org import Org


def test_later_turns_carry_the_customer_s_text_and_no_parameters(org: Org, begin: Callable[..., Conversation]) -> None:
    begin(ASK + "}")
    first = org.take_effects("bot_connector")[0].data
    org.perform(BotAnswered(first["session"], first["turn"], "MoreData"))
    org.perform(CustomerMessage(Leg("open_messaging", "i1", "ann"), text="41"))
    second = org.take_effects("bot_connector")[0].data
    assert (second["session"], second["text"], second["parameters"]) == (first["session"], "41", None)
    with pytest.raises(Refused):  # a turn is answered once
        org.perform(BotAnswered(first["session"], first["turn"], "Complete", intent="order"))
    org.perform(BotFailed(second["session"], second["turn"], "HttpError", "500"))
    assert sessions_of(org) == {}


def test_an_answer_for_a_conversation_that_ended_says_nothing(org: Org, begin: Callable[..., Conversation]) -> None:
    conversation = begin(ASK + "}", "sendResponse: {messageBody: {lit: late}}")
    asked = org.take_effects("bot_connector")[0].data
    org.perform(Disconnect(conversation.id))
    org.perform(BotAnswered(asked["session"], asked["turn"], "Complete", intent="order"))
    assert [m for m in conversation.messages.values() if m.direction == "outbound"] == []
    assert sessions_of(org) == {}


def test_a_message_that_may_not_be_sent_fails_the_action(org: Org, begin: Callable[..., Conversation]) -> None:
    begin(ASK + "}")
    asked = org.take_effects("bot_connector")[0].data
    messages = ({"type": "Text", "text": "x" * 5000},)
    org.perform(BotAnswered(asked["session"], asked["turn"], "Complete", messages=messages, intent="order"))
    assert [c.data["branch"] for c in org.changes.read(0) if c.kind == "flow.step"] == ["", "failure"]
