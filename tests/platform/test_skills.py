from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.platform.skills import set_user_skills, skills_of
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
ANN = "/api/v2/users/ann/routingskills"


@pytest.fixture(autouse=True)
def ann(office: Org) -> None:
    office.entities.put("users", "ann", {"id": "ann", "name": "Ann"})
    for skill in ("s1", "s2"):
        office.entities.put("routing.skills", skill, {"id": skill, "name": skill.upper()})


def test_a_skill_is_given_changed_and_taken(ask: Ask, office: Org) -> None:
    status, body = ask("POST", ANN, {"id": "s1", "proficiency": 3.5})
    assert (status, body["name"], body["proficiency"]) == (200, "S1", 3.5)
    assert ask("PUT", f"{ANN}/s1", {"proficiency": 1})[1]["proficiency"] == 1.0
    assert [one["id"] for one in ask("GET", ANN)[1]["entities"]] == ["s1"]
    assert ask("DELETE", f"{ANN}/s1")[0] == 200
    assert skills_of(office, "ann") == {}
    assert ask("DELETE", f"{ANN}/s1")[0] == 404


def test_bulk_adds_or_replaces(ask: Ask, office: Org) -> None:
    set_user_skills(office, "ann", ["s1"])
    ask("PATCH", f"{ANN}/bulk", [{"id": "s2", "proficiency": 2}])
    assert skills_of(office, "ann") == {"s1": 5.0, "s2": 2.0}
    ask("PUT", f"{ANN}/bulk", [{"id": "s2", "proficiency": 4}])
    assert skills_of(office, "ann") == {"s2": 4.0}


@pytest.mark.parametrize("bad", [{"id": "s9", "proficiency": 1}, {"id": "s1", "proficiency": 6}, {"id": "s1"}])
def test_a_bad_skill_is_refused_and_replaces_nothing(ask: Ask, office: Org, bad: dict[str, Any]) -> None:
    set_user_skills(office, "ann", ["s2"])
    assert ask("POST", ANN, bad)[0] == 400
    assert ask("PUT", f"{ANN}/bulk", [bad])[0] == 400
    assert skills_of(office, "ann") == {"s2": 5.0}


def test_a_deleted_skill_is_nobodys(ask: Ask, office: Org) -> None:
    set_user_skills(office, "ann", ["s1", "s2"])
    ask("DELETE", "/api/v2/routing/skills/s1")
    assert skills_of(office, "ann") == {"s2": 5.0}
