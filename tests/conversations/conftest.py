"""An org with a manual clock, all handlers, two queues, two agents and a flow that greets and transfers to Support."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from understudy.architect import run
from understudy.architect.publish import publish
from understudy.clock import ManualClock, OrgClock
from understudy.conversations import calls, emails, lifecycle, messaging, outbound, receipts, threading, wrapup
from understudy.ids import Ids
from understudy.limits import Limits, load_limits
from understudy.routing import assignment, callbacks, calling, consult, parking, transfer
from understudy.world.org import Org

TABLES = (
    *(threading, messaging, receipts, lifecycle, wrapup, calls, emails, outbound),
    *(assignment, transfer, calling, consult, parking, callbacks, run),
)
FLOW = """
inboundShortMessage:
  name: Front door
  startUpRef: "/inboundShortMessage/states/state[Start_1]"
  states:
    - state:
        name: Start
        refId: Start_1
        actions:
          - sendResponse:
              name: Greet
              messageBody:
                lit: Welcome
          - transferToAcd:
              name: To Support
              targetQueue:
                lit:
                  name: Support
          - disconnect:
              name: Bye
"""


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def org(clock: ManualClock) -> Org:
    return new_org(clock, load_limits())


@pytest.fixture
def make_org() -> Callable[[ManualClock, Limits], Org]:
    return new_org


def new_org(clock: ManualClock, limits: Limits) -> Org:
    commands = {kind: handler for table in TABLES for kind, handler in table.HANDLERS.items()}
    org = Org("acme", "Acme", clock=OrgClock(clock), ids=Ids(1, "acme", "salt"), limits=limits, commands=commands)
    org.entities.put("authorization.divisions", "home", {"id": "home", "name": "Home", "homeDivision": True})
    for id_, name in (("q1", "Support"), ("q2", "Sales")):
        org.entities.put("routing.queues", id_, {"id": id_, "name": name})
    for id_, name in (("u1", "Uma"), ("u2", "Ugo")):
        org.entities.put("users", id_, {"id": id_, "name": name})
    org.entities.put("routing.wrapupcodes", "w1", {"id": "w1", "name": "Solved"})
    flow = org.entities.put("flows", "f1", {"id": "f1", "name": "Front door", "type": "INBOUNDSHORTMESSAGE"})
    publish(org, flow, FLOW, "front_door.yaml")
    org.entities.put("routing.message.recipients", "i1", {"id": "i1", "flow": {"id": "f1"}})
    org.live["queue.members"] = {"q1": {"u1": True, "u2": True}, "q2": {"u2": True}}
    return org
