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
from understudy.bot_connector.session import BotSession
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
        self.mono = 100.0
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
        self.session.receive(response)
        return self._looked()

    def more(self, **fields: Any) -> Play:
        return self.answers({"botState": "MoreData", **fields})

    def calls_back(self, state: str = "MoreData", **fields: Any) -> Play:
        ids = {"botSessionId": "s-1", "botId": "b", "botVersion": "1", "languageCode": "en-us"}
        self.session.receive(Callback({**ids, "botState": state, **fields}))
        return self._looked()

    def lost(self) -> Play:
        self.session.receive(Lost(self.session.turns, "connection reset"))
        return self._looked()

    def advance(self, mono: float) -> Play:
        self.mono += mono
        self.session.tick(self.mono)
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
    assert play.session.next_deadline() is None

    play.says("42")
    assert "parameters" not in play.posted()[0]
    play.answers({"botState": "COMPLETE", "intent": "Success", "slotValues": {"size": 42}, "parameters": {"step": "2"}})
    replied, ended = play.events()
    assert isinstance(ended, Ended)
    assert (ended.outcome, ended.turns, ended.variables) == (Outcome.SUCCESS, 2, {"step": "2"})
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


def test_session_variables_are_bounded_over_all_turns() -> None:
    play = Play().says()
    for number in range(2):
        play.more(parameters={f"a{number}": "x" * 200_000}).says()
    ended = play.more(parameters={"a0": "y", "a2": "x" * 200_000}).says().more(parameters={"a3": "x" * 200_000}).ended()
    assert (ended.outcome, ended.error_type) == (Outcome.FAILURE, "BotAnswerError")
    assert ended.error_message.startswith("BC-10: parameters is 600")


def test_one_turn_is_asked_at_a_time() -> None:
    with pytest.raises(LocalProtocolError, match="ask is not possible in state asking"):
        Play().says("a").says("b")


@pytest.mark.parametrize(
    ("body", "error", "text"),
    [
        ({"botState": "Failed", "errorInfo": {"errorCode": "E", "errorMessage": "m"}}, "E", "m"),
        ({"botState": "Failed", "intent": "other"}, "BotFailedError", ""),
        ({"botState": "Failed", "errorInfo": {"code": "E" * 9000, "message": "m" * 9000}}, "E" * 1000, "m" * 1000),
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
    assert ended.error_message == "the bot's endpoint answers 503, not 200"


@pytest.mark.parametrize(
    ("status", "error"), [(401, "BotCredentialsError"), (403, "BotCredentialsError"), (404, "BotEndpointError")]
)
def test_refused_credentials_and_a_missing_endpoint_have_names_of_their_own(status: int, error: str) -> None:
    assert Play().says().answers(b"", status=status).ended().error_type == error


def test_a_bot_that_does_not_answer_in_time_fails_and_its_late_answer_is_nothing() -> None:
    play = Play().says().advance(mono=9.9)
    assert play.events() == []
    play.advance(mono=0.1)
    assert play.rules() == ["BC-01.time", "Ended"]
    assert play.answers({"botState": "MoreData"}).events() == []
    assert play.session.state is State.FAILED


def test_a_bot_that_can_not_be_reached_fails() -> None:
    ended = Play().says().lost().ended()
    assert (ended.error_type, ended.error_message) == (
        "BotUnreachableError",
        "the bot's endpoint broke off or sent no HTTP response: connection reset",
    )


@pytest.mark.parametrize(("variant", "seconds", "rule"), [(Variant.V1, 7.5, "BC-02"), (Variant.V2, 5.5, "BC-41.ack")])
def test_a_slow_answer_is_reported(variant: Variant, seconds: float, rule: str) -> None:
    assert Play(variant).says().answers({"botState": "MoreData"}, seconds=seconds).rules() == [rule, "Replied"]
    assert Play(variant).says().answers({"botState": "MoreData"}, seconds=4).rules() == ["Replied"]


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
    assert play.session.next_deadline() is None
    play.advance(mono=100).calls_back(replyMessages=[{"type": "Text", "text": "b"}])
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
    play = Play().says("a").closes()
    ended = play.ended()
    assert (ended.outcome, ended.error_message) == (Outcome.CLOSED, "gone")
    assert play.posted() == []
    with pytest.raises(LocalProtocolError, match="ask is not possible in state closed"):
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
