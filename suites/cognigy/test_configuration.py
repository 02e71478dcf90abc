"""C1: with each item of the guide it works, without it the named step fails.

One test an item: the window ``.with`` holds the configured variant, the window ``.without`` the variant that lacks it.
"""

from __future__ import annotations

from typing import Any

import pytest

from understudy.actors import Guest, Rehearsal
from understudy.actors.variations import (
    in_region,
    registered,
    varied,
    with_credentials,
    with_properties,
    without_tokens,
)

SETTLE = 0.4  # seconds in which something unwanted would still arrive
EXPLORER = "API Explorer"
DEPLOYMENTS, VERSIONS = "webdeployments.deployments", "webdeployments.configurations.versions"
TOKEN = "verify-token"
NOWHERE = "7f8a3c5e-1d2b-4c6f-8e9a-0b1c2d3e4f50"  # the id of nothing
LABEL = "MessengerHomeHeaderTitle"

pytestmark = [pytest.mark.exclusive]


def first_turn(rehearsal: Rehearsal, language: str = "en-US", text: str = "hello") -> Guest:
    """A customer writes, and something comes back or nothing does."""
    ann = rehearsal.guest(language=language)
    ann.joins()
    ann.converses([text])
    return ann


def deployed(rehearsal: Rehearsal, **fields: Any) -> Any:
    """The deployment with other fields."""
    return varied(rehearsal, DEPLOYMENTS, rehearsal.slot.ids["UNDERSTUDY_DEPLOYMENT_ID"], fields)


def flow(rehearsal: Rehearsal, name: str) -> Any:
    """The deployment with another flow."""
    return deployed(rehearsal, flow={"id": rehearsal.entity("flows", name)["id"], "name": name})


def shown(rehearsal: Rehearsal, **fields: Any) -> Any:
    """The configuration's version 1 with other fields."""
    configuration = rehearsal.entity("webdeployments.configurations", "Cognigy Messenger")["id"]
    return varied(rehearsal, f"{VERSIONS}/{configuration}", "1", fields)


@pytest.mark.checks("CG-C1.flags")
@pytest.mark.needs("feature_flags")
def test_feature_flags_by_the_vendors_word(rehearsal: Rehearsal) -> None:
    with rehearsal.check("CG-C1.flags"):
        rehearsal.note("vendor.word", feature_flags=rehearsal.setting("feature_flags"))


@pytest.mark.checks("CG-C1.token.with", "CG-C1.token.without")
def test_verify_token_with_letters_digits_and_punctuation(rehearsal: Rehearsal) -> None:
    token = rehearsal.slot.env["VERIFY_TOKEN"]
    with rehearsal.check("CG-C1.token.with"):
        others = any(not letter.isalnum() for letter in token)
        has = {"letters": any(map(str.isalpha, token)), "digits": any(map(str.isdigit, token)), "punctuation": others}
        rehearsal.note("token.has", kinds=[kind for kind, is_there in has.items() if is_there])
        first_turn(rehearsal)
    plain = "".join(letter for letter in token if letter.isalnum())
    with with_credentials(rehearsal, {TOKEN: plain}), rehearsal.check("CG-C1.token.without"):
        first_turn(rehearsal)


@pytest.mark.checks("CG-C1.login.with", "CG-C1.login.without")
def test_copilot_credentials_with_bare_domain_and_scope(rehearsal: Rehearsal) -> None:
    host = f"login.{rehearsal.slot.env['OAUTH2_URL']}"
    with without_tokens(rehearsal), rehearsal.check("CG-C1.login.with", host=host):
        cursor = rehearsal.entry_cursor()
        first_turn(rehearsal)
        rehearsal.wait_entry(after=cursor, interface="oauth", direction="out", status=200)
    with in_region(rehearsal, "ap-northeast-1"), rehearsal.check("CG-C1.login.without"):
        cursor = rehearsal.entry_cursor()
        first_turn(rehearsal)
        rehearsal.wait_entry(after=cursor, kind="note", name="oauth.wrong_region")


@pytest.mark.checks("CG-C1.uri.with", "CG-C1.uri.without")
def test_handle_utterance_uri(rehearsal: Rehearsal) -> None:
    with rehearsal.check("CG-C1.uri.with"):
        first_turn(rehearsal)
    config = rehearsal.entity(f"integrations.config/{rehearsal.slot.integration}", "current")["body"]
    uri = config["properties"]["botConnectorHandleUtteranceURI"]
    wrong = {"botConnectorHandleUtteranceURI": uri.rpartition("/")[0] + "/elsewhere"}
    with with_properties(rehearsal, wrong), rehearsal.check("CG-C1.uri.without"):
        first_turn(rehearsal)


