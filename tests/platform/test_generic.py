from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.platform.behaviour import Platform
from understudy.platform.catalogue import Catalogue
from understudy.tables import complete
from understudy.world.world import World

TABLES = complete()

Ask = Callable[..., tuple[int, Any]]
CAMPAIGNS = "/api/v2/outbound/dnclists"


@pytest.fixture(scope="session")
def platform(catalogue: Catalogue) -> Platform:
    return Platform(World(), catalogue, {}, TABLES.rules, generic=True)


def test_what_was_created_is_listed_read_changed_and_gone(ask: Ask) -> None:
    status, made = ask("POST", CAMPAIGNS, {"name": "No calls", "dncSourceType": "rds"})
    assert (status, made["name"], made["selfUri"]) == (200, "No calls", f"{CAMPAIGNS}/{made['id']}")
    assert ask("GET", made["selfUri"])[1]["name"] == "No calls"
    assert [entity["id"] for entity in ask("GET", CAMPAIGNS)[1]["entities"]] == [made["id"]]
    changed = ask("PUT", made["selfUri"], {"name": "None", "dncSourceType": "rds"})[1]
    assert (changed["id"], changed["name"]) == (made["id"], "None")
    assert ask("GET", made["selfUri"])[1]["name"] == "None"
    assert ask("DELETE", made["selfUri"])[0] == 204
    assert ask("GET", made["selfUri"])[0] == 404
    assert ask("GET", CAMPAIGNS)[1]["total"] == 0


def test_a_collection_that_can_be_filled_does_not_know_other_ids(ask: Ask) -> None:
    assert ask("GET", f"{CAMPAIGNS}/nothing")[1]["code"] == "not.found"
    assert ask("GET", f"{CAMPAIGNS}/nothing/importstatus")[0] == 404


def test_a_thing_nobody_can_create_is_made_up_and_stays_the_same(ask: Ask) -> None:
    place = "/api/v2/license/users/0b0e1c5e-0000-4000-8000-000000000001"
    first = ask("GET", place)
    assert first[0] == 200
    assert ask("GET", place) == first
    assert first[1]["id"] == place.rpartition("/")[2]


def test_a_settings_document_returns_what_was_written(ask: Ask) -> None:
    place = "/api/v2/outbound/settings"
    assert ask("GET", place)[0] == 200
    ask("PATCH", place, {"maxCallsPerAgent": 7})
    assert ask("GET", place)[1]["maxCallsPerAgent"] == 7


def test_a_query_answers_the_same_for_the_same_question(ask: Ask) -> None:
    question = {"interval": "2026-01-01T00:00:00Z/2026-01-02T00:00:00Z"}
    first = ask("POST", "/api/v2/analytics/surveys/aggregates/query", {**question, "metrics": ["nSurveysSent"]})
    assert first[0] == 200
    assert ask("POST", "/api/v2/analytics/surveys/aggregates/query", {**question, "metrics": ["nSurveysSent"]}) == first
