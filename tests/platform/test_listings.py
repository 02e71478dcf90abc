from __future__ import annotations

from collections.abc import Callable
from typing import Any

from understudy.platform.grants import home_division, set_pairs
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]


def _users(office: Org, count: int) -> None:
    for number in range(count):
        id_ = f"u{number}"
        office.entities.put("users", id_, {"id": id_, "name": f"User {number}"})


def test_pages_follow_each_other_until_next_uri_is_missing(ask: Ask, office: Org) -> None:
    _users(office, 5)
    for number in range(5):
        set_pairs(office, f"u{number}", {("r", home_division(office))})
    office.entities.put("authorization.roles", "r", {"id": "r", "name": "R"})
    target, seen = "/api/v2/authorization/roles/r/subjectgrants?pageSize=2", []
    while target:
        listing = ask("GET", target)[1]
        seen += [one["id"] for one in listing["entities"]]
        target = listing.get("nextUri", "")
    assert seen == ["u0", "u1", "u2", "u3", "u4"]
    assert (listing["total"], listing["pageCount"], listing["pageNumber"]) == (5, 3, 3)


def test_a_listing_has_only_the_fields_of_its_model(ask: Ask, office: Org) -> None:
    office.entities.put("authorization.roles", "r", {"id": "r", "name": "R"})
    listing = ask("GET", "/api/v2/authorization/roles/r/users")[1]
    assert set(listing) == {"entities", "pageSize", "pageNumber", "total", "pageCount"}


def test_a_page_size_out_of_bounds_is_refused(ask: Ask) -> None:
    assert ask("GET", "/api/v2/presencedefinitions?pageSize=0")[0] == 400
    assert ask("GET", "/api/v2/presencedefinitions?pageSize=100000")[0] == 400


def test_what_is_not_there_is_404_and_named(ask: Ask) -> None:
    status, body = ask("GET", "/api/v2/routing/queues/q9/wrapupcodes")
    assert (status, body["code"]) == (404, "not.found")
    assert "Queue with id [q9]" in body["message"]
