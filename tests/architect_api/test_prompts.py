from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.architect_api.conftest import FLOW

from understudy.architect_api.prompts import resources_type
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
PROMPTS = "/api/v2/architect/prompts"


@pytest.fixture
def prompt(ask: Ask) -> str:
    id_: str = ask("POST", PROMPTS, {"name": "Welcome"})[1]["id"]
    for language in ("en-us", "de-de"):
        ask("POST", f"{PROMPTS}/{id_}/resources", {"language": language, "ttsString": "Hi"})
    return id_


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "missing.name"),
        ("two words", "name"),
        ("12_3", "name.no.alpha"),
    ],
)
def test_a_bad_name_has_its_own_code(ask: Ask, name: str, code: str) -> None:
    status, refusal = ask("POST", PROMPTS, {"name": name})
    assert (status, refusal["code"]) == (400, f"architect.prompt.validate.failed.{code}")


def test_names_are_unique(ask: Ask, prompt: str) -> None:
    assert ask("POST", PROMPTS, {"name": "welcome"})[1]["code"] == "architect.prompt.already.exists"


def test_a_prompt_shows_its_resources_as_they_are_asked_for(ask: Ask, prompt: str) -> None:
    def languages(query: str) -> list[str]:
        body = ask("GET", f"{PROMPTS}/{prompt}?{query}")[1]
        return [one["language"] for one in body["resources"]] if "resources" in body else ["none"]

    assert languages("") == ["en-us", "de-de"]
    assert languages("language=DE-de") == ["de-de"]
    assert languages("includeResources=false") == ["none"]
    assert languages("includeMediaUris=false") == ["en-us", "de-de"]
    renamed = ask("PUT", f"{PROMPTS}/{prompt}", {"name": "Hello", "description": "d"})[1]
    assert (renamed["name"], len(renamed["resources"])) == ("Hello", 2)


def test_prompts_are_listed_by_name_and_language(ask: Ask, prompt: str) -> None:
    ask("POST", PROMPTS, {"name": "Goodbye"})

    def names(query: str) -> list[str]:
        return [one["name"] for one in ask("GET", f"{PROMPTS}?sortBy=name&{query}")[1]["entities"]]

    assert names("name=welcome,good*") == ["Goodbye", "Welcome"]
    assert names("name=wel") == []
    assert names("name=*O*Y*") == ["Goodbye"]
    assert names("language=en-us") == ["Welcome"]


def test_a_prompt_with_resources_is_deleted_only_with_all_of_them(ask: Ask, office: Org, prompt: str) -> None:
    status, refusal = ask("DELETE", f"{PROMPTS}/{prompt}")
    assert (status, refusal["code"]) == (409, "architect.prompt.has.resources")
    assert ask("DELETE", f"{PROMPTS}/{prompt}?allResources=true")[0] < 300
    assert office.entities.of(resources_type(prompt)) == {}
    assert ask("GET", f"{PROMPTS}/{prompt}")[1]["code"] == "architect.prompt.not.found"


def test_a_prompt_that_a_flow_or_a_queue_uses_is_not_deleted(ask: Ask, office: Org, published: str) -> None:
    used, heard, free = (ask("POST", PROMPTS, {"name": name})[1]["id"] for name in ("Used", "Heard", "Free"))
    text = FLOW + '          - playAudio: {audio: {exp: "Append(Prompt.Used)"}}\n'
    office.entities.of("flows")[published].hidden["yaml"] = text
    queue = office.entities.of("routing.queues")["q1"]
    office.entities.put("routing.queues", "q1", {**queue.body, "whisperPrompt": {"id": heard}})
    assert ask("DELETE", f"{PROMPTS}/{used}")[1]["code"] == "architect.dependency.object.in.use"
    status, refusal = ask("DELETE", f"{PROMPTS}?id={free},{heard}")
    assert (status, refusal["code"]) == (409, "architect.prompt.cannot.delete.used.in.queues")
    assert ask("GET", f"{PROMPTS}/{free}")[0] == 200
    assert ask("DELETE", f"{PROMPTS}?id={free}")[1]["actionName"] == "DELETE"
    assert ask("DELETE", f"{PROMPTS}?id={free}")[1]["code"] == "architect.prompt.not.found"


def test_a_name_with_many_stars_takes_no_longer_than_one(ask: Ask, prompt: str) -> None:
    ask("POST", PROMPTS, {"name": "a" * 1000})
    assert ask("GET", f"{PROMPTS}?name={'*a' * 30}*b")[1]["entities"] == []  # backtracking would not come back
