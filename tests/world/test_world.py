from __future__ import annotations

from understudy.clock import ManualClock, OrgClock
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.world.org import Org
from understudy.world.tokens import Token
from understudy.world.world import World


def org(id_: str) -> Org:
    return Org(id_, id_, clock=OrgClock(ManualClock()), ids=Ids(1, id_), limits=load_limits(), commands={})


def test_a_removed_org_leaves_nothing_behind_in_any_index() -> None:
    world, one, two = World(), org("1"), org("2")
    for each in (one, two):
        world.add(each)
        world.clients[f"c{each.id}"] = world.integrations[f"i{each.id}"] = world.channels[f"n{each.id}"] = each
        world.tokens[f"t{each.id}"] = (each, Token("t", "c", each.id, 0, 1))
    world.remove("1")
    assert list(world.orgs) == ["2"]
    assert [list(index) for index in (world.clients, world.integrations, world.channels, world.tokens)] == [
        ["c2"], ["i2"], ["n2"], ["t2"],
    ]  # fmt: skip
