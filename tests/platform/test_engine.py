from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.platform.behaviour import Platform
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
QUEUES = "/api/v2/routing/queues"
TABLES = "/api/v2/flows/datatables"


def test_a_created_entity_is_read_changed_and_gone(ask: Ask) -> None:
    status, queue = ask("POST", QUEUES, {"name": "Sales"})
    assert status == 200
    assert queue["selfUri"] == f"{QUEUES}/{queue['id']}"
    assert ask("GET", queue["selfUri"]) == (200, queue)
    changed = ask("PUT", queue["selfUri"], {"name": "Orders", "description": "d"})[1]
    assert (changed["id"], changed["name"], changed["description"]) == (queue["id"], "Orders", "d")
    assert ask("GET", queue["selfUri"])[1] == changed
    assert ask("DELETE", queue["selfUri"]) == (200, None)
    assert ask("GET", queue["selfUri"])[0] == 404


def test_ids_repeat_from_run_to_run(ask: Ask, office: Org) -> None:
    expected = office.ids.stream("routing.queues")
    state = type(expected)(f"{office.ids.seed}/{office.id}/routing.queues/")
    assert ask("POST", QUEUES, {"name": "Sales"})[1]["id"] == state.uuid()


def test_what_happened_is_told_as_changes(ask: Ask, office: Org) -> None:
    after = office.changes.end
    queue = ask("POST", QUEUES, {"name": "Sales"})[1]
    ask("PUT", queue["selfUri"], {"name": "Orders"})
    ask("DELETE", queue["selfUri"])
    told = [(change.kind, change.data) for change in office.changes.read(after)]
    assert told == [
        ("entity.created", {"type": "routing.queues", "id": queue["id"], "name": "Sales"}),
        ("entity.changed", {"type": "routing.queues", "id": queue["id"], "name": "Orders"}),
        ("entity.deleted", {"type": "routing.queues", "id": queue["id"], "name": "Orders"}),
    ]


@pytest.mark.parametrize(
    ("method", "body"), [("GET", None), ("PUT", {"name": "Q"}), ("DELETE", None)], ids=["GET", "PUT", "DELETE"]
)
def test_an_unknown_id_is_not_found(method: str, body: Any, ask: Ask) -> None:
    status, refusal = ask(method, f"{QUEUES}/nothing", body)
    assert (status, refusal["code"]) == (404, "not.found")
    assert refusal["message"] == "Queue with id [nothing] was not found"
    assert refusal["messageParams"] == {"id": "nothing"}


def test_a_resource_may_have_its_own_code_for_not_found(ask: Ask) -> None:
    assert ask("GET", "/api/v2/flows/nothing")[1]["code"] == "architect.flow.not.found"


def test_a_name_is_taken_whatever_its_case(ask: Ask) -> None:
    first = ask("POST", QUEUES, {"name": "Sales"})[1]
    status, refusal = ask("POST", QUEUES, {"name": "SALES"})
    assert (status, refusal["code"]) == (409, "general.conflict")
    assert refusal["details"][0]["entityId"] == first["id"]
    second = ask("POST", QUEUES, {"name": "Orders"})[1]
    assert ask("PUT", second["selfUri"], {"name": "sales"})[0] == 409
    assert ask("PUT", first["selfUri"], {"name": "SALES"})[0] == 200  # its own name
    ask("DELETE", first["selfUri"])
    assert ask("PUT", second["selfUri"], {"name": "sales"})[0] == 200


def test_users_are_told_apart_by_email(ask: Ask, office: Org) -> None:
    home = next(iter(office.entities.of("authorization.divisions")))
    ann = {"name": "Ann", "email": "ann@example.com", "divisionId": home}
    assert ask("POST", "/api/v2/users", ann)[0] == 200
    assert ask("POST", "/api/v2/users", {**ann, "name": "Anna", "email": "Ann@Example.com"})[0] == 409
    assert ask("POST", "/api/v2/users", {**ann, "email": "another@example.com"})[0] == 200


