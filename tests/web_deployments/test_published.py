from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson
import pytest

from understudy.ids import Ids
from understudy.platform.behaviour import Platform
from understudy.platform.request import ApiRequest, Outcome
from understudy.web_deployments.configurations import DEPLOYMENTS
from understudy.web_deployments.published import Published
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
Make = Callable[..., str]
Get = Callable[..., Outcome]
GERMAN = {
    "languages": ["en-us", "de-de"],
    "defaultLanguage": "en-us",
    "customI18nLabels": [
        {"language": "de-de", "localizedLabels": [{"key": "MessengerHomeHeaderTitle", "value": "Hallo"}]}
    ],
}


@pytest.fixture
def get(platform: Platform) -> Get:
    published = Published(platform.world, Ids(1, "p"))

    def ask(path: str, method: str = "GET", headers: Mapping[str, str] | None = None, origin: str = "") -> Outcome:
        request = ApiRequest(method, path, headers or {}, b"", origin or "http://127.0.0.1:1")
        return published.answer(request)

    return ask


def body(outcome: Outcome) -> Any:
    return orjson.loads(outcome.answer.payload())


def config(id_: str) -> str:
    return f"/webdeployments/v1/deployments/{id_}/config.json"


def test_config_tells_languages_labels_and_where_to_go(get: Get, deployment: Make, office: Org) -> None:
    id_ = deployment(GERMAN)
    outcome = get(config(id_))
    told = body(outcome)
    assert (outcome.answer.status, outcome.org) == (200, office)
    assert (told["id"], told["languages"], told["defaultLanguage"]) == (id_, ["en-us", "de-de"], "en-us")
    assert told["customI18nLabels"][0]["localizedLabels"][0]["value"] == "Hallo"
    assert told["apiEndpoint"] == "http://127.0.0.1:1"
    assert told["messenger"]["apps"]["conversations"]["messagingEndpoint"] == "ws://127.0.0.1:1"


def test_under_the_platforms_own_names_the_addresses_are_its_hosts(get: Get, deployment: Make) -> None:
    told = body(get(config(deployment()), origin="https://api-cdn.mypurecloud.de"))
    assert told["apiEndpoint"] == "https://api.mypurecloud.de"
    endpoint = told["messenger"]["apps"]["conversations"]["messagingEndpoint"]
    assert endpoint == "wss://webmessaging.mypurecloud.de"


def test_behind_a_gateway_the_addresses_are_its_folders(platform: Platform, deployment: Make) -> None:
    request = ApiRequest("GET", config(deployment()), {}, b"", "https://gateway.example")
    folders = {"api": "/api", "webmessaging": "/guests", "login": "/login"}
    told = body(Published(platform.world, Ids(1, "p")).answer(request, folders))
    assert told["apiEndpoint"] == "https://gateway.example/api"
    assert told["messenger"]["apps"]["conversations"]["messagingEndpoint"] == "wss://gateway.example/guests"


def test_a_saved_change_is_there_with_the_next_load(get: Get, ask: Ask, configuration: Make) -> None:
    id_ = configuration(languages=["en-us"], defaultLanguage="en-us")
    shown = {"name": "Site", "allowAllDomains": True, "configuration": {"id": id_, "version": "1"}}
    deployment = ask("POST", "/webdeployments/deployments", shown)[1]["id"]
    first = get(config(deployment)).answer
    assert first.headers["Cache-Control"] == "no-cache"
    path = f"/webdeployments/configurations/{id_}/versions/draft"
    assert (
        ask("PUT", path, {"name": "Messenger", "languages": ["en-us", "de-de"], "defaultLanguage": "de-de"})[0] == 200
    )
    known = {"If-None-Match": first.headers["ETag"]}
    assert get(config(deployment), headers=known).answer.status == 304  # a draft is not published
    assert ask("POST", f"{path}/publish")[1]["version"] == "2"
    shown["configuration"] = {"id": id_, "version": "2"}
    assert ask("PUT", f"/webdeployments/deployments/{deployment}", shown)[0] == 200
    outcome = get(config(deployment), headers=known)
    assert (outcome.answer.status, body(outcome)["version"], body(outcome)["defaultLanguage"]) == (200, "2", "de-de")


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_who_has_the_file_as_it_is_gets_no_body(get: Get, deployment: Make, form: str) -> None:
    path = config(deployment())
    tag = get(path).answer.headers["ETag"]
    again = get(path, headers={"If-None-Match": form.format(tag)}).answer
    assert (again.status, again.payload(), again.headers["ETag"]) == (304, b"", tag)


def test_domains_tells_who_is_let_in(get: Get, deployment: Make) -> None:
    id_ = deployment(allowAllDomains=False, allowedDomains=["shop.example", "*.shop.example"])
    told = body(get(f"/webdeployments/v1/deployments/{id_}/domains.json"))
    assert told == {"id": id_, "allowAllDomains": False, "allowedDomains": ["shop.example", "*.shop.example"]}


def test_a_deployment_that_is_not_active_says_so(get: Get, deployment: Make, office: Org) -> None:
    id_ = deployment()
    office.entities.put(DEPLOYMENTS, id_, {**office.entities.of(DEPLOYMENTS)[id_].body, "status": "Inactive"})
    assert body(get(config(id_)))["status"] == "Inactive"


@pytest.mark.parametrize(
    "path",
    [
        config("none"),
        config(""),
        config("%00"),
        "/webdeployments/v1/deployments/",
        "/webdeployments/v2",
        "/webdeployments/v1/deployments/{}/other.json",
        "/webdeployments/v1/deployments/{}/config.json/more",
    ],
)
def test_what_is_not_there_is_404(get: Get, deployment: Make, path: str) -> None:
    outcome = get(path.format(deployment()))
    assert (outcome.answer.status, body(outcome)["code"]) == (404, "not.found")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_the_files_are_read_only(get: Get, deployment: Make, method: str) -> None:
    outcome = get(config(deployment()), method)
    assert (outcome.answer.status, outcome.answer.headers["Allow"]) == (405, "GET, HEAD")


def test_an_integration_of_another_kind_has_no_files(get: Get, platform: Platform, office: Org) -> None:
    platform.world.integrations["open-1"] = office
    assert get(config("open-1")).answer.status == 404
