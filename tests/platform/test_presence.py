from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.platform.presence import DEFINITIONS, OFFLINE, SYSTEM, definition_id, system_presence
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


def test_presences_of_several_are_read_and_set_at_once(ask: Ask, office: Org) -> None:
    office.entities.put("users", "ben", {"id": "ben", "name": "Ben"})
    busy = {"id": definition_id("Busy")}
    target = "/api/v2/users/presences/bulk"
    assert ask("PUT", target, [{"id": "ann", "presenceDefinition": busy}, {"id": "nobody"}])[0] == 404
    wrong = [{"id": "ann", "presenceDefinition": busy}, {"id": "ben", "presenceDefinition": {"id": "nothing"}}]
    assert ask("PUT", target, wrong)[0] == 400
    assert ask("GET", ANN)[1]["presenceDefinition"]["systemPresence"] == OFFLINE
    status, bodies = ask("PUT", target, [{"id": one, "presenceDefinition": busy} for one in ("ann", "ben")])
    assert (status, [one["id"] for one in bodies]) == (200, ["ann", "ben"])
    for source in ("purecloud", "PURECLOUD"):
        found = ask("GET", f"/api/v2/users/presences/{source}/bulk?id=ben,nobody,ann")[1]
        assert [(one["userId"], one["presenceDefinition"]["systemPresence"]) for one in found] == [
            ("ben", "Busy"),
            ("ann", "Busy"),
        ]
    assert ask("GET", "/api/v2/users/presences/teams/bulk?id=ann")[0] == 404


def test_a_message_alone_leaves_the_presence(ask: Ask) -> None:
    ask("PATCH", ANN, {"presenceDefinition": {"id": definition_id("Busy")}})
    body = ask("PATCH", ANN, {"message": "back at two"})[1]
    assert (body["presenceDefinition"]["systemPresence"], body["message"]) == ("Busy", "back at two")


def test_the_system_presences_are_listed_by_name(ask: Ask) -> None:
    listed = ask("GET", "/api/v2/systempresences")[1]
    assert [one["name"] for one in listed] == list(SYSTEM)
    assert "ON_QUEUE" in [one["id"] for one in listed]


@pytest.mark.parametrize("name", ["On Queue", "OnQueue", "ON_QUEUE"])
def test_a_system_presence_is_known_in_every_spelling(name: str) -> None:
    assert system_presence(name) == "On Queue"
    assert system_presence(name + "s") is None
