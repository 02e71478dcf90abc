"""A world with one org in eu-central-1 and its client ``c1`` (secret ``s3cret``), on a manual clock."""

from __future__ import annotations

import pytest

from understudy.clock import ManualClock, OrgClock
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.oauth.behaviour import HANDLERS
from understudy.orgfile import Item, OrgPlan, apply_org
from understudy.world.org import Org
from understudy.world.world import World

ROLE = {"name": "everything", "permissionPolicies": [{"domain": "*", "entityName": "*", "actionSet": ["*"]}]}
CLIENT = {"name": "Vendor", "secret": "s3cret", "accessTokenValiditySeconds": 3600}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def org(world: World, clock: ManualClock) -> Org:
    items = (
        Item("authorization.roles", "test", ROLE),
        Item("oauth.clients", "test", CLIENT, "c1", {"roles": ["everything"]}),
    )
    plan = OrgPlan("acme", "Acme", region="mypurecloud.de", items=items)
    org = Org(
        plan.id,
        plan.name,
        clock=OrgClock(clock),
        ids=Ids(1, plan.id, "salt"),
        limits=load_limits(),
        commands=HANDLERS,
    )
    world.add(org)
    apply_org(plan, org, world)
    return org
