from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.integrations.bots import replace_bots
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
Make = Callable[..., str]
ID = "0f4a3c9e-5c1e-4f7b-9a43-2f4f3d0a8f11"
GUIDE = {  # guide cognigy, Add a Bot for the Bot Connector Integration
    "chatBots": [
        {
            "id": ID,
            "name": "Cognigy.AI Bot",
            "versions": [
                {
                    "version": "1",
                    "supportedLanguages": ["en-us"],
                    "intents": [
                        {
                            "name": "Success",
                            "slots": {"processedTimestamp": {"name": "processedTimestamp", "type": "integer"}},
                        }
                    ],
                }
            ],
        }
    ]
}


@pytest.fixture
def bots(ask: Ask, install: Make) -> str:
    """The path of a bot connector's bots, registered with the guide's own body."""
    path = f"/integrations/botconnector/{install()}/bots"
    assert ask("PUT", path, GUIDE) == (204, None)
    return path


def test_what_the_guide_registers_is_read_back(ask: Ask, bots: str) -> None:
    listed = ask("GET", bots)[1]["chatBots"]
    self_uri = f"/api/v2{bots}/{ID}"
    assert listed == [{**GUIDE["chatBots"][0], "selfUri": self_uri}]
    assert ask("GET", f"{bots}/{ID}")[1] == listed[0]
    assert ask("GET", f"{bots}/summaries")[1]["entities"] == [{"id": ID, "name": "Cognigy.AI Bot"}]
    versions = ask("GET", f"{bots}/{ID}/versions")[1]["entities"]
    assert versions == [{"id": ID, "name": "Cognigy.AI Bot", "version": "1"}]


def test_a_list_replaces_the_one_before(ask: Ask, bots: str) -> None:
    other = {**GUIDE["chatBots"][0], "id": "other"}
    ask("PUT", bots, {"chatBots": [other]})
    assert [bot["id"] for bot in ask("GET", bots)[1]["chatBots"]] == ["other"]
    ask("PUT", bots, {"chatBots": []})
    assert ask("GET", bots)[1] == {"chatBots": []}


def test_a_list_with_a_problem_changes_nothing(ask: Ask, bots: str) -> None:
    status, body = ask("PUT", bots, {"chatBots": [{**GUIDE["chatBots"][0], "description": "d" * 300}]})
    assert (status, body["details"][0]["fieldName"]) == (400, "chatBots[0].description")
    assert [bot["id"] for bot in ask("GET", bots)[1]["chatBots"]] == [ID]


def test_a_version_narrows_the_bot_or_is_not_found(ask: Ask, bots: str) -> None:
    assert [one["version"] for one in ask("GET", f"{bots}/{ID}?version=1")[1]["versions"]] == ["1"]
    assert ask("GET", f"{bots}/{ID}?version=2")[0] == 404
    assert ask("GET", f"{bots}/none")[0] == 404


def test_only_an_installed_bot_connector_takes_bots(ask: Ask, install: Make) -> None:
    assert ask("PUT", "/integrations/botconnector/none/bots", GUIDE)[0] == 404
    for type_ in ("audiohook", "genesys-digital-bot-connector"):
        status, body = ask("PUT", f"/integrations/botconnector/{install(type_)}/bots", GUIDE)
        assert (status, body["code"]) == (400, "invalid.value")


def test_v2_shows_slots_as_entities(ask: Ask, bots: str) -> None:
    path = bots.replace("botconnector/", "botconnectors/")
    listed = ask("GET", path)[1]["entities"]
    assert listed == [ask("GET", f"{path}/{ID}")[1]] == [ask("GET", f"{path}/{ID}?version=1")[1]]
    assert listed[0]["versions"][0]["intents"] == [
        {"name": "Success", "entities": [{"name": "processedTimestamp", "type": "Integer"}]}
    ]
    assert ask("GET", f"{path}/summaries")[1]["entities"] == [
        {"id": ID, "name": "Cognigy.AI Bot", "versions": [{"version": "1"}]}
    ]


def test_a_digital_bot_connector_has_the_bots_that_were_fetched_for_it(ask: Ask, office: Org, install: Make) -> None:
    id_ = install("genesys-digital-bot-connector")
    path = f"/integrations/botconnectors/{id_}/bots"
    assert ask("GET", path)[1]["entities"] == []
    replace_bots(office, id_, GUIDE["chatBots"])
    assert [bot["id"] for bot in ask("GET", path)[1]["entities"]] == [ID]
