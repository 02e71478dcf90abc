from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Ask = Callable[..., tuple[int, Any]]
Make = Callable[..., str]
WIDGET = "embedded-client-app-interaction-widget"


def test_a_new_integration_has_an_empty_configuration_of_version_one(ask: Ask, install: Make) -> None:
    id_ = install()
    assert ask("GET", f"/integrations/{id_}/config/current") == (
        200,
        {
            "id": "current",
            "name": "Bot",
            "version": 1,
            "properties": {},
            "advanced": {},
            "notes": "",
            "credentials": {},
            "selfUri": f"/api/v2/integrations/{id_}/config/current",
        },
    )


def test_a_write_must_name_the_current_version_and_raises_it(ask: Ask, install: Make) -> None:
    id_ = install()
    body = {**ask("GET", f"/integrations/{id_}/config/current")[1], "notes": "first"}
    assert ask("PUT", f"/integrations/{id_}/config/current", body)[1]["version"] == 2
    status, answer = ask("PUT", f"/integrations/{id_}/config/current", body)
    assert (status, answer["code"]) == (409, "general.conflict")
    assert ask("PUT", f"/integrations/{id_}/config/current", {**body, "version": 2})[1]["version"] == 3
    assert ask("PUT", f"/integrations/{id_}/config/current")[0] == 409


def test_name_and_notes_of_the_configuration_are_the_integrations(
    ask: Ask, install: Make, configure: Callable[..., Any]
) -> None:
    id_ = install()
    assert configure(id_, name="Cognigy", notes="the bot")[0] == 200
    body = ask("GET", f"/integrations/{id_}")[1]
    assert (body["name"], body["notes"]) == ("Cognigy", "the bot")


@pytest.mark.parametrize(
    ("properties", "field"),
    [
        ({"url": 5}, "properties.url"),
        ({"communicationTypeFilter": "call,message"}, "properties.communicationTypeFilter"),
        ({"groups": "g"}, "properties.groups"),
        ({"groups": [1]}, "properties.groups"),
        ([], "properties"),
    ],
)
def test_properties_that_break_the_types_schema_are_refused_by_name(
    install: Make, configure: Callable[..., Any], properties: Any, field: str
) -> None:
    status, body = configure(install(WIDGET), properties=properties)
    assert (status, body["details"][0]["fieldName"]) == (400, field)
    assert body["message"].startswith("Input validation error")


def test_advanced_is_checked_too(install: Make, configure: Callable[..., Any]) -> None:
    status, body = configure(install(WIDGET), advanced={"lifecycle": "none"})
    assert (status, body["details"][0]["fieldName"]) == (400, "advanced.lifecycle")


@pytest.mark.parametrize("value", ["not a uri", "/relative", "http://[bad"])
def test_a_uri_must_be_absolute(install: Make, configure: Callable[..., Any], value: str) -> None:
    assert configure(install(), properties={"botConnectorHandleUtteranceURI": value})[0] == 400


def test_what_a_widget_of_a_real_installer_sends_is_kept_as_it_is(
    ask: Ask, install: Make, configure: Callable[..., Any]
) -> None:
    id_ = install(WIDGET)
    properties = {
        "url": "https://vendor.example/w?conversationid={{gcConversationId}}",
        "sandbox": "allow-scripts,allow-forms",
        "permissions": None,
        "communicationTypeFilter": "call, webmessaging",
        "groups": ["g1"],
        "queueIdFilterList": ["q1"],
        "unheardOf": {"kept": [1]},
    }
    advanced = {"lifecycle": {"ephemeral": False}, "i10n": {"en-US": {"name": "Widget"}}}
    assert configure(id_, properties=properties, advanced=advanced)[0] == 200
    body = ask("GET", f"/integrations/{id_}/config/current")[1]
    assert (body["properties"], body["advanced"]) == (properties, advanced)


def test_credentials_must_exist_and_fit_their_slot(
    ask: Ask, install: Make, configure: Callable[..., Any], credential: Make
) -> None:
    id_ = install("purecloud-data-actions")
    assert configure(id_, credentials={"pureCloudOAuthClient": {"id": "none"}})[0] == 400
    assert configure(id_, credentials={"pureCloudOAuthClient": {}})[0] == 400
    wrong = credential("userDefined", key="value")
    assert configure(id_, credentials={"pureCloudOAuthClient": {"id": wrong}})[0] == 400
    right = credential("pureCloudOAuthClient", clientId="c", clientSecret="s")
    status, body = configure(id_, credentials={"pureCloudOAuthClient": {"id": right}})
    shown = body["credentials"]["pureCloudOAuthClient"]
    assert (status, shown["id"], shown["type"]["name"]) == (200, right, "pureCloudOAuthClient")


def test_the_configuration_of_no_integration_is_not_found(ask: Ask) -> None:
    assert ask("GET", "/integrations/none/config/current")[0] == 404
