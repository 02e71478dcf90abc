"""An org with a deployment and a client for the desktop, in a world without sockets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.clock import ManualClock, OrgClock
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.orgfile import apply_org, load_org
from understudy.pages.behaviour import Pages
from understudy.platform.messages import Answer
from understudy.tables import complete
from understudy.world.org import Org
from understudy.world.world import World

ORIGIN = "http://127.0.0.1:1"
ORG = """
organization: {name: "Shop <1>", understudy: {region: mypurecloud.de}}
authorization.roles:
  - {name: everything, permissionPolicies: [{domain: "*", entityName: "*", actionSet: ["*"]}]}
oauth.clients:
  - {id: boss, name: Boss, secret: boss-secret-of-the-org, roles: [everything]}
"""


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def org(world: World) -> Org:
    plan = load_org(ORG, {})
    made = Org(
        plan.id,
        plan.name,
        clock=OrgClock(ManualClock()),
        ids=Ids(1, plan.id, "salt"),
        limits=load_limits(),
        commands=complete().handlers,
    )
    world.add(made)
    apply_org(plan, made, world)
    return made


@pytest.fixture
def deployment(world: World, org: Org) -> str:
    """The id of a deployment with a name that is no plain text."""
    org.entities.put(
        "webdeployments.deployments", "d1", {"id": "d1", "name": "<b>Site</b> [[org]]", "status": "Active"}
    )
    world.integrations["d1"] = org
    return "d1"


@pytest.fixture
def get(world: World) -> Callable[..., Answer]:
    """``get("/desktop", prefix="/apps", prefixes={"apps": "/apps"})``."""

    def request(path: str, **how: Any) -> Answer:
        pages = Pages(world, how.get("prefixes") or {})
        method, origin = how.get("method", "GET"), how.get("origin", ORIGIN)
        return pages.answer(method, path, origin, how.get("prefix", ""), how.get("tag", ""))

    return request
