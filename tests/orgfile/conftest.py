"""Orgs to configure, all in one world on a manual clock."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from understudy.clock import ManualClock, OrgClock
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.orgfile import OrgPlan, apply_org
from understudy.routing import assignment
from understudy.world.org import Org
from understudy.world.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def configure(world: World) -> Callable[[OrgPlan], Org]:
    """An org as its plan says."""

    def make(plan: OrgPlan) -> Org:
        org = Org(
            plan.id,
            plan.name,
            clock=OrgClock(ManualClock()),
            ids=Ids(1, plan.id, "salt"),
            limits=load_limits(),
            commands=assignment.HANDLERS,
        )
        world.add(org)
        apply_org(plan, org, world)
        return org

    return make
