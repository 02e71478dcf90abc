"""An org with an integration and a conversation in which an agent is connected."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.clock import OrgClock
from understudy.conversations import parties, wrapup
from understudy.conversations.model import Conversation, Leg
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.open_messaging.integration import RESOURCE
from understudy.tables import complete
from understudy.world.org import Org

TABLES = complete()


@pytest.fixture
def org(loopback: Any) -> Org:
    clock = OrgClock(loopback.clock)
    made = Org("acme", "Acme", clock=clock, ids=Ids(1, "acme"), limits=load_limits(), commands=TABLES.handlers)
    made.entities.put(RESOURCE, "i1", {"id": "i1", "name": "Vendor"})
    made.entities.put("routing.queues", "q1", {"id": "q1", "name": "Support"})
    made.entities.put("users", "a1", {"id": "a1", "name": "Agent"})
    return made


@pytest.fixture
def conversation(org: Org) -> Conversation:
    found = org.conversations["c1"] = Conversation("c1", org.now(), Leg("open_messaging", "i1", "u-1"))
    parties.add(org, found, "customer", "Ann")
    wrapup.prepare(org, parties.add(org, found, "agent", "Agent", user="a1", queue="q1"))
    return found
