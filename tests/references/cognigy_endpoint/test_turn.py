"""Reading a turn: what is kept, bounded, made up for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from understudy.references.cognigy_endpoint.turn import MINUTES, Unfit, read_turn

BODY = {"botId": "b", "botVersion": "1", "botSessionId": "s", "inputMessage": {"type": "Text", "text": "hi"}}


def read(**more: Any) -> Any:
    """The turn of a body."""
    return read_turn(json.dumps({**BODY, **more}).encode())


def test_a_turn_has_what_the_body_says() -> None:
    turn = read(
        languageCode="en-us", botSessionTimeout=5, genesysConversationId="c", messageId="m", parameters={"a": "b"}
    )
    assert (turn.bot, turn.version, turn.session, turn.text, turn.utterance) == ("b", "1", "s", "hi", "hi")
    assert (turn.language, turn.timeout, turn.conversation, turn.message_id) == ("en-us", 5, "c", "m")
    assert turn.parameters == {"a": "b"}
    assert turn.digest != read().digest


@pytest.mark.parametrize("timeout", [None, 0, -1, True, "5", float("inf"), 10**9])
def test_a_strange_timeout_is_the_usual_one(timeout: Any) -> None:
    assert read(botSessionTimeout=timeout).timeout == MINUTES


@pytest.mark.parametrize("parameters", [None, [], "x", {"a": 1, "b": None, "c": ["d"]}])
def test_session_variables_that_are_no_strings_are_left_out(parameters: Any) -> None:
    assert read(parameters=parameters).parameters == {}
    assert len(read(parameters={str(n): "x" for n in range(500)}).parameters) == 100


@pytest.mark.parametrize("content", [None, {}, ["x"], [{"contentType": "ButtonResponse"}], [{"buttonResponse": 5}]])
def test_strange_content_is_no_click(content: Any) -> None:
    turn = read(inputMessage={"type": "Structured", "text": "hi", "content": content, "buttonResponse": []})
    assert (turn.payload, turn.files) == (None, ())


def test_what_is_no_turn_says_why() -> None:
    with pytest.raises(Unfit, match="botSessionId is missing"):
        read(botSessionId=None)
