from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.telephony.conftest import EDGES

from understudy.telephony.trunks import ASKED_MAX, BASES, CALLS, CONNECTED, TRUNKS
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
PATH = f"{EDGES}/trunks"
PHONE = {"name": "Phones", "trunkMetabase": {"id": "phone_connections_webrtc.json"}, "trunkType": "PHONE"}


def trunks(ask: Ask, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask("GET", f"{PATH}?{query}")[1]["entities"]
    return found


def test_an_external_trunk_comes_and_goes_with_its_base(ask: Ask, base: str) -> None:
    (trunk,) = trunks(ask)
    assert (trunk["name"], trunk["trunkBase"]["id"], trunk["inService"]) == ("Carrier", base, True)
    assert ask("GET", trunk["selfUri"])[1] == trunk
    path = f"{EDGES}/trunkbasesettings/{base}"
    body = ask("GET", path)[1]
    body["name"], body["properties"]["trunk_enabled"]["value"]["instance"] = "Vendor", False
    ask("PUT", path, body)
    changed = trunks(ask)[0]
    assert (changed["id"], changed["name"], changed["inService"]) == (trunk["id"], "Vendor", False)
    ask("DELETE", path)
    assert trunks(ask) == []
    assert ask("GET", trunk["selfUri"])[0] == 404


def test_a_phone_trunk_is_there_once_for_each_edge_of_its_site(ask: Ask, site: str) -> None:
    base = ask("POST", f"{EDGES}/trunkbasesettings", {**PHONE, "site": {"id": site}})[1]["id"]
    assert trunks(ask) == []
    edges = [ask("POST", EDGES, {"name": name, "site": {"id": site}})[1]["id"] for name in ("E1", "E2")]
    assert [trunk["edge"]["id"] for trunk in trunks(ask, f"trunkBase.id={base}&trunkType=PHONE")] == edges
    assert [trunk["edge"]["name"] for trunk in trunks(ask, f"edge.id={edges[1]}")] == ["E2"]


def test_figures_and_connection_are_what_the_sip_side_tells(ask: Ask, office: Org, base: str) -> None:
    id_ = trunks(ask)[0]["id"]
    quiet = ask("GET", f"{PATH}/{id_}/metrics")[1]
    assert quiet["calls"] == {"inboundCallCount": 0, "outboundCallCount": 0}
    office.live[CALLS] = {id_: (2, 1)}
    office.live[CONNECTED] = {id_: (True, office.now())}
    (metrics,) = ask("GET", f"{PATH}/metrics?trunkIds={id_},nope")[1]
    assert metrics["calls"] == {"inboundCallCount": 2, "outboundCallCount": 1}
    assert metrics["trunk"]["id"] == id_
    assert ask("GET", f"{PATH}/{id_}")[1]["connectedStatus"]["connected"] is True
    ask("DELETE", f"{EDGES}/trunkbasesettings/{base}")
    assert (office.live[CALLS], office.live[CONNECTED]) == ({}, {})


def test_figures_of_too_many_or_unknown_trunks_are_refused(ask: Ask) -> None:
    ids = ",".join(str(number) for number in range(ASKED_MAX + 1))
    assert ask("GET", f"{PATH}/metrics?trunkIds={ids}")[0] == 400
    assert ask("GET", f"{PATH}/nope/metrics")[0] == 404


def test_the_trunks_of_an_org_file_are_there_when_somebody_looks(ask: Ask, office: Org) -> None:
    office.entities.put(BASES, "b1", {"id": "b1", "name": "From file", "trunkType": "EXTERNAL"})
    (trunk,) = trunks(ask)
    assert (trunk["name"], trunk["inService"]) == ("From file", True)
    assert [one["id"] for one in trunks(ask)] == [trunk["id"]]
    office.entities.put(TRUNKS, "twin", {**trunk, "id": "twin"})
    assert len(trunks(ask)) == 1
