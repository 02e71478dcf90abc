from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.platform.behaviour import Platform
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
Make = Callable[..., str]
PATH = "/webdeployments/deployments"


def flow(ask: Ask, type_: str = "INBOUNDSHORTMESSAGE") -> str:
    return str(ask("POST", "/flows", {"name": f"{type_} flow", "type": type_})[1]["id"])


def test_a_deployment_spells_out_what_it_refers_to_and_is_active(ask: Ask, deployment: Make) -> None:
    flow_id = flow(ask)
    body = ask("GET", f"{PATH}/{deployment(flow={'id': flow_id})}")[1]
    assert (body["status"], body["flow"]["name"], body["configuration"]["version"]) == (
        "Active",
        "INBOUNDSHORTMESSAGE flow",
        "1",
    )
    assert body["configuration"]["name"] == "Messenger"


def test_a_deployments_id_names_its_org_until_it_is_deleted(
    ask: Ask, platform: Platform, office: Org, deployment: Make
) -> None:
    id_ = deployment()
    assert platform.world.integrations[id_] is office
    ask("DELETE", f"{PATH}/{id_}")
    assert id_ not in platform.world.integrations


@pytest.mark.parametrize(
    "fields",
    [
        {"allowAllDomains": True, "allowedDomains": ["shop.example"]},
        {"allowAllDomains": False, "allowedDomains": ["not a domain"]},
        {"configuration": {"id": "none", "version": "1"}},
        {"flow": {"id": "none"}},
        {"configuration": None},
    ],
)
def test_what_does_not_fit_is_refused(ask: Ask, configuration: Make, fields: dict[str, Any]) -> None:
    body = {"name": "Site", "allowAllDomains": True, "configuration": {"id": configuration(), "version": "1"}}
    assert ask("POST", PATH, {**body, **fields})[0] == 400


@pytest.mark.parametrize("version", ["2", "DRAFT", ""])
def test_only_a_published_version_is_deployed(ask: Ask, configuration: Make, version: str) -> None:
    shown = {"id": configuration(), "version": version}
    assert ask("POST", PATH, {"name": "Site", "allowAllDomains": True, "configuration": shown})[0] == 400


def test_only_an_inbound_message_flow_answers(ask: Ask, configuration: Make) -> None:
    body = {"name": "Site", "configuration": {"id": configuration(), "version": "1"}}
    assert ask("POST", PATH, {**body, "flow": {"id": flow(ask, "INBOUNDCALL")}})[0] == 400


def test_domains_may_have_ports_and_wildcards(ask: Ask, deployment: Make) -> None:
    domains = ["shop.example", "*.shop.example", "localhost:8080"]
    body = ask("GET", f"{PATH}/{deployment(allowAllDomains=False, allowedDomains=domains)}")[1]
    assert body["allowedDomains"] == domains


def test_a_flow_that_is_deployed_is_not_deleted(ask: Ask, deployment: Make) -> None:
    id_ = flow(ask)
    deployment(flow={"id": id_})
    assert ask("DELETE", f"/flows/{id_}")[0] == 409


def test_put_moves_the_deployment_to_another_version(ask: Ask, deployment: Make) -> None:
    id_ = deployment()
    body = ask("GET", f"{PATH}/{id_}")[1]
    configuration = body["configuration"]["id"]
    draft = ask("GET", f"/webdeployments/configurations/{configuration}/versions/draft")[1]
    ask("PUT", f"/webdeployments/configurations/{configuration}/versions/draft", {**draft, "description": "new"})
    ask("POST", f"/webdeployments/configurations/{configuration}/versions/draft/publish")
    assert "description" not in ask("GET", f"{PATH}/{id_}/configurations")[1]["configurationVersion"]
    status, _ = ask("PUT", f"{PATH}/{id_}", {**body, "configuration": {"id": configuration, "version": "2"}})
    shown = ask("GET", f"{PATH}/{id_}/configurations")[1]
    assert (status, shown["configurationVersion"]["description"]) == (200, "new")
    assert shown["deployment"] == ask("GET", f"{PATH}/{id_}")[1]


def test_the_listing_expands_the_configuration(ask: Ask, deployment: Make) -> None:
    deployment({"description": "of the shop"})
    plain = ask("GET", PATH)[1]["entities"][0]["configuration"]
    expanded = ask("GET", f"{PATH}?expand=Configuration")[1]["entities"][0]["configuration"]
    assert ("description" in plain, expanded["description"]) == (False, "of the shop")


@pytest.mark.parametrize("path", ["none", "none/configurations", "none/identityresolution"])
def test_an_unknown_deployment_is_not_found(ask: Ask, path: str) -> None:
    assert ask("GET", f"{PATH}/{path}")[0] == 404
