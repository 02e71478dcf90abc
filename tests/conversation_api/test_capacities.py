from __future__ import annotations

from collections.abc import Callable
from typing import Any

from understudy.conversations.commands import CustomerMessage, RoutingStatus
from understudy.conversations.model import Leg
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
DONE = range(200, 300)  # which of them an operation answers is a data file's affair (statuses.toml)
ORG = "/api/v2/routing/utilization"
USER = "/api/v2/routing/users/u1/utilization"


def alerted(office: Org, count: int) -> int:
    """How many of so many new customers ring at Uma."""
    office.perform(RoutingStatus("u1", "IDLE"))
    before = len(office.live.get("routing.load", {}).get("u1", {}))
    for number in range(count):
        office.perform(CustomerMessage(Leg("open_messaging", "i1", f"c{number}-{before}"), text="x"))
    return len(office.live["routing.load"]["u1"])


def test_the_org_s_figures_are_read_before_they_are_written_and_come_back_when_deleted(ask: Ask) -> None:
    figures = ask("GET", ORG)[1]["utilization"]
    assert {media: one["maximumCapacity"] for media, one in figures.items()} == {
        "call": 1,
        "callback": 1,
        "email": 1,
        "message": 4,
    }
    assert ask("PUT", ORG, {"utilization": {"message": {"maximumCapacity": 2}}})[0] == 200
    assert ask("GET", ORG)[1]["utilization"] == {"message": {"maximumCapacity": 2}}
    assert ask("DELETE", ORG)[0] in DONE
    assert ask("GET", ORG)[1]["utilization"] == figures


def test_an_agent_takes_at_most_the_capacity_of_the_org(ask: Ask, office: Org) -> None:
    ask("PUT", ORG, {"utilization": {"message": {"maximumCapacity": 2}}})
    assert alerted(office, 3) == 2


def test_a_user_s_own_figures_go_before_the_org_s(ask: Ask, office: Org) -> None:
    assert ask("GET", USER)[1]["level"] == "Organization"
    status, own = ask("PUT", USER, {"utilization": {"message": {"maximumCapacity": 1}}})
    assert (status, own["level"], own["utilization"]["message"]) == (200, "Agent", {"maximumCapacity": 1})
    assert alerted(office, 2) == 1
    assert ask("DELETE", USER)[0] in DONE
    assert ask("GET", USER)[1]["level"] == "Organization"
    assert ask("GET", "/api/v2/routing/users/nope/utilization")[0] == 404


def test_a_capacity_out_of_bounds_is_refused(ask: Ask) -> None:
    for path in (ORG, USER):
        for capacity in (-1, 26):
            body = {"utilization": {"message": {"maximumCapacity": capacity}}}
            assert ask("PUT", path, body)[1]["code"] == "invalid.value"
