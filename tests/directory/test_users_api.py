from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
Person = Callable[..., dict[str, Any]]


@pytest.fixture
def ann(person: Person) -> str:
    return f"/api/v2/users/{person()['id']}"


def test_out_of_office_is_kept_as_said(ask: Ask, ann: str) -> None:
    assert ask("GET", f"{ann}/outofoffice")[1]["active"] is False
    body = {"active": True, "startDate": "2026-01-01T00:00:00", "endDate": "2026-01-02T01:00:00+01:00"}
    status, said = ask("PUT", f"{ann}/outofoffice", body)
    assert (status, said["active"], said["indefinite"]) == (200, True, False)
    assert (said["startDate"], said["endDate"]) == ("2026-01-01T00:00:00.000Z", "2026-01-02T00:00:00.000Z")
    assert ask("GET", f"{ann}/outofoffice")[1] == said
    assert ask("GET", f"{ann}?expand=outOfOffice")[1]["outOfOffice"] == said


@pytest.mark.parametrize(
    "body",
    [
        {"startDate": "2026-01-02T00:00:00Z", "endDate": "2026-01-01T00:00:00Z"},
        {"active": "yes"},
        {"startDate": "tomorrow"},
        {"startDate": "0001-01-01T00:00:00+14:00"},
        {"endDate": "9999-12-31T23:59:59-14:00"},
    ],
)
def test_a_wrong_absence_is_refused_and_changes_nothing(ask: Ask, ann: str, body: Any) -> None:
    before = ask("GET", f"{ann}/outofoffice")
    assert ask("PUT", f"{ann}/outofoffice", body)[0] == 400
    assert ask("GET", f"{ann}/outofoffice") == before


def test_profile_skills_are_replaced(ask: Ask, ann: str) -> None:
    assert ask("GET", f"{ann}/profileskills") == (200, [])
    assert ask("PUT", f"{ann}/profileskills", ["a", "b", "a"]) == (200, ["a", "b"])
    assert ask("PUT", f"{ann}/profileskills", [1])[0] == 400
    assert ask("PUT", f"{ann}/profileskills", [str(n) for n in range(1001)])[0] == 400
    assert ask("GET", f"{ann}/profileskills") == (200, ["a", "b"])


def test_a_user_sits_at_the_station_that_names_him(ask: Ask, office: Org, ann: str) -> None:
    assert ask("GET", f"{ann}/station") == (200, {})
    id_ = ann.rpartition("/")[2]
    office.entities.put("stations", "s", {"id": "s", "name": "Desk", "type": "inin_webrtc_softphone", "userId": id_})
    station = ask("GET", f"{ann}/station")[1]
    assert station["associatedStation"]["id"] == station["effectiveStation"]["id"] == "s"


@pytest.mark.parametrize("what", ["outofoffice", "profileskills", "station", "routinglanguages", "state"])
def test_nobody_has_nothing(ask: Ask, what: str) -> None:
    assert ask("GET", f"/api/v2/users/nobody/{what}")[0] == 404
