from __future__ import annotations

from collections.abc import Callable
from typing import Any

Ask = Callable[..., tuple[int, Any]]
IVRS, GROUPS = "/api/v2/architect/ivrs", "/api/v2/architect/emergencygroups"


def test_a_number_leads_to_one_ivr(ask: Ask) -> None:
    ivr = ask("POST", IVRS, {"name": "Front", "dnis": ["+13175550100", "+13175550101"]})[1]
    status, refusal = ask("POST", IVRS, {"name": "Back", "dnis": ["+13175550101"]})
    assert (status, refusal["code"], refusal["details"][0]["entityName"]) == (409, "general.conflict", "Front")
    body = {"name": "Front", "dnis": ["+13175550101"], "version": 1}
    assert ask("PUT", ivr["selfUri"], body)[1]["version"] == 2
    assert ask("PUT", ivr["selfUri"], body)[1]["code"] == "general.conflict"
    assert ask("GET", f"{IVRS}?dnis=%2B13175550101")[1]["total"] == 1
    assert ask("GET", f"{IVRS}?dnis=%2B13175550100&expand=identityresolution")[1]["total"] == 0


def test_an_ivr_leads_to_flows_and_hours_that_exist_and_keeps_them(ask: Ask, published: str) -> None:
    group = ask("POST", "/api/v2/architect/schedulegroups", {"name": "Hours"})[1]
    body = {"name": "Front", "openHoursFlow": {"id": published}, "scheduleGroup": {"id": group["id"]}}
    ivr = ask("POST", IVRS, body)[1]
    assert ivr["openHoursFlow"]["name"] == "Front door"
    assert ask("DELETE", group["selfUri"])[1]["code"] == "general.conflict"
    refusal = ask("DELETE", f"/api/v2/flows/{published}")[1]
    assert refusal["code"] == "architect.flow.cannot.delete.used.in.ivr.configs"
    assert ask("POST", IVRS, {"name": "B", "closedHoursFlow": {"id": "nope"}})[1]["code"] == "invalid.value"
    assert ask("GET", f"{IVRS}?scheduleGroup={group['id']}")[1]["total"] == 1
    assert ask("GET", f"{IVRS}/divisionviews")[1]["entities"][0].keys() == {"id", "name", "division", "selfUri"}


def test_identity_resolution_is_there_before_it_is_set(ask: Ask) -> None:
    ivr = ask("POST", IVRS, {"name": "Front"})[1]
    path = f"{ivr['selfUri']}/identityresolution"
    first = ask("GET", path)[1]
    assert first == {"resolveIdentities": False, "selfUri": path, "division": ivr["division"]}
    assert ask("PUT", path, {"resolveIdentities": True})[1] == {**first, "resolveIdentities": True}
    assert ask("GET", path)[1]["resolveIdentities"] is True
    ask("DELETE", ivr["selfUri"])
    assert ask("GET", path)[0] == 404


def test_an_emergency_group_names_flows_and_ivrs_at_any_depth(ask: Ask, published: str) -> None:
    ivr = ask("POST", IVRS, {"name": "Front"})[1]
    calls = [{"emergencyFlow": {"id": published}, "ivrs": [{"id": ivr["id"]}]}, {"ivrs": []}]
    group = ask("POST", GROUPS, {"name": "Fire", "enabled": True, "emergencyCallFlows": calls})[1]
    assert group["emergencyCallFlows"][0]["emergencyFlow"]["name"] == "Front door"
    assert group["emergencyCallFlows"][0]["ivrs"][0]["name"] == "Front"
    assert ask("DELETE", ivr["selfUri"])[1]["details"][0]["entityName"] == "Fire"
    code = ask("DELETE", f"/api/v2/flows/{published}")[1]["code"]
    assert code == "architect.flow.cannot.delete.used.in.emergency.groups"
    bad = [{"ivrs": [{"id": "nope"}]}]
    refusal = ask("POST", GROUPS, {"name": "Flood", "emergencyCallFlows": bad})[1]
    assert refusal["details"][0]["fieldName"] == "emergencyCallFlows.ivrs.id"
    assert ask("PUT", group["selfUri"], {"name": "Fire", "version": 1})[1]["version"] == 2
    assert ask("DELETE", ivr["selfUri"])[0] < 300
