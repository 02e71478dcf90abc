from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.telephony.stations import STATIONS, provision
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
PATH = "/api/v2/stations"


@pytest.fixture
def station(office: Org) -> str:
    user = office.entities.put("users", "u1", {"id": "u1", "name": "Uma"})
    return provision(office, user).id


def test_a_user_sits_at_their_station_until_it_is_freed(ask: Ask, station: str) -> None:
    body = ask("GET", f"{PATH}/{station}")[1]
    assert (body["name"], body["status"], body["userId"]) == ("Uma WebRTC", "ASSOCIATED", "u1")
    assert ask("DELETE", f"{PATH}/{station}/associateduser")[0] < 300
    body = ask("GET", f"{PATH}/{station}")[1]
    assert (body["status"], body["webRtcUserId"]) == ("AVAILABLE", "u1")
    assert "userId" not in body
    assert ask("DELETE", f"{PATH}/{station}/associateduser")[0] < 300


def test_a_user_has_one_station(office: Org, station: str) -> None:
    assert provision(office, office.entities.of("users")["u1"]).id == station
    assert len(office.entities.of(STATIONS)) == 1


def test_stations_are_listed_by_their_user_and_line(ask: Ask, station: str) -> None:
    line = ask("GET", f"{PATH}/{station}")[1]["lineAppearanceId"]
    for query, total in (
        ("webRtcUserId=u1", 1),
        ("webRtcUserId=u2", 0),
        (f"lineAppearanceId={line}", 1),
        ("userSelectable=true", 0),
        ("userSelectable=false", 1),
        ("name=uma*", 1),
    ):
        assert ask("GET", f"{PATH}?{query}")[1]["total"] == total, query


def test_an_unknown_station_is_not_found(ask: Ask) -> None:
    assert ask("GET", f"{PATH}/nope")[0] == ask("DELETE", f"{PATH}/nope/associateduser")[0] == 404
