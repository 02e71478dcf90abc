from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.directory.membership import set_group_members
from understudy.integrations.installed import PULLED, pull_all
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
Make = Callable[..., str]
Configure = Callable[..., tuple[int, Any]]
URI = {"botConnectorHandleUtteranceURI": "https://bot.example/utterance"}


def state(ask: Ask, id_: str) -> tuple[str, str]:
    body = ask("GET", f"/integrations/{id_}")[1]
    return body["intendedState"], body["reportedState"]["code"]


def intend(ask: Ask, id_: str, intended: str) -> tuple[int, Any]:
    return ask("PATCH", f"/integrations/{id_}", {"intendedState": intended})


def test_a_new_integration_is_disabled_and_inactive(ask: Ask, install: Make) -> None:
    id_ = install()
    body = ask("GET", f"/integrations/{id_}")[1]
    assert (body["intendedState"], body["reportedState"]["code"], body["reportedState"]["effective"]) == (
        "DISABLED",
        "INACTIVE",
        "Inactive",
    )
    assert body["integrationType"]["selfUri"] == "/api/v2/integrations/types/genesys-bot-connector"
    assert body["config"] == {
        "current": {"id": "current", "selfUri": f"/api/v2/integrations/{id_}/config/current"},
    }


@pytest.mark.parametrize(
    "body",
    [{"name": "x", "integrationType": {"id": "none"}}, {"name": " ", "integrationType": {"id": "audiohook"}}, None],
)
def test_an_unknown_type_and_an_empty_name_are_refused(ask: Ask, body: Any) -> None:
    assert ask("POST", "/integrations", body)[0] == 400


def test_an_org_has_at_most_five_digital_bot_connectors(ask: Ask, install: Make) -> None:
    for number in range(5):
        install("genesys-digital-bot-connector", f"Bot {number}")
    body = {"name": "sixth", "integrationType": {"id": "genesys-digital-bot-connector"}}
    assert ask("POST", "/integrations", body)[0] == 409


def test_enabling_an_incomplete_integration_reports_an_error_until_it_is_complete(
    ask: Ask, install: Make, configure: Configure
) -> None:
    id_ = install()
    status, body = intend(ask, id_, "ENABLED")
    assert (status, body["reportedState"]["code"]) == (200, "ERROR")
    assert body["reportedState"]["detail"]["messageParams"] == {"missing": "properties.botConnectorHandleUtteranceURI"}
    configure(id_, properties=URI)
    assert state(ask, id_) == ("ENABLED", "ACTIVE")
    configure(id_, properties={})
    assert state(ask, id_) == ("ENABLED", "ERROR")


def test_required_credentials_count_too(ask: Ask, install: Make, configure: Configure, credential: Make) -> None:
    id_ = install("purecloud-data-actions")
    assert intend(ask, id_, "ENABLED")[1]["reportedState"]["code"] == "ERROR"
    client = credential("pureCloudOAuthClient", clientId="c", clientSecret="s")
    configure(id_, credentials={"pureCloudOAuthClient": {"id": client}})
    assert state(ask, id_) == ("ENABLED", "ACTIVE")


def test_a_softly_deleted_integration_is_not_listed_and_can_be_restored(ask: Ask, install: Make) -> None:
    id_ = install()
    intend(ask, id_, "DELETED")
    assert ask("GET", "/integrations")[1]["total"] == 0
    assert ask("GET", f"/integrations/botconnector/{id_}/bots")[0] == 404
    assert intend(ask, id_, "ENABLED")[0] == 409
    assert intend(ask, id_, "RESTORED")[1]["intendedState"] == "DISABLED"
    assert ask("GET", "/integrations")[1]["total"] == 1


def test_restoring_what_is_not_deleted_changes_nothing(ask: Ask, install: Make, configure: Configure) -> None:
    id_ = install()
    configure(id_, properties=URI)
    intend(ask, id_, "ENABLED")
    intend(ask, id_, "RESTORED")
    assert state(ask, id_) == ("ENABLED", "ACTIVE")


