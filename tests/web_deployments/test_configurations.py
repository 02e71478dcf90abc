from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Ask = Callable[..., tuple[int, Any]]
Make = Callable[..., str]
PATH = "/webdeployments/configurations"
MESSENGER = {"enabled": True, "launcherButton": {"visibility": "On"}}


def names(ask: Ask, path: str) -> list[str]:
    return [one["version"] for one in ask("GET", path)[1]["entities"]]


def test_a_new_configuration_is_an_active_draft(ask: Ask) -> None:
    status, body = ask("POST", PATH, {"name": "Messenger", "messenger": MESSENGER, "status": "Error"})
    assert (status, body["version"], body["status"], body["messenger"]) == (201, "DRAFT", "Active", MESSENGER)
    draft = ask("GET", f"{PATH}/{body['id']}/versions/draft")[1]
    assert draft == body == ask("GET", f"{PATH}/{body['id']}/versions/DRAFT")[1]
    assert names(ask, f"{PATH}/{body['id']}/versions") == ["DRAFT"]


def test_publishing_makes_versions_one_two_three_of_the_draft(ask: Ask, configuration: Make) -> None:
    id_ = configuration("First")
    draft = ask("GET", f"{PATH}/{id_}/versions/draft")[1]
    saved = ask("PUT", f"{PATH}/{id_}/versions/draft", {**draft, "name": "Second", "status": "Error"})[1]
    assert (saved["name"], saved["status"], saved["version"], saved["id"]) == ("Second", "Active", "DRAFT", id_)
    published = ask("POST", f"{PATH}/{id_}/versions/draft/publish")[1]
    assert (published["version"], published["name"], "datePublished" in published) == ("2", "Second", True)
    assert ask("GET", f"{PATH}/{id_}/versions/1")[1]["name"] == "First"
    assert ask("GET", f"{PATH}/{id_}/versions/2")[1] == published
    assert names(ask, f"{PATH}/{id_}/versions") == ["1", "2", "DRAFT"]


def test_the_listing_shows_the_newest_published_version_or_the_draft(ask: Ask, configuration: Make) -> None:
    published = configuration()
    draft = ask("POST", PATH, {"name": "Draft"})[1]["id"]
    listed = ask("GET", PATH)[1]["entities"]
    assert [(one["id"], one["version"]) for one in listed] == [(published, "1"), (draft, "DRAFT")]
    assert [one["id"] for one in ask("GET", f"{PATH}?showOnlyPublished=true")[1]["entities"]] == [published]
    page = ask("GET", f"{PATH}?pageSize=1")[1]
    assert [one["id"] for one in ask("GET", page["nextUri"].removeprefix("/api/v2"))[1]["entities"]] == [draft]


def test_who_made_and_published_it_stands_in_it(ask: Ask) -> None:
    user = ask("POST", "/users", {"name": "Ann", "email": "ann@x.example", "divisionId": ""})[1]["id"]
    role = ask("GET", "/authorization/roles")[1]["entities"][0]["id"]
    ask("PUT", f"/users/{user}/roles", [role])
    id_ = ask("POST", PATH, {"name": "Hers"}, user=user)[1]["id"]
    published = ask("POST", f"{PATH}/{id_}/versions/draft/publish", user=user)[1]
    assert {published[key]["id"] for key in ("createdUser", "lastModifiedUser", "publishedUser")} == {user}


@pytest.mark.parametrize(
    "fields",
    [
        {"languages": ["en-us"], "defaultLanguage": "de-de"},
        {"languages": ["en-us"], "customI18nLabels": [{"language": "de-de", "localizedLabels": []}]},
    ],
)
def test_default_language_and_labels_are_of_the_supported_languages(ask: Ask, fields: dict[str, Any]) -> None:
    assert ask("POST", PATH, {"name": "x", **fields})[0] == 400
    id_ = ask("POST", PATH, {"name": "x"})[1]["id"]
    assert ask("PUT", f"{PATH}/{id_}/versions/draft", {"name": "x", **fields})[0] == 400
    assert ask("POST", PATH, {"name": "y", **fields, "languages": ["en-us", "de-de"]})[0] == 201


def test_a_configuration_that_is_deployed_is_not_deleted(ask: Ask, deployment: Make) -> None:
    used = ask("GET", f"/webdeployments/deployments/{deployment()}")[1]
    id_ = used["configuration"]["id"]
    assert ask("DELETE", f"{PATH}/{id_}")[0] == 409
    assert ask("DELETE", f"/webdeployments/deployments/{used['id']}")[0] == 204
    assert ask("DELETE", f"{PATH}/{id_}")[0] == 204
    assert ask("GET", f"{PATH}/{id_}/versions/1")[0] == 404


def test_old_versions_that_no_deployment_shows_are_forgotten(
    ask: Ask, office: Any, configuration: Make, deployment: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = ask("GET", f"/webdeployments/deployments/{deployment()}")[1]["configuration"]["id"]
    monkeypatch.setattr(type(office.limits), "value", lambda *_: 2)
    for _ in range(3):
        ask("POST", f"{PATH}/{id_}/versions/draft/publish")
    assert names(ask, f"{PATH}/{id_}/versions?pageSize=2") == ["1", "4"]  # 1 is deployed


@pytest.mark.parametrize(
    "path", ["none/versions", "none/versions/draft", "none/versions/1", "none/versions/draft/publish"]
)
def test_an_unknown_configuration_is_not_found(ask: Ask, path: str) -> None:
    method = "POST" if path.endswith("publish") else "GET"
    assert ask(method, f"{PATH}/{path}")[0] == 404


def test_an_unknown_version_is_not_found(ask: Ask, configuration: Make) -> None:
    assert ask("GET", f"{PATH}/{configuration()}/versions/2")[0] == 404
