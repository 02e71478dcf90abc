from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.directory.languages_api import languages_of
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
LANGUAGES = "/api/v2/users/ann/routinglanguages"


@pytest.fixture
def known(ask: Ask, office: Org) -> list[str]:
    """The ids of two languages, for the user ann."""
    office.entities.put("users", "ann", {"id": "ann", "name": "Ann", "version": 1})
    return [ask("POST", "/api/v2/routing/languages", {"name": name})[1]["id"] for name in ("en", "de")]


def test_languages_are_added_changed_and_removed(ask: Ask, known: list[str]) -> None:
    status, added = ask("POST", LANGUAGES, {"id": known[0], "proficiency": 3})
    assert (status, added["name"], added["proficiency"]) == (200, "en", 3.0)
    assert ask("PATCH", f"{LANGUAGES}/{known[0]}", {"proficiency": 5})[1]["proficiency"] == 5.0
    bulk = [{"id": known[1], "proficiency": 1}, {"id": known[0], "proficiency": 2}]
    assert ask("PATCH", f"{LANGUAGES}/bulk", bulk)[1]["total"] == 2
    listed = ask("GET", LANGUAGES)[1]["entities"]
    assert [(one["name"], one["proficiency"]) for one in listed] == [("de", 1.0), ("en", 2.0)]
    assert [one["name"] for one in ask("GET", f"{LANGUAGES}?sortOrder=descending")[1]["entities"]] == ["en", "de"]
    assert ask("DELETE", f"{LANGUAGES}/{known[1]}")[0] == 204
    assert ask("GET", LANGUAGES)[1]["total"] == 1


def test_a_deleted_language_is_nobodys(ask: Ask, office: Org, known: list[str]) -> None:
    ask("POST", LANGUAGES, {"id": known[0], "proficiency": 3})
    ask("DELETE", f"/api/v2/routing/languages/{known[0]}")
    assert languages_of(office, "ann") == {}


@pytest.mark.parametrize("given", [{"id": "x", "proficiency": 1}, {"proficiency": 9}, {"proficiency": -1}, {}])
def test_a_wrong_language_changes_nothing(ask: Ask, office: Org, known: list[str], given: dict[str, Any]) -> None:
    body = {"id": known[1], **given}
    assert ask("POST", LANGUAGES, body)[0] == 400
    assert ask("PATCH", f"{LANGUAGES}/bulk", [{"id": known[0], "proficiency": 1}, body])[0] == 400
    assert languages_of(office, "ann") == {}
    assert ask("DELETE", f"{LANGUAGES}/{known[0]}")[0] == 404
    assert ask("PATCH", f"{LANGUAGES}/{known[0]}", {"proficiency": 1})[0] == 404
