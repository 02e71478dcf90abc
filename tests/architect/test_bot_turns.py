from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.architect.conftest import ASK

from understudy.architect.bot_answer import BotAnswered, BotFailed
from understudy.clock import ManualClock
from understudy.conversations.commands import CustomerMessage, Disconnect, StartFlow
from understudy.conversations.messaging import add_customer
from understudy.conversations.model import Conversation, Leg
from understudy.errors import Refused
from understudy.integrations.bot_sessions import WAITING, BotAsked, BotReplied, PullBots, sessions_of
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
    (closed,) = org.take_effects("bot_connector")
    assert (closed.kind, closed.data) == ("close", {"session": asked["session"]})
    with pytest.raises(Refused):
        org.perform(BotAnswered(asked["session"], asked["turn"], "Complete", intent="order"))
    assert [m for m in conversation.messages.values() if m.direction == "outbound"] == []
    assert sessions_of(org) == {}


def test_a_message_that_may_not_be_sent_fails_the_action(org: Org, begin: Callable[..., Conversation]) -> None:
    begin(ASK + "}")
    asked = org.take_effects("bot_connector")[0].data
    messages = ({"type": "Text", "text": "x" * 5000},)
    org.perform(BotAnswered(asked["session"], asked["turn"], "Complete", messages=messages, intent="order"))
    assert [c.data["branch"] for c in org.changes.read(0) if c.kind == "flow.step"] == ["", "failure"]
    assert [note.name for note in org.notes if note.name.startswith("bot_c")] == ["bot_connector.message_refused"]


def says(org: Org, text: str) -> None:
    org.perform(CustomerMessage(Leg("open_messaging", "i1", "ann"), text=text))


def test_what_the_customer_writes_while_the_bot_is_asked_is_asked_next_in_order(
    org: Org, begin: Callable[..., Conversation]
) -> None:
    begin(ASK + "}")
    first = org.take_effects("bot_connector")[0].data
    says(org, "a")
    says(org, "b")
    assert org.take_effects("bot_connector") == []
    org.perform(BotAnswered(first["session"], first["turn"], "MoreData"))
    second = org.take_effects("bot_connector")[0].data
    org.perform(BotAnswered(first["session"], second["turn"], "moredata"))
    third = org.take_effects("bot_connector")[0].data
    assert [second["text"], third["text"]] == ["a", "b"]


def test_what_was_not_asked_when_the_bot_is_done_is_told(org: Org, begin: Callable[..., Conversation]) -> None:
    begin(ASK + "}")
    first = org.take_effects("bot_connector")[0].data
    says(org, "a")
    org.perform(BotAnswered(first["session"], first["turn"], "Complete", intent="order"))
    assert [n.data["text"][:37] for n in org.notes if n.name == "bot_connector.left"] == [
        "1 messages of the customer were not a"
    ]


def test_messages_that_wait_are_bounded(org: Org, begin: Callable[..., Conversation]) -> None:
    begin(ASK + "}")
    (session,) = sessions_of(org).values()
    for number in range(WAITING + 2):
        says(org, f"text {number}")
    assert len(session.asked) == WAITING
    assert [n.name for n in org.notes if n.name.startswith("bot_c")] == ["bot_connector.waiting_full"] * 2


def test_a_message_by_the_api_is_asked_like_the_customer_s(org: Org, begin: Callable[..., Conversation]) -> None:
    conversation = begin(ASK + "}")
    first = org.take_effects("bot_connector")[0].data
    org.perform(BotAnswered(first["session"], first["turn"], "MoreData"))
    message = {"inputMessage": {"type": "Text", "text": "by API"}}
    asked = BotAsked(first["session"], "b1", "nova", "1", conversation.flow["run"].execution, message)
    id_ = org.perform(asked)
    second = org.take_effects("bot_connector")[0].data
    assert (second["text"], second["messageId"]) == ("by API", id_)


def test_v2_may_say_more_while_the_customer_is_awaited_and_may_end_the_run(
    org: Org, clock: ManualClock, begin: Callable[..., Conversation]
) -> None:
    conversation = begin(ASK.replace("callBot", "callDigitalBot") + "}", "sendResponse: {messageBody: {lit: done}}")
    asked = org.take_effects("bot_connector")[0].data
    text = ({"type": "Text", "text": "one"},)
    org.perform(BotAnswered(asked["session"], asked["turn"], "MoreData", messages=text))
    due = org.schedule.next_due()
    clock.advance(60)
    org.perform(BotAnswered(asked["session"], asked["turn"], "MoreData", messages=({"type": "Text", "text": "two"},)))
    assert org.schedule.next_due() == due
    org.perform(BotAnswered(asked["session"], asked["turn"], "Complete", intent="order"))
    assert [m.text for m in conversation.messages.values() if m.direction == "outbound"] == ["one", "two", "done"]


