from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.telephony.conftest import EDGES

Ask = Callable[..., tuple[int, Any]]


@pytest.fixture
def path(site: str) -> str:
    return f"{EDGES}/sites/{site}/outboundroutes"


def test_a_route_leads_through_trunks_and_keeps_them_in_use(ask: Ask, path: str, site: str, base: str) -> None:
    body = {"name": "Out", "classificationTypes": ["National"], "externalTrunkBases": [{"id": base}]}
    route = ask("POST", path, body)[1]
    assert (route["enabled"], route["distribution"], route["version"]) == (True, "SEQUENTIAL", 1)
    assert route["externalTrunkBases"][0]["name"] == "Carrier"
    status, refusal = ask("DELETE", f"{EDGES}/trunkbasesettings/{base}")
    assert (status, refusal["code"], refusal["details"][0]["entityName"]) == (409, "general.conflict", "Out")
    assert ask("PUT", route["selfUri"], body)[0] == 409
    changed = ask("PUT", route["selfUri"], {**body, "version": 1, "distribution": "RANDOM"})[1]
    assert (changed["version"], changed["distribution"], changed["selfUri"]) == (2, "RANDOM", route["selfUri"])
    assert ask("DELETE", route["selfUri"])[0] < 300
    assert ask("DELETE", f"{EDGES}/trunkbasesettings/{base}")[0] < 300


def test_the_routes_of_all_sites_are_listed_with_their_site(ask: Ask, path: str, site: str, base: str) -> None:
    other = ask("POST", f"{EDGES}/sites", {"name": "Branch", "location": {"id": "l2"}})[1]["id"]
    ask("POST", path, {"name": "Out", "classificationTypes": ["National"], "externalTrunkBases": [{"id": base}]})

    def sites(query: str) -> list[tuple[str, str]]:
        found = ask("GET", f"{EDGES}/outboundroutes?{query}")[1]["entities"]
        return [(one["name"], one["site"]["id"]) for one in found]

    assert sites(f"site.id={other}") == [("Default Outbound Route", other)]
    assert sites(f"externalTrunkBases.ids={base},x") == [("Out", site)]
    assert len(sites("")) == 3


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "required.field.missing"),
        ({"name": "Out", "classificationTypes": []}, "required.field.missing"),
        ({"name": " ", "classificationTypes": ["National"]}, "required.field.missing"),
        ({"name": "Default outbound route", "classificationTypes": ["National"]}, "general.conflict"),
        ({"name": "Out", "classificationTypes": ["N"], "externalTrunkBases": [{"id": "x"}]}, "invalid.value"),
    ],
)
def test_a_bad_route_is_refused(ask: Ask, path: str, body: dict[str, Any], code: str) -> None:
    assert ask("POST", path, body)[1]["code"] == code


def test_a_phone_trunk_takes_no_calls_out(ask: Ask, path: str) -> None:
    phone = {"name": "P", "trunkMetabase": {"id": "phone_connections_webrtc.json"}, "trunkType": "PHONE"}
    base = ask("POST", f"{EDGES}/trunkbasesettings", phone)[1]["id"]
    body = {"name": "Out", "classificationTypes": ["N"], "externalTrunkBases": [{"id": base}]}
    assert ask("POST", path, body)[1]["details"][0]["fieldName"] == "externalTrunkBases"
