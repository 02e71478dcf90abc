"""An org with a bot connector of each contract, their bots and credentials, and a flow that calls one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.architect.publish import publish
from understudy.clock import ManualClock, OrgClock
from understudy.conversations.commands import CustomerMessage
from understudy.conversations.model import Conversation, Leg
from understudy.ids import Ids
from understudy.integrations.bots import replace_bots
from understudy.integrations.installed import adopt
from understudy.limits import load_limits
from understudy.tables import complete
from understudy.world.org import Org

TABLES = complete()
TOKEN = "tok3n-of-the-bot"
URI = "http://127.0.0.1:9/bot"
NAMES = {"v1": ("genesys-bot-connector", "botConnectorHandleUtteranceURI"),
         "v2": ("genesys-digital-bot-connector", "botConnectorURI")}  # fmt: skip
INTENTS = [{"name": "order", "slots": {"n": {"name": "n", "type": "Integer"}}}, {"name": "smalltalk", "slots": {}}]
BOT = {"id": "nova", "name": "Nova",
       "versions": [{"version": "1", "supportedLanguages": ["en-us"], "intents": INTENTS}]}  # fmt: skip
FLOW = """
inboundShortMessage:
  name: F
  startUpRef: state[S]
  variables: [{stringVariable: {name: Flow.t}}, {integerVariable: {name: Flow.n}}]
  states:
    - state:
        name: S
        actions:
          - %s:
              botIntegration: {lit: %s}
              botName: {lit: Nova}
              botVersion: {lit: 1}
              sessionVariables: [{variable: {name: {lit: a}, value: {lit: b}}}]
              intents: {order: {slots: {n: {var: Flow.n}}}}
              failureOutputs: {errorType: {var: Flow.t}, errorMessage: {noValue: true}}
          - wait: {duration: {lit: {hours: 1}}}
"""


def install(org: Org, variant: str, uri: str = URI) -> None:
    """The connector ``v1`` or ``v2``, enabled, with its bot."""
    type_, key = NAMES[variant]
    info = {"id": "cred", "name": "Token", "type": {"name": "userDefined"}}
    org.entities.put("integrations.credentials", "cred", info, {"fields": {"verify-token": TOKEN}})
    config = {"id": "current", "version": 2, "properties": {key: uri}, "credentials": {"any": info}}
    org.entities.put(f"integrations.config/{variant}", "current", config)
    body = {"id": variant, "name": f"Bots {variant}", "intendedState": "ENABLED", "integrationType": {"id": type_}}
    org.entities.put("integrations", variant, {**body, "selfUri": f"/api/v2/integrations/{variant}"})
    adopt(org, variant)
    replace_bots(org, variant, [BOT])


def furnished(clock: Any) -> Org:
    org = Org(
        "acme", "Acme", clock=OrgClock(clock), ids=Ids(1, "acme", "salt"), limits=load_limits(),
        commands=TABLES.handlers,
    )  # fmt: skip
    org.entities.put("authorization.divisions", "home", {"id": "home", "name": "Home", "homeDivision": True})
    org.entities.put("messaging.integrations.open", "i1", {"id": "i1", "name": "Open"})
    org.entities.put("flows", "f1", {"id": "f1", "name": "F", "type": "INBOUNDSHORTMESSAGE"})
    org.entities.put("routing.message.recipients", "i1", {"id": "i1", "flow": {"id": "f1"}})
    for variant in NAMES:
        install(org, variant)
    org.take_effects("bot_connector")
    return org


def write(org: Org, text: str = "hello", customer: str = "ann") -> Conversation:
    """The customer writes."""
    found: Conversation = org.perform(CustomerMessage(Leg("open_messaging", "i1", customer), text=text))[0]
    return found


def begin(org: Org, variant: str = "v1", text: str = "hello") -> Conversation:
    """A flow that calls the bot of a variant, and a customer who writes to it."""
    action = "callBotConnector" if variant == "v1" else "callDigitalBotConnector"
    flow = org.entities.get("flows", "f1")
    assert flow is not None
    publish(org, flow, FLOW % (action, f"Bots {variant}"), "f.yaml")
    return write(org, text)


@pytest.fixture
def org() -> Org:
    return furnished(ManualClock())


@pytest.fixture
def effect(org: Org) -> Callable[..., Any]:
    """``effect("v1")``: the first ``ask`` of a flow that calls the bot of that variant."""

    def ask(variant: str = "v1") -> Any:
        begin(org, variant)
        (found,) = org.take_effects("bot_connector")
        return found

    return ask