def test_a_reply_by_the_api_goes_to_the_interface(org: Org, begin: Callable[..., Conversation]) -> None:
    conversation = begin(ASK + "}")
    session = org.take_effects("bot_connector")[0].data["session"]
    org.perform(BotReplied(session, "nova", "1", {"botState": "MoreData"}))
    (effect,) = org.take_effects("bot_connector")
    told = (effect.kind, effect.conversation, effect.customer, effect.data["body"])
    assert told == ("reply", conversation.id, "ann", {"botState": "MoreData"})


def test_a_reply_to_a_session_that_is_over_is_told_and_refused(org: Org, begin: Callable[..., Conversation]) -> None:
    begin(ASK + "}")
    asked = org.take_effects("bot_connector")[0].data
    org.perform(BotAnswered(asked["session"], asked["turn"], "Complete", intent="order"))
    org.take_effects("bot_connector")
    with pytest.raises(Refused) as refused:
        org.perform(BotReplied(asked["session"], "nova", "1", {"botState": "Complete"}))
    assert refused.value.status == 404
    assert [effect.kind for effect in org.take_effects("bot_connector")] == ["reply"]


def test_a_conversation_that_ends_between_two_turns_lets_go_of_the_bot(
    org: Org, begin: Callable[..., Conversation]
) -> None:
    conversation = begin(ASK + "}")
    asked = org.take_effects("bot_connector")[0].data
    org.perform(BotAnswered(asked["session"], asked["turn"], "MoreData"))
    org.perform(Disconnect(conversation.id))
    assert [effect.kind for effect in org.take_effects("bot_connector")] == ["close"]
    assert sessions_of(org) == {}
    assert [due.key for due in (org.schedule.next_due(),) if due is not None] == [f"thread:{conversation.id}"]


def test_two_bots_in_a_row_have_sessions_of_their_own(org: Org, begin: Callable[..., Conversation]) -> None:
    begin(ASK + "}", ASK + "}")
    first = org.take_effects("bot_connector")[0].data
    org.perform(BotAnswered(first["session"], first["turn"], "Complete", intent="order"))
    closed, second = org.take_effects("bot_connector")
    assert (closed.kind, closed.data["session"], second.kind) == ("close", first["session"], "ask")
    assert second.data["session"] != first["session"]
    assert second.data["parameters"] == {}


def test_a_provider_is_asked_for_its_bots_by_an_effect(org: Org) -> None:
    org.perform(PullBots("b1"))
    (effect,) = org.take_effects("bot_connector")
    assert (effect.kind, effect.data) == ("pull", {"integration": "b1"})


def test_each_turn_of_v2_has_a_message_id_even_if_the_customer_did_not_write_it(
    org: Org, begin: Callable[..., Conversation]
) -> None:
    begin(ASK.replace("callBot", "callDigitalBot") + ", botInputText: {lit: welcome}}")
    (asked,) = org.take_effects("bot_connector")
    assert (asked.data["text"], bool(asked.data["messageId"])) == ("welcome", True)


def test_a_round_that_begins_without_a_message_sends_no_content_of_an_earlier_one(
    org: Org, begin: Callable[..., Conversation]
) -> None:
    conversation = begin(ASK + "}")
    leg = conversation.leg
    picture = ({"contentType": "Attachment", "attachment": {"mediaType": "Image", "url": "https://a.example/b"}},)
    org.perform(CustomerMessage(leg, text="", type="Structured", content=picture))
    org.perform(Disconnect(conversation.id))
    org.take_effects("bot_connector")
    conversation.ended = None
    add_customer(org, conversation)
    org.perform(StartFlow(conversation.id))
    (asked,) = org.take_effects("bot_connector")
    assert (asked.data["text"], asked.data["content"], asked.data["messageId"]) == ("", [], "")


def test_a_run_that_is_left_while_it_waits_is_over(org: Org, begin: Callable[..., Conversation]) -> None:
    for waiting in (ASK + "}", "wait: {duration: {lit: {hours: 1}}}"):
        conversation = begin(waiting, "sendResponse: {messageBody: {lit: late}}")
        org.perform(Disconnect(conversation.id, conversation.customer.id))
        assert conversation.flow["run"] is None
        ended = [change.data for change in org.changes.read(0) if change.kind == "flow.ended"]
        assert ended[-1] == {"flow": "f1", "outcome": "left"}
        assert [due.key for due in (org.schedule.next_due(),) if due is not None] == [f"thread:{conversation.id}"]
