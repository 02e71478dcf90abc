"""A bot session as a script of both directions, without sockets and without waiting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson
import pytest

from understudy.bot_connector.answers import BotState
from understudy.bot_connector.messages import InputMessage, Variant
from understudy.bot_connector.outcome import Ended, Event, Faulted, Outcome, Replied
from understudy.bot_connector.response import Response
from understudy.bot_connector.session import WAITING_MAX, BotSession
from understudy.bot_connector.slots import Declared
from understudy.bot_connector.steps import TRANSITIONS, Callback, Close, Input, Lost, Opening, Say, State
from understudy.bot_connector.terms import Terms
from understudy.errors import LocalProtocolError
from understudy.limits import load_limits

LIMITS = load_limits()
OPENING = Opening(
    bot="b", version="1", session="s-1", conversation="c-1", language="en-us", timeout=720, parameters={"name": "Ann"}
)
DECLARED = Declared({"Success": {"size": "Integer"}, "other": {}})
JSON = (("Content-Type", "application/json"),)


class Play:
    """The script: what is said, answered, awaited; ``events`` since the last look."""

    def __init__(self, variant: Variant = Variant.V1, **terms: Any) -> None:
        self.session = BotSession(OPENING, DECLARED, replace(Terms.of(LIMITS, variant), **terms))
        self.mono, self.org = 100.0, 5000.0
        self.reached = {self.session.state}

    def says(self, text: str = "hi") -> Play:
        self.session.send(Say(InputMessage(text=text), "m-1"), self.mono)
        return self._looked()

    def closes(self) -> Play:
        self.session.send(Close("gone"), self.mono)
        return self._looked()

    def answers(
        self, body: Mapping[str, Any] | bytes, *, turn: int = 0, seconds: float = 0.1, status: int = 200
    ) -> Play:
        raw = body if isinstance(body, bytes) else orjson.dumps(body)
        response = Response(turn=turn or self.session.turns, status=status, headers=JSON, body=raw, seconds=seconds)
        self.session.receive(response, self.mono, self.org)
        return self._looked()

    def more(self, **fields: Any) -> Play:
        return self.answers({"botState": "MoreData", **fields})

    def calls_back(self, state: str = "MoreData", **fields: Any) -> Play:
        ids = {"botSessionId": "s-1", "botId": "b", "botVersion": "1", "languageCode": "en-us"}
        self.session.receive(Callback({**ids, "botState": state, **fields}), self.mono, self.org)
        return self._looked()

    def lost(self) -> Play:
        self.session.receive(Lost(self.session.turns, "connection reset"), self.mono, self.org)
        return self._looked()

    def advance(self, mono: float = 0.0, org: float = 0.0) -> Play:
        self.mono, self.org = self.mono + mono, self.org + org
        self.session.tick(self.mono, self.org)
        return self._looked()

    def posted(self) -> list[dict[str, Any]]:
        return [orjson.loads(turn.body) for turn in self.session.data_to_send()]

    def rules(self) -> list[str]:
        return [event.fault.rule if isinstance(event, Faulted) else type(event).__name__ for event in self.events()]

    def events(self) -> list[Event]:
        return self.session.events()

    def ended(self) -> Ended:
        (ended,) = [event for event in self.events() if isinstance(event, Ended)]
        return ended

    def _looked(self) -> Play:
        self.reached.add(self.session.state)
        return self


def test_a_conversation_of_two_turns_to_success() -> None:
    play = Play().says("hi")
    (turn,) = play.session.data_to_send()
    assert (turn.number, turn.deadline) == (1, 110.0)
    body = orjson.loads(turn.body)
    assert body["inputMessage"] == {"type": "Text", "text": "hi"}
    assert (body["botSessionId"], body["genesysConversationId"], body["botSessionTimeout"]) == ("s-1", "c-1", 720)
    assert body["parameters"] == {"name": "Ann"}
    assert "messageId" not in body
    assert play.session.next_deadline() == (110.0, "peer")

    play.more(replymessages=[{"type": "Text", "text": "size?"}], parameters={"step": "1"})
    (replied,) = play.events()
    assert isinstance(replied, Replied)
    assert [message.text for message in replied.answer.messages] == ["size?"]
    assert play.session.next_deadline() == (5000.0 + 12 * 3600, "interval")

    play.says("42")
    assert "parameters" not in play.posted()[0]
    play.answers({"botState": "COMPLETE", "intent": "Success", "slotValues": {"size": 42}, "parameters": {"step": "2"}})
    replied, ended = play.events()
    assert isinstance(ended, Ended)
    assert (ended.outcome, ended.turns, ended.variables, ended.left) == (Outcome.SUCCESS, 2, {"step": "2"}, ())
    assert ended.answer is not None
    assert (ended.answer.intent, ended.answer.values) == ("Success", {"size": 42})
    assert play.session.is_over
    assert play.session.next_deadline() is None


def test_v2_sends_message_ids_and_waits_half_a_minute() -> None:
    play = Play(Variant.V2).says()
    assert play.session.next_deadline() == (130.0, "peer")
    assert play.posted()[0]["messageId"] == "m-1"


def test_parameters_may_go_with_every_turn() -> None:
    play = Play(repeats_parameters=True).says().more(parameters={"a": "1"}).says()
    assert play.posted()[-1]["parameters"] == {"name": "Ann", "a": "1"}


def test_messages_wait_for_their_turn_and_keep_their_order() -> None:
    play = Play().says("a").says("b").says("c")
    assert [body["inputMessage"]["text"] for body in play.posted()] == ["a"]
    play.more()
    assert [body["inputMessage"]["text"] for body in play.posted()] == ["b"]
    assert play.session.next_deadline() == (110.0, "peer")
    play.answers({"botState": "Complete", "intent": "other"})
    assert [message.text for message in play.ended().left] == ["c"]


def test_waiting_messages_are_bounded() -> None:
    play = Play().says()
    for _ in range(WAITING_MAX):
        play.says()
    with pytest.raises(LocalProtocolError, match="50 messages wait already"):
        play.says()


@pytest.mark.parametrize(
    ("body", "error", "text"),
    [
        ({"botState": "Failed", "errorInfo": {"errorCode": "E", "errorMessage": "m"}}, "E", "m"),
        ({"botState": "Failed", "intent": "other"}, "BotFailedError", ""),
        ({"botState": "Complete", "intent": "Success2"}, "UndeclaredIntentError",
         "BC-12: intent is 'Success2', not declared in the bot list for this version"),
        ({"botState": "MoreData", "parameters": {"a": 1}}, "BotAnswerError", "BC-10: parameters.a is 1, not a string"),
        (b"\xff", "BotAnswerError", "BC-25.utf8: the answer is wrong at byte 0, not UTF-8"),
    ],
)  # fmt: skip
def test_the_failure_path_names_what_was_wrong(body: Any, error: str, text: str) -> None:
    ended = Play().says().answers(body).ended()
    assert (ended.outcome, ended.error_type, ended.error_message) == (Outcome.FAILURE, error, text)


def test_a_status_other_than_200_fails() -> None:
    play = Play().says().answers(b"", status=503)
    ended = play.ended()
    assert (ended.outcome, ended.error_type) == (Outcome.FAILURE, "BotStatusError")
    assert ended.error_message == "BC-01: status is 503, not 200"


def test_a_bot_that_does_not_answer_in_time_fails_and_its_late_answer_is_nothing() -> None:
    play = Play().says().advance(mono=9.9)
    assert play.events() == []
    play.advance(mono=0.1)
    assert play.rules() == ["BC-01.time", "Ended"]
    assert play.answers({"botState": "MoreData"}).events() == []
    assert play.session.state is State.FAILED


def test_the_orgs_clock_does_not_touch_the_wait_for_the_bot() -> None:
    assert Play().says().advance(org=1e9).events() == []


def test_a_bot_that_can_not_be_reached_fails() -> None:
    ended = Play().says().lost().ended()
    assert (ended.error_type, ended.error_message) == (
        "BotUnreachableError",
        "BC-01.lost: the answer is connection reset, not there",
    )


@pytest.mark.parametrize(("variant", "seconds", "rule"), [(Variant.V1, 7.5, "BC-02"), (Variant.V2, 5.5, "BC-41.ack")])
def test_a_slow_answer_is_reported(variant: Variant, seconds: float, rule: str) -> None:
    assert Play(variant).says().answers({"botState": "MoreData"}, seconds=seconds).rules() == [rule, "Replied"]
    assert Play(variant).says().answers({"botState": "MoreData"}, seconds=4).rules() == ["Replied"]


def test_a_customer_who_does_not_go_on_is_the_timeout_path() -> None:
    play = Play().says().more().advance(mono=1e6, org=12 * 3600 - 1)
    assert play.rules() == ["Replied"]
    ended = play.advance(org=1).ended()
    assert (ended.outcome, ended.error_message) == (Outcome.TIMEOUT, "no answer of the customer in 43200 s")
    assert play.session.state is State.EXPIRED


def test_the_follow_up_wait_starts_again_with_each_reply_of_the_customer() -> None:
    play = Play().says().more().advance(org=40_000).says().more()
    assert play.session.next_deadline() == (5000 + 40_000 + 43_200, "interval")


def test_the_loop_guard_ends_the_fourth_turn_with_one_intent_and_no_change() -> None:
    play = Play()
    for _ in range(3):
        play.says().more(intent="other")
    assert play.rules() == ["Replied"] * 3
    ended_or_fault = play.says().more(intent="other").events()
    assert [type(event) for event in ended_or_fault] == [Faulted, Ended]
    assert isinstance(ended_or_fault[1], Ended)
    assert ended_or_fault[1].error_type == "NoMatchError"


def test_the_loop_guard_lets_changed_slots_other_intents_and_none_pass() -> None:
    play = Play()
    for number in range(6):
        play.says().more(intent="Success", slotValues={"size": number})
    for _ in range(3):
        play.says().more(intent="other").says().more(intent="Success")
    for _ in range(6):
        play.says().more()
    assert set(play.rules()) == {"Replied"}


def test_v2_has_no_loop_guard() -> None:
    play = Play(Variant.V2)
    for _ in range(6):
        play.says().more(intent="other")
    assert set(play.rules()) == {"Replied"}


def test_v2_acknowledges_and_replies_later_more_than_once() -> None:
    play = Play(Variant.V2).says().answers(b"", status=202)
    assert play.session.state is State.PENDING
    assert play.session.next_deadline() == (130.0, "peer")
    play.advance(mono=20).calls_back(replyMessages=[{"type": "Text", "text": "a"}])
    assert play.session.next_deadline() == (5000.0 + 6 * 3600, "interval")
    play.advance(org=100).calls_back(replyMessages=[{"type": "Text", "text": "b"}])
    assert play.session.next_deadline() == (5000.0 + 6 * 3600, "interval")
    play.calls_back("Complete", intent="Success", entities=[{"name": "size", "type": "Integer", "value": "4"}])
    events = play.events()
    assert [type(event) for event in events] == [Replied, Replied, Replied, Ended]
    assert isinstance(events[-1], Ended)
    assert events[-1].answer is not None
    assert events[-1].answer.values == {"size": 4}


def test_a_v2_reply_that_never_comes_fails() -> None:
    ended = Play(Variant.V2).says().answers(b"", status=204).advance(mono=30).ended()
    assert ended.error_type == "BotTimeoutError"


def test_a_reply_may_overtake_its_acknowledgement() -> None:
    play = Play(Variant.V2).says().calls_back().says("next")
    assert len(play.posted()) == 2
    play.answers(b"", turn=1, status=202)
    assert play.session.state is State.ASKING
    play.answers({"botState": "MoreData"})
    assert play.rules() == ["Replied", "Replied"]


def test_a_second_answer_in_the_response_is_reported_and_ignored() -> None:
    play = Play(Variant.V2).says().calls_back().answers({"botState": "MoreData"}, turn=1)
    assert play.rules() == ["Replied", "BC-41.double"]


def test_a_lost_acknowledgement_of_an_answered_turn_is_nothing() -> None:
    assert Play(Variant.V2).says().calls_back().lost().rules() == ["Replied"]


def test_a_broken_acknowledgement_of_an_answered_turn_is_reported() -> None:
    play = Play(Variant.V2).says().calls_back().answers(b"", turn=1, status=500)
    assert play.rules() == ["Replied", "BC-01"]
    assert play.session.state is State.LISTENING


@pytest.mark.parametrize("state", ["Complete", "Failed"])
def test_there_is_one_final_state(state: str) -> None:
    play = Play(Variant.V2).says().calls_back(state, intent="other")
    play.events()
    assert play.calls_back().rules() == ["BC-41.final"]


@pytest.mark.parametrize("field", ["botSessionId", "botId", "botVersion"])
def test_a_reply_for_another_session_is_reported_and_ignored(field: str) -> None:
    play = Play(Variant.V2).says().calls_back(**{field: "x"})
    assert play.rules() == ["BC-41.same"]
    assert play.session.state is State.ASKING


def test_a_reply_before_the_first_turn_is_reported() -> None:
    assert Play(Variant.V2).calls_back().rules() == ["BC-41.early"]


def test_v1_has_no_later_replies() -> None:
    assert Play(Variant.V1).says().calls_back().rules() == ["BC-41.variant"]


def test_a_wrong_reply_fails() -> None:
    play = Play(Variant.V2).says().answers(b"", status=202).calls_back(replyMessages="x")
    assert play.rules() == ["BC-08", "Ended"]


def test_closing_ends_without_a_branch() -> None:
    play = Play().says("a").says("b").closes()
    ended = play.ended()
    assert (ended.outcome, ended.error_message, len(ended.left)) == (Outcome.CLOSED, "gone", 1)
    assert play.posted() == []
    with pytest.raises(LocalProtocolError, match="nothing can be sent in state closed"):
        play.says()


def test_a_response_that_nobody_awaits_is_our_misuse() -> None:
    with pytest.raises(LocalProtocolError, match="turn 5 awaits no response in state asking"):
        Play().says().answers({}, turn=5)
    with pytest.raises(LocalProtocolError, match="turn 1 awaits no response in state listening"):
        Play().says().more().answers({}, turn=1)


def ready() -> Play:
    return Play(Variant.V2)


def asking() -> Play:
    return ready().says()


def pending() -> Play:
    return asking().answers(b"", status=202)


def listening() -> Play:
    return asking().more()


STARTS = {State.READY: ready, State.ASKING: asking, State.PENDING: pending, State.LISTENING: listening}
MOVES = {
    Input.ASK: lambda play: play.says(),
    Input.ACCEPTED: lambda play: play.answers(b"", status=202),
    Input.MORE: lambda play: play.calls_back(),
    Input.COMPLETE: lambda play: play.calls_back("Complete", intent="other"),
    Input.FAIL: lambda play: play.calls_back("Failed", intent="other"),
    Input.EXPIRE: lambda play: play.advance(org=1e6),
    Input.CLOSE: lambda play: play.closes(),
}
STEPS = [(state, input_, after) for state, row in TRANSITIONS.items() for input_, after in row.items()]


@pytest.mark.parametrize(("state", "input_", "after"), STEPS, ids=lambda one: one.value)
def test_every_transition_is_made_by_what_really_happens(state: State, input_: Input, after: State) -> None:
    play = STARTS[state]()
    assert play.session.state is state
    MOVES[input_](play)
    assert play.session.state is after


def test_a_state_of_the_bot_is_one_of_three() -> None:
    assert [state.value for state in BotState] == ["Complete", "Failed", "MoreData"]
