from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.telephony.conftest import CARRIER, EDGES

from understudy.clock import ManualClock, OrgClock
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.platform.behaviour import Platform
from understudy.telephony.trunk_bases import IDENTIFIER
from understudy.telephony.trunks import BASES
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
PATH = f"{EDGES}/trunkbasesettings"
BODY = {"name": "Trunk", "trunkMetabase": {"id": CARRIER}, "trunkType": "EXTERNAL"}


def identified(identifier: str, **more: Any) -> dict[str, Any]:
    return {**BODY, **more, "properties": {IDENTIFIER: {"value": {"instance": identifier}}}}


def test_the_template_can_be_filled_in_and_posted(ask: Ask) -> None:
    template = ask("GET", f"{PATH}/template?trunkMetabaseId={CARRIER}")[1]
    template["name"] = "Vendor"
    template["properties"]["trunk_label"]["value"]["instance"] = "Vendor"
    created = ask("POST", PATH, template)[1]
    assert (created["trunkType"], created["version"]) == ("EXTERNAL", 1)
    assert created["properties"] == template["properties"]
    assert ask("GET", f"{PATH}/template?trunkMetabaseId=nope")[0] == 404


def test_properties_that_are_not_given_have_their_defaults(ask: Ask, base: str) -> None:
    properties = ask("GET", f"{PATH}/{base}")[1]["properties"]
    assert properties["trunk_type"]["value"]["instance"] == "external.pcv.byoc.carrier"
    assert properties["trunk_media_dscpValue"] == {"type": "integer", "value": {"default": 46, "instance": 46}}


def test_a_property_that_is_not_known_is_kept(ask: Ask) -> None:
    body = {
        **BODY,
        "properties": {"trunk_own": {"value": {"instance": 7}}, "trunk_enabled": {"value": {"instance": 0}}},
    }
    properties = ask("POST", PATH, body)[1]["properties"]
    assert properties["trunk_own"] == {"value": {"instance": 7}}
    assert properties["trunk_enabled"]["value"] == {"default": True, "instance": 0}


def test_metabases_are_listed_by_the_type_of_their_trunks(ask: Ask) -> None:
    found = ask("GET", f"{PATH}/availablemetabases?type=PHONE")[1]["entities"]
    assert {one["type"] for one in found} == {"STATION_CDM_WEBRTC", "STATION_CDM"}
    assert CARRIER in [one["id"] for one in ask("GET", f"{PATH}/availablemetabases")[1]["entities"]]


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "name", "required.field.missing"),
        ({"name": "T"}, "trunkMetabase", "required.field.missing"),
        ({"name": "T", "trunkMetabase": {"id": CARRIER}}, "trunkType", "required.field.missing"),
        ({**BODY, "trunkMetabase": {"id": "x"}}, "trunkMetabase", "invalid.value"),
        ({**BODY, "trunkType": "PHONE"}, "trunkType", "invalid.value"),
        ({**BODY, "site": {"id": "x"}}, "site.id", "invalid.value"),
    ],
)
def test_a_bad_trunk_base_is_refused(ask: Ask, body: dict[str, Any], field: str, code: str) -> None:
    status, refusal = ask("POST", PATH, body)
    assert (status, refusal["code"], refusal["details"][0]["fieldName"]) == (400, code, field)


def test_a_put_names_the_current_version(ask: Ask, base: str) -> None:
    body = ask("GET", f"{PATH}/{base}")[1]
    assert ask("PUT", f"{PATH}/{base}", {**body, "version": 3})[1]["code"] == "general.conflict"
    assert ask("PUT", f"{PATH}/{base}", {**body, "name": "New"})[1]["version"] == 2


def test_an_identifier_is_unique_over_all_orgs(ask: Ask, platform: Platform, office: Org) -> None:
    assert ask("POST", PATH, identified("vendor"))[0] == 200
    status, refusal = ask("POST", PATH, identified("VENDOR", name="Other"))
    assert (status, refusal["code"], refusal["details"][0]["entityName"]) == (409, "general.conflict", "Trunk")
    clock = OrgClock(ManualClock())
    other = Org("other", "Other", clock=clock, ids=Ids(1, "other"), limits=load_limits(), commands={})
    other.entities.put(BASES, "t1", {"id": "t1", "name": "Secret", **identified("theirs")})
    platform.world.add(other)
    try:
        refusal = ask("POST", PATH, identified("theirs", name="Mine"))[1]
        assert (refusal["code"], refusal["details"][0]["entityName"]) == (
            "general.conflict",
            "a trunk of another organization",
        )
    finally:
        platform.world.remove("other")


def test_an_identifier_may_stay_what_it_is(ask: Ask) -> None:
    created = ask("POST", PATH, identified("vendor"))[1]
    assert ask("PUT", f"{PATH}/{created['id']}", created)[0] == 200


def test_listings_show_properties_where_they_are_asked_for(ask: Ask, base: str) -> None:
    assert "properties" not in ask("GET", PATH)[1]["entities"][0]
    assert "properties" in ask("GET", f"{PATH}?expand=properties&ignoreHidden=true")[1]["entities"][0]
    assert ask("GET", f"{PATH}?recordingEnabled=true")[1]["total"] == 0
    assert ask("GET", f"{PATH}?recordingEnabled=false")[1]["total"] == 1


def test_the_bases_of_a_site_are_those_that_name_it_or_that_its_routes_use(ask: Ask, site: str, base: str) -> None:
    inbound = ask("POST", PATH, {**BODY, "name": "In", "inboundSite": {"id": site}})[1]["id"]
    assert [one["id"] for one in ask("GET", f"{PATH}/site/{site}")[1]["entities"]] == [inbound]
    route = {"name": "Out", "classificationTypes": ["National"], "externalTrunkBases": [{"id": base}]}
    ask("POST", f"{EDGES}/sites/{site}/outboundroutes", route)
    assert [one["id"] for one in ask("GET", f"{PATH}/site/{site}")[1]["entities"]] == [base, inbound]
    assert ask("GET", f"{PATH}/site/nope")[0] == 404