def test_a_stale_version_is_a_conflict(ask: Ask, office: Org) -> None:
    home = next(iter(office.entities.of("authorization.divisions")))
    user = ask("POST", "/api/v2/users", {"name": "Ann", "email": "ann@example.com", "divisionId": home})[1]
    assert user["version"] == 1
    changed = ask("PATCH", user["selfUri"], {"title": "Lead", "version": 1})[1]
    assert (changed["title"], changed["version"]) == ("Lead", 2)
    status, refusal = ask("PATCH", user["selfUri"], {"title": "Agent", "version": 1})
    assert (status, refusal["code"]) == (409, "general.conflict")
    assert "does not match the current version 2" in refusal["message"]


def test_rows_belong_to_their_table(ask: Ask) -> None:
    schema = {"$schema": "http://json-schema.org/draft-04/schema#", "type": "object"}
    one = ask("POST", TABLES, {"name": "One", "schema": schema})[1]
    two = ask("POST", TABLES, {"name": "Two", "schema": schema})[1]
    assert ask("POST", f"{one['selfUri']}/rows", {"key": "a", "text": "x"}) == (200, {"key": "a", "text": "x"})
    assert ask("POST", f"{two['selfUri']}/rows", {"key": "a", "text": "y"})[0] == 200
    status, refusal = ask("POST", f"{one['selfUri']}/rows", {"key": "A"})
    assert (status, refusal["code"]) == (409, "flows.datatables.not.unique")
    assert ask("GET", f"{one['selfUri']}/rows/a?showbrief=false")[1] == {"key": "a", "text": "x"}
    assert ask("GET", f"{one['selfUri']}/rows/a")[1] == {"key": "a"}
    assert ask("GET", f"{one['selfUri']}/rows")[1]["entities"] == [{"key": "a"}]
    assert ask("GET", f"{one['selfUri']}/rows?showbrief=false")[1]["entities"] == [{"key": "a", "text": "x"}]
    assert ask("PUT", f"{one['selfUri']}/rows/a", {"text": "z"})[1] == {"text": "z", "key": "a"}
    assert ask("POST", f"{TABLES}/nothing/rows", {"key": "a"})[0] == 404
    assert ask("POST", f"{one['selfUri']}/rows", {"text": "no key"})[1]["code"] == "required.field.missing"
    ask("DELETE", one["selfUri"])
    assert ask("GET", f"{two['selfUri']}/rows/a?showbrief=false")[1]["text"] == "y"


def test_a_deleted_tables_rows_are_gone(ask: Ask, office: Org) -> None:
    table = ask("POST", TABLES, {"name": "One"})[1]
    ask("POST", f"{table['selfUri']}/rows", {"key": "a"})
    ask("DELETE", table["selfUri"])
    assert not office.entities.of(f"architect.datatables.rows/{table['id']}")


def test_a_row_with_a_slash_in_its_key_is_found(ask: Ask) -> None:
    table = ask("POST", TABLES, {"name": "One"})[1]
    ask("POST", f"{table['selfUri']}/rows", {"key": "a/b c"})
    assert ask("GET", f"{table['selfUri']}/rows/a%2Fb%20c")[1] == {"key": "a/b c"}


def test_an_entity_that_breaks_its_model_is_our_mistake_and_noted(ask: Ask, platform: Platform, office: Org) -> None:
    queue = ask("POST", QUEUES, {"name": "Sales"})[1]
    office.entities.put("routing.queues", queue["id"], {**queue, "memberCount": "many"})
    with pytest.raises(AssertionError):  # ``ask`` fails on the note
        ask("PUT", queue["selfUri"], {"name": "Orders"})
    notes = [note for note in office.notes if note.name == "emulator.contract"]
    assert notes[0].data["operation"] == "putRoutingQueue"
    assert "memberCount" in notes[0].data["problems"][0]


def test_the_engine_serves_what_the_file_names_and_nothing_else(platform: Platform) -> None:
    by_id = platform.catalogue.by_id
    assert platform.engine.serves(by_id["getRoutingQueue"])
    assert not platform.engine.serves(by_id["postRoutingQueueMembers"])


def test_a_singleton_is_read_before_it_is_written_and_falls_back_when_deleted(ask: Ask) -> None:
    settings = "/api/v2/routing/settings"
    assert ask("GET", settings) == (200, {})
    assert ask("PUT", settings, {"resetAgentScoreOnPresenceChange": True})[0] == 200
    assert ask("GET", settings)[1] == {"resetAgentScoreOnPresenceChange": True}
    assert ask("DELETE", settings) == (204, None)
    assert ask("GET", settings) == (200, {})
