from __future__ import annotations

from collections.abc import Callable
from typing import Any

from understudy.platform.presence import definition_id
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
Person = Callable[..., dict[str, Any]]


def test_expand_adds_what_is_known_elsewhere(ask: Ask, person: Person) -> None:
    target = f"/api/v2/users/{person()['id']}"
    skill = ask("POST", "/api/v2/routing/skills", {"name": "billing"})[1]["id"]
    language = ask("POST", "/api/v2/routing/languages", {"name": "en-US"})[1]["id"]
    ask("POST", f"{target}/routingskills", {"id": skill, "proficiency": 3})
    ask("POST", f"{target}/routinglanguages", {"id": language, "proficiency": 4})
    ask("PATCH", f"{target}/presences/purecloud", {"presenceDefinition": {"id": definition_id("Busy")}})
    ask("PUT", f"{target}/profileskills", ["fishing"])
    plain = ask("GET", target)[1]
    assert {"skills", "languages", "presence", "profileSkills", "routingStatus"}.isdisjoint(plain)
    names = "routingStatus,presence,skills,languages,groups,authorization,station,profileSkills,outOfOffice"
    shown = ask("GET", f"{target}?expand={names}")[1]
    assert [one["id"] for one in shown["skills"]] == [skill]
    assert [(one["id"], one["proficiency"]) for one in shown["languages"]] == [(language, 4.0)]
    assert shown["presence"]["presenceDefinition"]["systemPresence"] == "Busy"
    assert (shown["profileSkills"], shown["groups"], shown["station"]) == (["fishing"], [], {})
    assert (shown["routingStatus"]["status"], shown["outOfOffice"]["active"]) == ("OFF_QUEUE", False)
    assert shown["authorization"]["roles"] == []


def test_names_are_compared_without_case_and_unknown_ones_add_nothing(ask: Ask, person: Person) -> None:
    user = person()
    target = f"/api/v2/users/{user['id']}"
    assert ask("GET", f"{target}?expand=ROUTINGSTATUS")[1]["routingStatus"]["status"] == "OFF_QUEUE"
    assert ask("GET", f"{target}?expand=images,team,nothing") == (200, user)


def test_a_listing_expands_its_page(ask: Ask, person: Person) -> None:
    person()
    person("Ben Roe")
    page = ask("GET", "/api/v2/users?expand=presence&pageSize=1&pageNumber=2")[1]
    assert [one["presence"]["source"] for one in page["entities"]] == ["PURECLOUD"]
    assert (page["total"], "nextUri" in page) == (2, False)


def test_the_last_token_is_told(ask: Ask, office: Org, person: Person, grant: Callable[..., Any]) -> None:
    target = f"/api/v2/users/{person()['id']}?expand=dateLastLogin,lasttokenissued"
    assert "dateLastLogin" not in ask("GET", target)[1]
    grant(user=target.split("/")[4].partition("?")[0])
    shown = ask("GET", target)[1]
    assert shown["lastTokenIssued"]["dateIssued"] == shown["dateLastLogin"]
