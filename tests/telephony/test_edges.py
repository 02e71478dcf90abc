from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.telephony.conftest import EDGES

from understudy.world.org import Org
from understudy.world.switches import ORGANIZATIONS

Ask = Callable[..., tuple[int, Any]]


def test_an_edge_belongs_to_a_site_and_keeps_it_in_use(ask: Ask, site: str) -> None:
    edge = ask("POST", EDGES, {"name": "E1", "site": {"id": site}})[1]
    assert (edge["statusCode"], edge["onlineStatus"], edge["site"]["name"]) == ("NEW", "OFFLINE", "HQ")
    assert ask("GET", f"{EDGES}?site.id={site}&showCloudMedia=false")[1]["total"] == 1
    assert ask("GET", f"{EDGES}?edgeGroup.id=g1")[1]["total"] == 0
    assert ask("DELETE", f"{EDGES}/sites/{site}")[1]["details"][0]["entityName"] == "E1"


def test_a_second_edge_of_a_name_is_refused(ask: Ask) -> None:
    ask("POST", EDGES, {"name": "E1"})
    status, refusal = ask("POST", EDGES, {"name": "e1"})
    assert (status, refusal["code"]) == (400, "duplicate.edge.name")
    assert ask("POST", EDGES, {"name": " "})[1]["code"] == "required.field.missing"


def test_media_regions_begin_with_the_orgs_own(ask: Ask, office: Org) -> None:
    organization = office.entities.of(ORGANIZATIONS)[office.id]
    organization.hidden["region"] = "mypurecloud.de"
    regions = ask("GET", "/api/v2/telephony/mediaregions")[1]
    assert regions["awsHomeRegion"] == regions["awsCoreRegions"][0] == "eu-central-1"
    assert len(regions["awsCoreRegions"]) == len(set(regions["awsCoreRegions"]))
    organization.hidden["region"] = ""
    assert ask("GET", "/api/v2/telephony/mediaregions")[1]["awsHomeRegion"] == "us-east-1"
