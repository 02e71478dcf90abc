from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Ask = Callable[..., tuple[int, Any]]
Make = Callable[..., str]
LAUNCH: dict[str, Any] = {
    "flow": {"id": "none"},
    "externalSessionId": "x",
    "channel": {
        "name": "Messaging",
        "inputModes": ["Text"],
        "outputModes": ["Text"],
        "userAgent": {"name": "GenesysWebWidget"},
    },
}
SAY: dict[str, Any] = {
    "botId": "b1",
    "integrationId": "none",
    "botSessionId": "s1",
    "postTextMessage": {"type": "Text", "text": "hello"},
}


@pytest.fixture
def integration(ask: Ask, install: Make) -> str:
    """A bot connector with the bots b1 and b2."""
    id_ = install()
    version = {"version": "1", "supportedLanguages": ["en-us"], "intents": []}
    bots = [{"id": f"b{n}", "name": f"Bot {n}", "versions": [version]} for n in (1, 2)]
    assert ask("PUT", f"/integrations/botconnector/{id_}/bots", {"chatBots": bots})[0] == 204
    return id_


def flow(ask: Ask, type_: str) -> str:
    return str(ask("POST", "/flows", {"name": f"{type_} flow", "type": type_})[1]["id"])


def test_search_finds_bots_of_connectors_and_bot_flows(ask: Ask, integration: str) -> None:
    bot_flow, _ = flow(ask, "DIGITALBOT"), flow(ask, "INBOUNDSHORTMESSAGE")

    def ids(query: str = "") -> list[str]:
        return [one["id"] for one in ask("GET", f"/textbots/bots/search?{query}")[1]["entities"]]

    assert ids() == ["b1", "b2", bot_flow]
    assert ids("botType=GenesysDigitalBotFlow") == [bot_flow]
    assert ids("botType=GenesysBotConnector&botType=AmazonLex") == ["b1", "b2"]
    assert ids("botName=bot%202") == ["b2"]
    assert ids("botId=b1") == ["b1"]
    assert ids("virtualAgentEnabled=true") == []
    assert ids("pageSize=1") == ["b1"]


def test_a_session_needs_a_published_bot_flow(ask: Ask) -> None:
    def launched(id_: str) -> int:
        return ask("POST", "/textbots/botflows/sessions", {**LAUNCH, "flow": {"id": id_}})[0]

    assert launched("none") == 404
    assert launched(flow(ask, "INBOUNDSHORTMESSAGE")) == 400
    assert launched(flow(ask, "DIGITALBOT")) == 400


def test_a_turn_of_no_session_is_not_found(ask: Ask) -> None:
    assert ask("POST", "/textbots/botflows/sessions/none/turns", {"inputEventType": "NoOp"})[0] == 404


def test_a_bot_is_executed_only_if_its_integration_has_it(ask: Ask, integration: str, install: Make) -> None:
    def said(**changes: Any) -> int:
        return ask("POST", "/textbots/bots/execute", {**SAY, **changes})[0]

    assert said() == 404
    assert said(integrationId=install("audiohook")) == 400
    assert said(integrationId=integration, botId="none") == 404
    assert said(integrationId=integration) == 501
