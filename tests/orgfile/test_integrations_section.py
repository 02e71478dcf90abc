"""Integrations, web deployments and assistants of an org file: what the API would have made, and out again the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from understudy.errors import SettingsError
from understudy.integrations.bots import bots_of
from understudy.integrations.credentials import fields_of
from understudy.integrations.settings import configuration
from understudy.orgfile import OrgPlan, load_org
from understudy.orgfile.export import export_org
from understudy.web_deployments.deployments import active_configuration
from understudy.world.org import Org
from understudy.world.world import World

Configure = Callable[[OrgPlan], Org]
TEXT = """
organization: { id: acme, name: Acme }
routing.queues: [{ id: q1, name: Support }]
integrations.credentials:
  - id: cr1
    name: Bot token
    type: { id: userDefined, name: userDefined }
    understudy: { hidden: { fields: { verify-token: "${TOKEN}" } } }
integrations:
  - { id: i1, name: Cognigy, integrationType: { id: genesys-bot-connector }, intendedState: ENABLED }
  - { id: i2, name: Hook, integrationType: { id: audiohook }, intendedState: ENABLED }
integrations.config:
  - parent: Cognigy
    name: Cognigy
    properties: { botConnectorHandleUtteranceURI: "https://bot.example/utterance" }
    advanced: { oauthClientSecret: "hush${TOKEN}", icon: { small: a.png } }
    notes: ""
    credentials: { botConnectorCredentials: { id: cr1, name: Bot token } }
integrations.botconnector.bots:
  - parent: Cognigy
    id: b1
    name: Cognigy.AI Bot
    versions: [{ version: "1", supportedLanguages: [en-us], intents: [{ name: Success, slots: {} }] }]
assistants: [{ id: a1, name: Copilot, transcriptionConfig: { vendorName: Genesys } }]
assistants.queues: [{ parent: Copilot, id: q1, mediaTypes: [Message] }]
webdeployments.configurations: [{ id: c1, name: Messenger }]
webdeployments.configurations.versions: [{ parent: Messenger, version: "1", name: Messenger, description: shown }]
webdeployments.deployments:
  - { id: d1, name: Site, allowAllDomains: true, configuration: { name: Messenger, version: "1" } }
"""


@pytest.fixture
def org(configure: Configure) -> Org:
    return configure(load_org(TEXT, {"TOKEN": "s3cret"}))


def test_integrations_are_complete_and_in_the_state_that_their_configuration_allows(org: Org) -> None:
    cognigy, hook = org.entities.of("integrations").values()
    assert (cognigy.body["reportedState"]["code"], hook.body["reportedState"]["code"]) == ("ACTIVE", "ERROR")
    assert cognigy.body["config"]["current"]["selfUri"] == "/api/v2/integrations/i1/config/current"
    assert configuration(org, cognigy)["version"] == 1
    assert list(bots_of(org, "i1")) == ["b1"]
    assert fields_of(org, "cr1") == {"verify-token": "s3cret"}


def test_a_deployment_shows_its_configuration_and_names_the_org(org: Org, world: World) -> None:
    deployment = org.entities.of("webdeployments.deployments")["d1"]
    shown = active_configuration(org, deployment)
    assert (shown["id"], shown["version"], shown["description"]) == ("c1", "1", "shown")
    assert deployment.body["configuration"]["id"] == "c1"
    assert world.integrations["d1"] is org


def test_a_deployment_of_another_org_keeps_its_org(org: Org, configure: Configure, world: World) -> None:
    with pytest.raises(SettingsError, match=r"Site\.id is 'd1': org Acme has this id"):
        configure(load_org(TEXT.replace("id: acme", "id: other"), {"TOKEN": "x"}))
    assert world.integrations["d1"] is org


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("genesys-bot-connector", "genesys-bot-conector", "did you mean 'genesys-bot-connector'"),
        ('configuration: { name: Messenger, version: "1" }', "configuration: { name: Mesenger }", "Messenger"),
        ('{ name: Messenger, version: "1" }', '{ name: Messenger, version: "2" }', "published version"),
    ],
)
def test_what_is_not_there_is_named(configure: Configure, old: str, new: str, problem: str) -> None:
    with pytest.raises(SettingsError, match=problem):
        configure(load_org(TEXT.replace(old, new), {"TOKEN": "x"}))


def test_an_export_makes_the_same_org_again_without_a_secret_in_it(
    org: Org, configure: Configure, world: World
) -> None:
    exported = export_org(org)
    assert ("s3cret" in exported.text, "s3cret" in exported.secrets.values()) == (False, True)
    world.remove(org.id)
    again = configure(load_org(exported.text, dict(exported.secrets)))
    for type_ in list(org.entities.types()):
        if type_.startswith(("integrations", "assistants", "webdeployments")):
            expected = {id_: entity.body for id_, entity in org.entities.of(type_).items()}
            assert {id_: entity.body for id_, entity in again.entities.of(type_).items()} == expected, type_
    assert fields_of(again, "cr1") == {"verify-token": "s3cret"}
