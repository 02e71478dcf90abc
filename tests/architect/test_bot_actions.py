from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.architect.conftest import ASK, HEAD

from understudy.architect.publish import publish
from understudy.conversations.commands import CustomerMessage
from understudy.conversations.model import Conversation, Leg
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
    assert reasons == ["bot 'Nova' of integration 'Bots' has no version '2'"]
    assert org.take_effects("bot_connector") == []


def test_a_digital_bot_needs_a_follow_up_time(org: Org, begin: Callable[..., Conversation]) -> None:
    call = ASK.replace("callBot", "callDigitalBot")
    begin(call + ", followUpResponseTimeout: {lit: {hours: 0}}}")
    assert org.take_effects("bot_connector") == []


INTEGRATION = {"id": "b1", "name": "Bots", "intendedState": "ENABLED"}


@pytest.mark.parametrize(
    ("call", "integration", "note", "type_"),
    [
        (ASK, {**INTEGRATION, "name": "Renamed"}, "integration_missing", "BotIntegrationError"),
        (ASK, {**INTEGRATION, "intendedState": "DELETED"}, "integration_missing", "BotIntegrationError"),
        (ASK, {**INTEGRATION, "intendedState": "DISABLED"}, "integration_inactive", "BotIntegrationError"),
        (ASK, {**INTEGRATION, "reportedState": {"code": "ERROR"}}, "integration_inactive", "BotIntegrationError"),
        (ASK.replace("lit: Nova", "lit: Vega"), INTEGRATION, "bot_missing", "BotNotFoundError"),
        (ASK.replace("lit: 1", "lit: 9"), INTEGRATION, "version_missing", "BotVersionError"),
    ],
)
def test_what_keeps_a_bot_from_being_asked_has_a_diagnosis_of_its_own(
    org: Org, begin: Callable[..., Conversation], call: str, integration: dict[str, Any], note: str, type_: str
) -> None:
    begin("wait: {duration: {lit: {seconds: 1}}}")
    call += ", failureOutputs: {errorType: {var: Flow.t}, errorMessage: {noValue: true}}}"
    conversation = restart(org, call, integration=integration)
    assert [one.name for one in org.notes if one.name.startswith("bot_connector.")] == [f"bot_connector.{note}"]
    assert conversation.flow["run"].flow_values.held["Flow.t"] == type_
    assert org.take_effects("bot_connector") == []


@pytest.mark.parametrize(("spoken", "asked"), [("EN-us", True), ("en", True), ("de-de", False)])
def test_the_version_must_speak_the_run_s_language(
    org: Org, begin: Callable[..., Conversation], spoken: str, asked: bool
) -> None:
    begin("wait: {duration: {lit: {seconds: 1}}}")
    version = {"version": "1", "supportedLanguages": ["en-us"], "intents": []}
    org.entities.put("integrations.botconnector.bots/b1", "nova", {"id": "nova", "name": "Nova", "versions": [version]})
    restart(org, ASK + "}", language=spoken)
    effects = org.take_effects("bot_connector")
    assert [effect.data["language"] for effect in effects] == ([spoken.lower()] if asked else [])
    notes = [note.name for note in org.notes if note.name.startswith("bot_connector.")]
    assert notes == ([] if asked else ["bot_connector.language_unsupported"])


def restart(org: Org, call: str, *, language: str = "", integration: dict[str, Any] | None = None) -> Conversation:
    """Publish a flow of the call and a long wait; a new customer writes to it when the integration has changed."""
    flow = org.entities.get("flows", "f1")
    assert flow is not None
    wait = "wait: {duration: {lit: {hours: 1}}}"
    head = f"inboundShortMessage:\n  defaultLanguage: {language}" if language else "inboundShortMessage:"
    text = HEAD.replace("inboundShortMessage:", head)
    publish(org, flow, text + "".join(f"          - {one}\n" for one in (call, wait)), "f.yaml")
    org.entities.put("integrations", "b1", integration or INTEGRATION)
    found: Conversation = org.perform(CustomerMessage(Leg("open_messaging", "i1", "bob"), text="hello"))[0]
    return found
