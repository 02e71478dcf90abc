from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest

from understudy.advance import advance
from understudy.clock import ManualClock, OrgClock, RealClock
from understudy.errors import UnderstudyError
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.world.org import Org


@dataclass(frozen=True)
class Ring:
    name: str


def make(fired: list[tuple[str, float]]) -> Org:
    def ring(org: Org, command: Ring) -> None:
        fired.append((command.name, round(org.now() - 1_767_225_600.0, 3)))
        if command.name == "again" and len(fired) < 4:
            org.schedule.at(org.now() + 5, "again", Ring("again"))

    return Org("o", "o", clock=OrgClock(ManualClock()), ids=Ids(1, "o"), limits=load_limits(), commands={Ring: ring})


def go(org: Org, seconds: float, limit: float = 2.0) -> dict[str, Any]:
    return asyncio.run(advance(org, seconds, limit, RealClock()))


def test_time_goes_from_interval_to_interval_and_each_sees_its_own_time() -> None:
    fired: list[tuple[str, float]] = []
    org = make(fired)
    org.schedule.at(org.now() + 20, "b", Ring("b"))
    org.schedule.at(org.now() + 5, "a", Ring("a"))
    assert go(org, 30) == {"jumped": 30.0, "fired": 2}
    assert fired == [("a", 5.0), ("b", 20.0)]
    assert org.clock.jumped == 30


def test_what_an_interval_schedules_is_reached_in_the_same_advance() -> None:
    fired: list[tuple[str, float]] = []
    org = make(fired)
    org.schedule.at(org.now() + 5, "again", Ring("again"))
    go(org, 30)
    assert [when for _, when in fired] == [5.0, 10.0, 15.0, 20.0]


def test_a_periodic_interval_fires_once_per_advance() -> None:
    fired: list[tuple[str, float]] = []
    org = make(fired)
    org.schedule.at(org.now() + 30, "beat", Ring("beat"), period=30)
    go(org, 3600)
    assert fired == [("beat", 30.0)]


def test_a_busy_org_is_not_advanced_and_what_held_it_is_named() -> None:
    org = make([])
    org.say("open_messaging", "deliver")
    org.open_exchanges = 1
    with pytest.raises(UnderstudyError, match=r"1 open exchanges, queued \{'open_messaging': 1\}"):
        go(org, 5, limit=0.02)


def test_live_media_refuse_to_be_advanced() -> None:
    org = make([])
    org.live["media"] = ["session"]
    with pytest.raises(UnderstudyError, match="media is live in 1 sessions"):
        go(org, 5)
