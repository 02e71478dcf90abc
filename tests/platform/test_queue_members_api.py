from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.platform.queue_members import members_of, set_members
from understudy.platform.queues import codes_of
from understudy.world.org import Org
from understudy.world.tokens import Token

Ask = Callable[..., tuple[int, Any]]
QUEUES = "/api/v2/routing/queues"


def test_members_are_added_and_removed_by_the_same_operation(ask: Ask, office: Org, queue: str) -> None:
    assert ask("POST", f"{QUEUES}/{queue}/members", [{"id": "ann"}, {"id": "ben"}])[0] == 204
    assert members_of(office, queue) == {"ann": True, "ben": True}
    body = ask("GET", f"{QUEUES}/{queue}")[1]
    assert (body["memberCount"], body["joinedMemberCount"]) == (2, 2)
    assert ask("POST", f"{QUEUES}/{queue}/members?delete=true", [{"id": "ann"}])[0] == 204
    assert members_of(office, queue) == {"ben": True}
    assert ask("GET", f"{QUEUES}/{queue}")[1]["memberCount"] == 1


def test_adding_a_member_again_does_not_make_it_join(ask: Ask, office: Org, queue: str) -> None:
    set_members(office, queue, {"ann": False})
    ask("POST", f"{QUEUES}/{queue}/members", [{"id": "ann"}])
    assert members_of(office, queue) == {"ann": False}


def test_members_join_and_leave(ask: Ask, office: Org, queue: str) -> None:
    set_members(office, queue, {"ann": True, "ben": True})
    assert ask("PATCH", f"{QUEUES}/{queue}/members/ann", {"joined": False})[0] == 202
    status, listing = ask("PATCH", f"{QUEUES}/{queue}/members", [{"id": "ben", "joined": False}])
    assert (status, [one["joined"] for one in listing["entities"]]) == (200, [False, False])
    assert ask("DELETE", f"{QUEUES}/{queue}/members/ann")[0] == 204
    assert members_of(office, queue) == {"ben": False}


@pytest.mark.parametrize("form", ["members", "users"])
def test_members_are_listed_and_filtered(ask: Ask, office: Org, queue: str, form: str) -> None:
    set_members(office, queue, {"ann": True, "ben": False})
    ask("PUT", "/api/v2/users/ann/routingstatus", {"status": "IDLE"})
    listing = ask("GET", f"{QUEUES}/{queue}/{form}")[1]
    assert [(one["id"], one["name"], one["joined"]) for one in listing["entities"]] == [
        ("ann", "Ann", True),
        ("ben", "Ben", False),
    ]
    assert ("total" in listing) is (form == "users")
    for query, found in {
        "joined=true": ["ann"],
        "joined=false": ["ben"],
        "routingStatus=IDLE": ["ann"],
        "routingStatus=OFF_QUEUE,IDLE": ["ann", "ben"],
        "name=EN": ["ben"],
        "memberBy=group": [],
        "sortOrder=desc": ["ben", "ann"],
    }.items():
        listed = ask("GET", f"{QUEUES}/{queue}/{form}?{query}")[1]["entities"]
        assert [one["id"] for one in listed] == found, query


@pytest.mark.parametrize(
    ("method", "target", "body", "status"),
    [
        ("POST", "members", [{"id": "nobody"}], 404),
        ("POST", "members", {"id": "ann"}, 400),
        ("POST", "members", None, 400),
        ("POST", "members", [None], 400),
        ("PATCH", "members", [{"id": "ben", "joined": True}], 404),
        ("PATCH", "members/ben", {"joined": True}, 404),
        ("PATCH", "members/ann", {"joined": "yes"}, 400),
        ("DELETE", "members/ben", None, 404),
        ("POST", "wrapupcodes", [{"id": "w9"}], 404),
        ("DELETE", "wrapupcodes/w1", None, 404),
    ],
)
def test_what_names_nobody_is_refused_and_changes_nothing(
    ask: Ask, office: Org, queue: str, method: str, target: str, body: Any, status: int
) -> None:
    set_members(office, queue, {"ann": False})
    assert ask(method, f"{QUEUES}/{queue}/{target}", body)[0] == status
    assert members_of(office, queue) == {"ann": False}
    assert codes_of(office, queue) == []


def test_a_user_sees_and_joins_own_queues(ask: Ask, office: Org, queue: str, grant: Callable[..., Token]) -> None:
    set_members(office, queue, {"ann": False})
    listing = ask("GET", "/api/v2/users/ann/queues")[1]
    assert [(one["id"], one["joined"]) for one in listing["entities"]] == [(queue, False)]
    assert ask("GET", "/api/v2/users/ann/queues?joined=true")[1]["entities"] == []
    assert ask("PATCH", f"/api/v2/users/ann/queues/{queue}", {"joined": True})[1]["joined"] is True
    assert members_of(office, queue) == {"ann": True}
    listing = ask("PATCH", "/api/v2/users/ann/queues", [{"id": queue, "joined": False}])[1]
    assert [one["joined"] for one in listing["entities"]] == [False]
    assert ask("PATCH", f"/api/v2/users/ben/queues/{queue}", {"joined": True})[0] == 404
    own = ask("GET", "/api/v2/routing/queues/me", token=grant(user="ann"))[1]
    assert [one["id"] for one in own["entities"]] == [queue]


def test_a_users_queues_of_one_division(ask: Ask, office: Org, queue: str) -> None:
    set_members(office, queue, {"ann": True})
    home = ask("GET", f"{QUEUES}/{queue}")[1]["division"]["id"]
    assert ask("GET", f"/api/v2/users/ann/queues?divisionId={home}")[1]["total"] == 1
    assert ask("GET", "/api/v2/users/ann/queues?divisionId=elsewhere")[1]["total"] == 0
