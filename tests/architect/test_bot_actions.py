from __future__ import annotations

from collections.abc import Callable

from tests.architect.conftest import ASK

from understudy.conversations.model import Conversation
from understudy.integrations.bot_sessions import sessions_of
from understudy.world.org import Org


def test_a_turn_is_one_effect_with_what_a_callout_needs(org: Org, begin: Callable[..., Conversation]) -> None:
    begin(ASK + ", sessionVariables: [{variable: {name: {lit: a}, value: {lit: 1}}}]}")
    (effect,) = org.take_effects("bot_connector")
    told = {key: effect.data[key] for key in ("integration", "bot", "version", "text", "parameters", "followUp")}
    assert told == {
        "integration": "b1",
        "bot": "nova",
        "version": "1",
        "text": "hello",
        "parameters": {"a": "1"},
        "followUp": 43200.0,
    }
    assert list(sessions_of(org)) == [effect.data["session"]]


def test_a_bot_that_is_not_there_fails(org: Org, begin: Callable[..., Conversation]) -> None:
    begin(ASK.replace("{lit: 1}", "{lit: 2}") + "}")
    reasons = [note.data["reason"] for note in org.notes if note.name == "flow.failed"]
    assert reasons == ["integration 'Bots' has no bot 'Nova' 2"]
    assert org.take_effects("bot_connector") == []


def test_a_digital_bot_needs_a_follow_up_time(org: Org, begin: Callable[..., Conversation]) -> None:
    call = ASK.replace("callBot", "callDigitalBot")
    begin(call + ", followUpResponseTimeout: {lit: {hours: 0}}}")
    assert org.take_effects("bot_connector") == []
