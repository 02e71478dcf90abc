from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from tests.bot_connector.conftest import begin, write

from understudy.architect.bot_answer import BotAnswered, BotFailed
from understudy.bot_connector.behaviour import FINAL, Note, Talk, notes_of_faults, opened, outcomes, said
from understudy.bot_connector.faults import Fault
from understudy.bot_connector.response import Response
from understudy.bot_connector.steps import Close
from understudy.world.org import Org
from understudy.world.switches import HIDDEN, ORGANIZATIONS

JSON = (("Content-Type", "application/json"),)
CLICK = {"contentType": "ButtonResponse", "buttonResponse": {"type": "QuickReply", "text": "Yes", "payload": "y"}}


def asked(org: Org, effect: Any) -> Talk:
    talk = opened(org, effect)
    talk.pending = effect.data["turn"]
    talk.session.send(said(org, effect), 0.0)
    return talk


def answer(talk: Talk, body: Any, status: int = 200) -> list[Any]:
    talk.session.receive(Response(turn=talk.session.turns, status=status, headers=JSON, body=orjson.dumps(body)))
    return list(outcomes(talk, talk.session.events()))


def test_what_a_flow_asks_is_the_first_turn_of_a_session(org: Org, effect: Callable[..., Any]) -> None:
    one = effect("v1")
    talk = asked(org, one)
    (turn,) = talk.session.data_to_send()
    body = orjson.loads(turn.body)
    assert body["inputMessage"] == {"type": "Text", "text": "hello"}
    assert (body["botId"], body["languageCode"], body["parameters"]) == ("nova", "en-us", {"a": "b"})
    assert (body["botSessionId"], body["genesysConversationId"]) == (one.data["session"], one.conversation)
    assert body["botSessionTimeout"] == 720
    assert (talk.customer, talk.interface, talk.data["variant"]) == ("ann", "open_messaging", "v1")


def test_answers_become_commands_that_the_flow_takes(org: Org, effect: Callable[..., Any]) -> None:
    talk = asked(org, effect())
    complete = {"botState": "COMPLETE", "intent": "order", "slotValues": {"n": "4"}, "parameters": {"a": "c"}}
    (command,) = answer(talk, complete)
    assert command == BotAnswered(
        talk.session.opening.session, talk.pending, "Complete", (), "order", 1.0, {"n": 4}, {"a": "c"}
    )
    org.perform(command)
    assert next(iter(org.conversations.values())).flow["run"].flow_values.held["Flow.n"] == 4


def test_a_bot_that_fails_by_itself_names_its_error(org: Org, effect: Callable[..., Any]) -> None:
    error = {"errorCode": "E1", "errorMessage": "no stock"}
    (command,) = answer(asked(org, effect()), {"botState": "Failed", "errorInfo": error})
    assert (command.state, command.error_type, command.error_message) == ("Failed", "E1", "no stock")


def test_a_fatal_fault_is_two_notes_and_a_failure(org: Org, effect: Callable[..., Any]) -> None:
    talk = asked(org, effect())
    fault, diagnosis, command = answer(talk, {}, status=401)
    assert (fault.name, fault.data["rule"], fault.data["fatal"]) == ("fault", "BC-01", True)
    assert diagnosis.name == "credentials_refused"
    assert command == BotFailed(
        talk.session.opening.session, talk.pending, "BotCredentialsError", diagnosis.data["text"]
    )


def test_what_the_channel_can_not_show_is_told_with_what_is_shown_instead(org: Org, effect: Callable[..., Any]) -> None:
    messages = [
        {"type": "Structured", "text": "where", "content": [{"contentType": "Location"}]},
        {"type": "Structured", "text": "", "content": [{"contentType": "Location"}]},
        {"type": "Audio", "text": "listen"},
    ]
    *notes, command = answer(asked(org, effect()), {"botState": "MoreData", "replymessages": messages})
    assert [message["text"] for message in command.messages] == ["where", "listen"]
    told = [note.data["text"] for note in notes if note.name == "unsupported_output"]
    assert [text.rpartition(": ")[2] for text in told[1:]] == ["it is shown by its text", "it is left out"]
    assert told[0].startswith("BC-09.type")


def test_a_session_that_is_closed_tells_the_flow_nothing(org: Org, effect: Callable[..., Any]) -> None:
    talk = asked(org, effect())
    talk.session.send(Close(), 0.0)
    assert list(outcomes(talk, talk.session.events())) == []


@pytest.mark.parametrize("shape", ["content", "direct", "both"])
def test_a_click_stands_where_the_switch_says(org: Org, shape: str) -> None:
    chosen = {HIDDEN: {"bot_connector.click_shape": shape}}
    org.entities.put(ORGANIZATIONS, org.id, {"id": org.id, "name": "Acme"}, chosen)
    begin(org)
    (one,) = org.take_effects("bot_connector")
    one.data["content"] = [CLICK]
    message = said(org, one).message.to_json()
    assert ("content" in message, "buttonResponse" in message) == (shape != "direct", shape != "content")
    assert message["type"] == "Structured"


def test_each_turn_names_the_customer_s_message(org: Org, effect: Callable[..., Any]) -> None:
    one = effect("v2")
    messages = next(iter(org.conversations.values())).messages
    assert said(org, one).message_id == one.data["messageId"] == next(iter(messages))
    write(org, "more")
    assert org.take_effects("bot_connector") == []  # the bot has not answered yet


def test_a_reply_after_the_end_is_a_fault_that_stops_nothing() -> None:
    (note,) = notes_of_faults([FINAL])
    assert note == Note("fault", note.data)
    assert (note.data["rule"], note.data["fatal"]) == ("BC-41.final", False)


def test_of_several_faults_one_is_the_diagnosis(org: Org, effect: Callable[..., Any]) -> None:
    wrong = {"botState": "MoreData", "confidence": "x", "parameters": [], "errorInfo": 1}
    *notes, command = answer(asked(org, effect()), wrong)
    assert [note.name for note in notes] == ["fault", "fault", "fault", "wrong_answer"]
    assert command.message == notes[-1].data["text"]
    assert [note.name for note in notes_of_faults([FINAL, FATAL, FATAL])] == ["fault", "fault", "wrong_answer", "fault"]


FATAL = Fault(rule="BC-10", path="parameters", expected="an object", observed="1")
