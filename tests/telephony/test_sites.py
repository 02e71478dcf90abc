from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.telephony.conftest import EDGES

Ask = Callable[..., tuple[int, Any]]
SITES = f"{EDGES}/sites"
LOCATION = {"id": "l1", "name": "Berlin"}


def test_a_new_site_has_number_plans_and_a_route(ask: Ask, site: str) -> None:
    plans = ask("GET", f"{SITES}/{site}/numberplans")[1]
    assert [plan["name"] for plan in plans] == ["Emergency", "Extension", "National", "International", "Network"]
    assert [plan["priority"] for plan in plans] == [1, 2, 3, 4, 5]
    routes = ask("GET", f"{SITES}/{site}/outboundroutes")[1]["entities"]
    assert [route["name"] for route in routes] == ["Default Outbound Route"]
    assert ask("GET", routes[0]["selfUri"])[1] == routes[0]
    body = ask("GET", f"{SITES}/{site}")[1]
    assert (body["mediaModel"], body["state"], body["version"], body["location"]) == ("Cloud", "active", 1, LOCATION)


def test_a_put_names_the_current_version(ask: Ask, site: str) -> None:
    body = {"name": "HQ", "location": LOCATION, "callerId": "+13175550100"}
    status, refusal = ask("PUT", f"{SITES}/{site}", body)
    assert (status, refusal["code"]) == (409, "general.conflict")
    assert "does not match the current version" in refusal["message"]
    changed = ask("PUT", f"{SITES}/{site}", {**body, "version": 1})[1]
    assert (changed["version"], changed["callerId"]) == (2, "+13175550100")
    assert ask("PUT", f"{SITES}/{site}", {**body, "version": 1})[0] == 409
    assert len(ask("GET", f"{SITES}/{site}/numberplans")[1]) == 5


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"name": " ", "location": LOCATION}, "required.field.missing", "name"),
        ({"name": "A"}, "required.field.missing", "location.id"),
        ({"name": "A", "location": LOCATION, "mediaRegions": ["moon-1"]}, "invalid.value", "mediaRegions"),
        ({"name": "A", "location": LOCATION, "primarySites": [{"id": "x"}]}, "invalid.value", "primarySites.id"),
    ],
)
def test_a_bad_site_is_refused(ask: Ask, body: dict[str, Any], code: str, field: str) -> None:
    status, refusal = ask("POST", SITES, body)
    assert (status, refusal["code"], refusal["details"][0]["fieldName"]) == (400, code, field)


def test_names_are_unique(ask: Ask, site: str) -> None:
    assert ask("POST", SITES, {"name": "hq", "location": LOCATION})[1]["code"] == "general.conflict"


def test_a_site_that_others_name_is_not_deleted(ask: Ask, site: str) -> None:
    branch = ask("POST", SITES, {"name": "Branch", "location": LOCATION, "primarySites": [{"id": site}]})[1]
    assert branch["primarySites"] == [{"id": site, "name": "HQ", "selfUri": f"{SITES}/{site}"}]
    status, refusal = ask("DELETE", f"{SITES}/{site}")
    assert (status, refusal["code"], refusal["details"][0]["entityName"]) == (409, "general.conflict", "Branch")
    assert ask("DELETE", f"{SITES}/{branch['id']}")[0] < 300
    assert ask("DELETE", f"{SITES}/{site}")[0] < 300
    assert ask("GET", f"{SITES}/{site}/numberplans")[0] == 404


def test_a_site_with_a_trunk_is_not_deleted(ask: Ask, site: str, base: str) -> None:
    path = f"{EDGES}/trunkbasesettings/{base}"
    ask("PUT", path, {**ask("GET", path)[1], "inboundSite": {"id": site}})
    refusal = ask("DELETE", f"{SITES}/{site}")[1]
    assert (refusal["code"], refusal["details"][0]["entityName"]) == ("general.conflict", "Carrier")


def test_edges_are_shown_where_they_are_asked_for(ask: Ask, site: str) -> None:
    ask("POST", EDGES, {"name": "Edge 1", "site": {"id": site}})
    assert "edges" not in ask("GET", SITES)[1]["entities"][0]
    assert [edge["name"] for edge in ask("GET", f"{SITES}?expand=edges")[1]["entities"][0]["edges"]] == ["Edge 1"]
    assert ask("GET", f"{SITES}?location.id=l2")[1]["total"] == 0
