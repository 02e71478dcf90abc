from __future__ import annotations

from understudy.directory.proficiency import Proficiencies
from understudy.world.org import Org

SKILLS = Proficiencies("skill", "routing.skills", "user.skills")
LANGUAGES = Proficiencies("language", "routing.languages", "user.languages")


def test_each_kind_is_shown_under_its_own_paths(office: Org) -> None:
    office.entities.put("routing.skills", "s", {"id": "s", "name": "Billing"})
    SKILLS.of(office, "u")["s"] = 3.0
    LANGUAGES.of(office, "u")["l"] = 5.0
    assert SKILLS.bodies(office, "u") == [
        {
            "id": "s",
            "name": "Billing",
            "proficiency": 3.0,
            "state": "active",
            "skillUri": "/api/v2/routing/skills/s",
            "selfUri": "/api/v2/users/u/routingskills/s",
        }
    ]
    (language,) = LANGUAGES.bodies(office, "u")
    assert (language["name"], language["languageUri"]) == ("l", "/api/v2/routing/languages/l")


def test_who_has_nothing_is_not_remembered_by_looking(office: Org) -> None:
    assert SKILLS.bodies(office, "nobody") == []
    assert "nobody" not in office.live.get("user.skills", {})
