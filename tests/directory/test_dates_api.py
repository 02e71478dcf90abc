from __future__ import annotations

from collections.abc import Callable
from typing import Any

from understudy.clock import iso
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]


def test_the_date_is_the_orgs(ask: Ask, office: Org) -> None:
    assert ask("GET", "/api/v2/date") == (200, {"currentDate": iso(office.now())})


def test_time_zones_are_listed_with_their_offset(ask: Ask) -> None:
    first = ask("GET", "/api/v2/timezones")[1]
    assert (len(first["entities"]), first["entities"][0]["id"]) == (25, "Africa/Abidjan")
    rest = [ask("GET", f"/api/v2/timezones?pageSize=200&pageNumber={n}")[1]["entities"] for n in (1, 2, 3)]
    zones = {zone["id"]: zone for page in rest for zone in page}
    assert len(zones) == first["total"]
    assert (zones["Asia/Tokyo"]["offset"], zones["America/Bogota"]["offset"], zones["UTC"]["offset"]) == (540, -300, 0)
