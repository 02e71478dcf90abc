from __future__ import annotations

from dataclasses import dataclass

from understudy.clock import ManualClock, OrgClock
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.platform.call import Call
from understudy.platform.catalogue import load_catalogue
from understudy.world.org import Org
from understudy.world.tokens import Token
from understudy.world.world import World


@dataclass(frozen=True)
class Rename:
    name: str


def rename(org: Org, command: Rename) -> str:
    org.name = command.name
    return command.name


def test_a_call_performs_commands_in_its_own_org() -> None:
    clock = OrgClock(ManualClock())
    orgs = [Org(i, i, clock=clock, ids=Ids(1, i), limits=load_limits(), commands={Rename: rename}) for i in ("a", "b")]
    operation = load_catalogue().by_id["getUsersMe"]
    call = Call(World(), orgs[0], Token("t", "c", "a", 0, 1), operation, {}, {}, None, "http://127.0.0.1:8080")
    assert call.perform(Rename("renamed")) == "renamed"
    assert [org.name for org in orgs] == ["renamed", "b"]
