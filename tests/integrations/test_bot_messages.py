from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.integrations.bot_sessions import BotSession, sessions_of
from understudy.integrations.bots import replace_bots
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
Make = Callable[..., str]
INCOMING = "/integrations/botconnectors/incoming/messages"
OUTGOING = "/integrations/botconnectors/outgoing/messages"
VERSION = {"version": "1", "supportedLanguages": ["en-us"], "intents": []}


@pytest.fixture
def question(office: Org, install: Make) -> dict[str, Any]:
    """A valid IncomingMessageRequest, but for its conversation and session."""
    id_ = install("genesys-digital-bot-connector")
    replace_bots(office, id_, [{"id": "b1", "name": "Bot", "versions": [VERSION]}])
    return {
        "botId": "b1",
        "botName": "Bot",
        "botVersion": "1",
        "integrationId": id_,
        "botSessionId": "s1",
        "automateFlowExecId": "e1",
        "conversationId": "c1",
        "languageCode": "en-US",
        "inputMessage": {"type": "Text", "text": "hello"},
        "messagingPlatformType": "Open",
        "channels": ["Messaging"],
    }


REPLY: dict[str, Any] = {
    "botId": "b1",
    "botVersion": "1",
    "botSessionId": "s1",
    "botState": "MoreData",
    "languageCode": "en-us",
    "replyMessages": [{"type": "Text", "text": "hi"}],
}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"integrationId": "none"}, 404),
        ({"botId": "none"}, 404),
        ({"botVersion": "2"}, 404),
        ({"languageCode": "fr"}, 400),
        ({"messagingPlatformType": "Pigeon"}, 400),
        ({"inputMessage": {"text": "no type"}}, 400),
        ({}, 404),  # no such conversation
    ],
)
def test_a_message_must_name_what_there_is(
    ask: Ask, question: dict[str, Any], changes: dict[str, Any], status: int
) -> None:
    assert ask("POST", INCOMING, {**question, **changes})[0] == status


def test_a_message_goes_to_the_session_of_a_running_flow(ask: Ask, office: Org, question: dict[str, Any]) -> None:
    session = BotSession("s1", question["integrationId"], "b1", "1", "c1", "e1")
    office.conversations["c1"] = None  # type: ignore[assignment]  # only looked up
    assert ask("POST", INCOMING, question)[0] == 404
    sessions_of(office)["s1"] = session
    status, body = ask("POST", INCOMING, question)
    assert (status, body["messageId"]) == (200, session.asked[0]["messageId"])


def test_a_reply_goes_to_the_session_or_nowhere(ask: Ask, office: Org) -> None:
    assert ask("POST", OUTGOING, REPLY)[0] == 404
    sessions_of(office)["s1"] = BotSession("s1", "i1", "b1", "1", "c1", "e1")
    status, body = ask("POST", OUTGOING, REPLY)
    assert (status, bool(body["messageId"])) == (200, True)
    (effect,) = office.take_effects("bot_connector")
    assert effect.data["body"] == REPLY


@pytest.mark.parametrize(
    "changes",
    [
        {"confidence": 1.5},
        {"botState": "COMPLETE"},
        {"botState": "Complete"},
        {"botState": "Failed", "intent": None},
        {"entities": [{"name": "x"}]},
    ],
)
def test_a_malformed_reply_is_refused(ask: Ask, changes: dict[str, Any]) -> None:
    assert ask("POST", OUTGOING, {**REPLY, **changes})[0] == 400