def test_delete_answers_the_integration_and_takes_its_configuration_along(
    ask: Ask, office: Org, install: Make, configure: Configure
) -> None:
    id_ = install()
    configure(id_, properties=URI)
    ask("PUT", f"/integrations/botconnector/{id_}/bots", {"chatBots": [{"id": "b", "versions": []}]})
    status, body = ask("DELETE", f"/integrations/{id_}")
    assert (status, body["id"]) == (200, id_)
    assert ask("GET", f"/integrations/{id_}")[0] == 404
    left = {type_ for type_ in office.entities.types() if id_ in type_ and office.entities.of(type_)}
    assert left == set()


def test_listing_filters_and_expands(ask: Ask, install: Make, configure: Configure, credential: Make) -> None:
    bot, widget = install(name="B"), install("embedded-client-app-interaction-widget", "A")
    configure(bot, properties=URI)
    intend(ask, bot, "ENABLED")
    used = credential("userDefined", token="t")
    configure(widget, credentials={"any": {"id": used}})

    def ids(query: str) -> list[str]:
        return [one["id"] for one in ask("GET", f"/integrations?{query}")[1]["entities"]]

    assert ids("integrationType=genesys-bot-connector") == [bot]
    assert ids("reportedState=ACTIVE") == [bot]
    assert ids("reportedState=INACTIVE") == [widget]
    assert ids(f"ids={widget}") == [widget]
    assert ids(f"credentialId={used}") == [widget]
    assert ids("sortBy=name") == [widget, bot]
    assert ids("pageSize=1&pageNumber=2") == [widget]
    expanded = ask("GET", f"/integrations/{bot}?expand=config.current,integrationType")[1]
    assert expanded["config"]["current"]["properties"] == URI
    assert expanded["integrationType"]["category"] == "Bots"


def test_client_apps_are_seen_by_members_of_their_groups_only(
    ask: Ask, office: Org, install: Make, configure: Configure
) -> None:
    role = next(iter(office.entities.of("authorization.roles")))
    users = {
        name: ask("POST", "/users", {"name": name, "email": f"{name}@x.example", "divisionId": ""})[1]["id"]
        for name in ("ann", "ben")
    }
    for user in users.values():
        ask("PUT", f"/users/{user}/roles", [role])
    group = {"name": "Widget users", "type": "official", "rulesVisible": True, "visibility": "public"}
    group_id = ask("POST", "/groups", group)[1]["id"]
    set_group_members(office, group_id, [users["ann"]])
    id_ = install("embedded-client-app-interaction-widget", "Widget")
    properties = {"url": "https://w.example/", "groups": [group_id]}
    configure(id_, properties=properties)
    assert ask("GET", "/integrations/clientapps")[1]["total"] == 0  # it is not enabled
    intend(ask, id_, "ENABLED")
    seen = ask("GET", "/integrations/clientapps", user=users["ann"])[1]["entities"]
    assert [one["config"]["effective"]["properties"] for one in seen] == [properties]
    assert ask("GET", "/integrations/clientapps", user=users["ben"])[1]["total"] == 0
    assert ask("GET", "/integrations/clientapps")[1]["total"] == 1  # a client has no groups


def pulls(office: Org) -> list[str]:
    effects = office.take_effects("bot_connector")
    return [effect.data["integration"] for effect in effects if effect.kind == "pull"]


def test_a_v2_provider_is_asked_for_its_bots_when_it_becomes_active_and_when_its_uri_changes(
    ask: Ask, office: Org, install: Make, configure: Configure
) -> None:
    id_ = install("genesys-digital-bot-connector")
    configure(id_, properties={"botConnectorURI": "https://bot.example/a"})
    assert pulls(office) == []
    intend(ask, id_, "ENABLED")
    assert pulls(office) == [id_]
    intend(ask, id_, "ENABLED")
    configure(id_, notes="the same place")
    assert pulls(office) == []
    configure(id_, properties={"botConnectorURI": "https://bot.example/b"})
    assert pulls(office) == [id_]
    intend(ask, id_, "DISABLED")
    assert pulls(office) == []
    intend(ask, id_, "ENABLED")
    assert pulls(office) == [id_]
    pull_all(office)
    assert pulls(office) == [id_]
    ask("DELETE", f"/integrations/{id_}")
    assert (pulls(office), office.live[PULLED]) == ([], {})


def test_v1_is_never_asked_for_its_bots(ask: Ask, office: Org, install: Make, configure: Configure) -> None:
    id_ = install()
    configure(id_, properties=URI)
    intend(ask, id_, "ENABLED")
    pull_all(office)
    assert pulls(office) == []
