from __future__ import annotations

from collections.abc import Callable
from typing import Any

Ask = Callable[..., tuple[int, Any]]
OUTCOMES, MILESTONES = "/api/v2/flows/outcomes", "/api/v2/flows/milestones"


def test_a_changed_outcome_answers_and_keeps_the_operation(ask: Ask) -> None:
    outcome = ask("POST", OUTCOMES, {"name": "Sold", "description": "d", "currentOperation": {"id": "x"}})[1]
    assert "currentOperation" not in outcome
    operation = ask("PUT", outcome["selfUri"], {"name": "Bought"})[1]
    assert (operation["actionName"], operation["actionStatus"]) == ("UPDATE", "SUCCESS")
    changed = ask("GET", outcome["selfUri"])[1]
    assert (changed["name"], changed["currentOperation"]["id"]) == ("Bought", operation["id"])
    assert "description" not in changed
    assert ask("PUT", outcome["selfUri"], {"name": "bought", "description": "e"})[0] == 200


def test_names_are_there_and_unique(ask: Ask) -> None:
    outcome = ask("POST", OUTCOMES, {"name": "Sold"})[1]
    ask("POST", OUTCOMES, {"name": "Bought"})
    assert ask("PUT", outcome["selfUri"], {"name": "BOUGHT"})[1]["code"] == "general.conflict"
    assert ask("PUT", outcome["selfUri"], {"name": ""})[1]["code"] == "required.field.missing"
    assert ask("PUT", outcome["selfUri"])[1]["code"] == "required.field.missing"
    assert ask("PUT", f"{OUTCOMES}/nope", {"name": "N"})[0] == 404
    assert ask("POST", MILESTONES, {"name": " "})[1]["code"] == "required.field.missing"


def test_milestones_come_and_go_and_have_a_division_view(ask: Ask) -> None:
    milestone = ask("POST", MILESTONES, {"name": "Greeted"})[1]
    assert ask("PUT", milestone["selfUri"], {"name": "Welcomed"})[1]["name"] == "Welcomed"
    view = ask("GET", f"{MILESTONES}/divisionviews")[1]["entities"][0]
    assert set(view) == {"id", "name", "division", "selfUri"}
    assert ask("DELETE", milestone["selfUri"])[0] < 300
    assert ask("GET", milestone["selfUri"])[0] == 404
