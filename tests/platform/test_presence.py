from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.platform.presence import DEFINITIONS, OFFLINE, SYSTEM, definition_id
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
ANN = "/api/v2/users/ann/presences/purecloud"


@pytest.fixture(autouse=True)
def ann(office: Org) -> None:
    office.entities.put("users", "ann", {"id": "ann", "name": "Ann"})


def test_who_has_set_no_presence_is_offline(ask: Ask) -> None:
    status, body = ask("GET", ANN)
    assert (status, body["presenceDefinition"]["systemPresence"]) == (200, OFFLINE)


@pytest.mark.parametrize(("presence", "routing"), [("On Queue", "IDLE"), ("Available", "OFF_QUEUE")])
def test_presence_decides_whether_an_agent_is_on_queue(ask: Ask, office: Org, presence: str, routing: str) -> None:
    before = office.changes.end
    status, body = ask("PATCH", ANN, {"presenceDefinition": {"id": definition_id(presence)}})
    assert (status, body["presenceDefinition"]["systemPresence"]) == (200, presence)
    assert ask("GET", ANN)[1] == body
    assert ask("GET", "/api/v2/users/ann/routingstatus")[1]["status"] == routing
    told = [(c.kind, c.data["presence"]) for c in office.changes.read(before) if c.kind == "user.presence"]
    assert told == [("user.presence", presence)]


def test_a_system_presence_may_be_given_by_its_name(ask: Ask) -> None:
    body = ask("PATCH", ANN, {"presenceDefinition": {"systemPresence": "ON_QUEUE"}})[1]
    assert body["presenceDefinition"]["id"] == definition_id("On Queue")


def test_an_unknown_definition_is_refused_and_changes_nothing(ask: Ask) -> None:
    before = ask("GET", ANN)[1]
    assert ask("PATCH", ANN, {"presenceDefinition": {"id": "nothing"}})[0] == 400
    assert ask("GET", ANN)[1] == before


def test_there_is_one_source_of_presence(ask: Ask) -> None:
    assert ask("GET", "/api/v2/users/ann/presences/PureCloud")[0] == 200
    assert ask("GET", "/api/v2/users/ann/presences/teams")[0] == 404


def test_the_system_presences_are_listed_and_got_by_id(ask: Ask) -> None:
    listing = ask("GET", "/api/v2/presencedefinitions?pageSize=100")[1]
    assert [one["systemPresence"] for one in listing["entities"]] == list(SYSTEM)
    for id_ in DEFINITIONS:
        assert ask("GET", f"/api/v2/presencedefinitions/{id_}")[1]["id"] == id_
    assert ask("GET", "/api/v2/presencedefinitions/nothing")[0] == 404