@pytest.mark.checks("CG-C1.field.with", "CG-C1.field.without")
def test_credentials_field(rehearsal: Rehearsal) -> None:
    with rehearsal.check("CG-C1.field.with"):
        first_turn(rehearsal)
    misnamed = {"verify_token": rehearsal.slot.env["VERIFY_TOKEN"]}
    with with_credentials(rehearsal, misnamed), rehearsal.check("CG-C1.field.without"):
        first_turn(rehearsal)


@pytest.mark.checks("CG-C1.id.with", "CG-C1.id.without")
def test_integration_id(rehearsal: Rehearsal) -> None:
    explorer, path = rehearsal.administrator(EXPLORER), "/api/v2/integrations/botconnector/{}/bots"
    bots = explorer.calls("GET", path.format(rehearsal.slot.integration)).body
    with rehearsal.check("CG-C1.id.with"):
        explorer.calls("PUT", path.format(rehearsal.slot.integration), bots)
    with rehearsal.check("CG-C1.id.without"):
        explorer.calls("PUT", path.format(NOWHERE), bots)


@pytest.mark.checks("CG-C1.flow.with", "CG-C1.flow.without")
def test_flow_published_with_integration_bot_and_version(rehearsal: Rehearsal) -> None:
    with rehearsal.check("CG-C1.flow.with"):
        first_turn(rehearsal)
    variants = {
        "routing.no_flow": flow(rehearsal, "not-published"),
        "bot_connector.integration_inactive": varied(
            rehearsal, "integrations", rehearsal.slot.integration, {"intendedState": "DISABLED"}
        ),
    }
    for diagnosis, variant in variants.items():
        with variant, rehearsal.check("CG-C1.flow.without", diagnosis=diagnosis):
            ann = rehearsal.guest()
            ann.joins()
            cursor = rehearsal.entry_cursor()
            ann.says("hello")
            rehearsal.wait_entry(after=cursor, kind="note", name=diagnosis)
            rehearsal.pause(SETTLE)


@pytest.mark.checks("CG-C1.messages.with", "CG-C1.messages.without")
@pytest.mark.needs("fail_phrase")
def test_message_bodies_to_the_letter(rehearsal: Rehearsal) -> None:
    failing = rehearsal.setting("fail_phrase")
    turns = [text.strip() for text in rehearsal.setting("dialogue").split("|")]
    with rehearsal.check("CG-C1.messages.with"):
        for texts, last in ((turns, "success message"), ([failing], "fail message")):
            ann = rehearsal.guest()
            ann.joins()
            ann.converses(texts)
            ann.has_seen([last])
    with flow(rehearsal, "no-messages"), rehearsal.check("CG-C1.messages.without"):
        ann = rehearsal.guest()
        ann.joins()
        cursor = rehearsal.cursor()
        ann.says(failing)
        rehearsal.wait("participant.added", after=cursor, customer=ann.id, purpose="acd")
        rehearsal.pause(SETTLE)


@pytest.mark.checks("CG-C1.division.with", "CG-C1.division.without")
@pytest.mark.needs("fail_phrase")
def test_division_of_the_flow(rehearsal: Rehearsal) -> None:
    with rehearsal.check("CG-C1.division.with"):
        cursor = rehearsal.entry_cursor()
        ann = first_turn(rehearsal)
        rehearsal.wait_entry(
            after=cursor, interface="platform", data__operation="postNotificationsChannelSubscriptions"
        )
        ann.converses([rehearsal.setting("fail_phrase")])  # the queue: an event that the copilot has subscribed to
        rehearsal.wait_entry(after=cursor, interface="notifications", direction="out", conversation=ann.conversation())
    elsewhere = rehearsal.entity("authorization.divisions", "Elsewhere")
    division = {"division": {"id": elsewhere["id"], "name": "Elsewhere"}}
    with varied(rehearsal, "flows", "Cognigy Flow", division), rehearsal.check("CG-C1.division.without"):
        cursor = rehearsal.entry_cursor()
        first_turn(rehearsal)
        rehearsal.wait_entry(after=cursor, kind="note", name="division.denied")
        rehearsal.pause(SETTLE)


@pytest.mark.checks("CG-C1.languages.with", "CG-C1.languages.without")
def test_languages(rehearsal: Rehearsal) -> None:
    explorer = rehearsal.administrator(EXPLORER)
    bots = explorer.calls("GET", f"/api/v2/integrations/botconnector/{rehearsal.slot.integration}/bots")
    (bot,) = bots.body["chatBots"]
    version = {**bot["versions"][0], "supportedLanguages": ["en-us", "de"]}
    with registered(rehearsal, EXPLORER, [{**bot, "versions": [version]}]):
        for wanted, spoken in (("de-DE,de;q=0.9,en;q=0.5", "de"), ("pl", "en-us")):
            with rehearsal.check("CG-C1.languages.with", language=spoken):
                first_turn(rehearsal, wanted)
        with (
            shown(rehearsal, languages=["en-us"], customI18nLabels=[]),
            rehearsal.check("CG-C1.languages.without", language="en-us"),
        ):
            first_turn(rehearsal, "de-DE,de;q=0.9")


@pytest.mark.checks("CG-C1.labels.with", "CG-C1.labels.without")
def test_labels(rehearsal: Rehearsal) -> None:
    with rehearsal.check("CG-C1.labels.with", title="Fragen Sie Cognigy"):
        rehearsal.guest(language="de").reads_configuration()
    with shown(rehearsal, customI18nLabels=[]), rehearsal.check("CG-C1.labels.without", title="Fragen Sie Cognigy"):
        rehearsal.guest(language="de").reads_configuration()


@pytest.mark.checks("CG-C1.domains.with", "CG-C1.domains.without")
def test_domains(rehearsal: Rehearsal) -> None:
    with rehearsal.check("CG-C1.domains.with"):
        rehearsal.guest().joins()
    with deployed(rehearsal, allowedDomains=["other.example"]), rehearsal.check("CG-C1.domains.without"):
        rehearsal.guest().joins()


@pytest.mark.checks("CG-C1.deployed_flow.with", "CG-C1.deployed_flow.without")
def test_flow_of_the_deployment(rehearsal: Rehearsal) -> None:
    with rehearsal.check("CG-C1.deployed_flow.with"):
        first_turn(rehearsal)
    with deployed(rehearsal, flow=None), rehearsal.check("CG-C1.deployed_flow.without"):
        ann = rehearsal.guest()
        ann.joins()
        cursor = rehearsal.entry_cursor()
        ann.says("hello")
        rehearsal.wait_entry(after=cursor, kind="note", name="routing.no_flow")


@pytest.mark.checks("CG-C1.snippet.with", "CG-C1.snippet.without")
def test_snippet_follows_later_changes(rehearsal: Rehearsal) -> None:
    explorer, deployment = rehearsal.administrator(EXPLORER), rehearsal.slot.ids["UNDERSTUDY_DEPLOYMENT_ID"]
    configuration = rehearsal.entity("webdeployments.configurations", "Cognigy Messenger")["id"]
    before = rehearsal.entity(DEPLOYMENTS, deployment)["body"]
    with rehearsal.check("CG-C1.snippet.with", deployment=deployment, title="Ask us anew"):
        visitor = rehearsal.guest()
        page = visitor.opens_page()
        rehearsal.note("page.opened", carries=[word for word in (deployment, "genesys.min.js") if word in page])
        drafted = f"/api/v2/webdeployments/configurations/{configuration}/versions/draft"
        changed = rehearsal.entity(f"{VERSIONS}/{configuration}", "1")["body"]
        labels = [{"language": "en-us", "localizedLabels": [{"key": LABEL, "value": "Ask us anew"}]}]
        kept = {key: changed[key] for key in ("name", "languages", "defaultLanguage", "messenger")}
        explorer.calls("PUT", drafted, {**kept, "customI18nLabels": labels})
        version = explorer.calls("POST", f"{drafted}/publish").body["version"]
        written = {key: before[key] for key in ("name", "allowAllDomains", "allowedDomains", "flow")}
        path = f"/api/v2/webdeployments/deployments/{deployment}"
        explorer.calls("PUT", path, {**written, "configuration": {"id": configuration, "version": version}})
        visitor.reads_configuration()
        rehearsal.note("page.opened_again", same=visitor.opens_page() == page)
        explorer.calls("PUT", path, {**written, "configuration": {"id": configuration, "version": "1"}})
    with rehearsal.check("CG-C1.snippet.without"):
        rehearsal.guest(deployment=NOWHERE).reads_configuration()
