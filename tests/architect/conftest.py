"""An org with a manual clock, all handlers, two queues, two agents and a flow that greets and transfers to Support."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from understudy.architect import bot_turns, run
from understudy.architect.publish import publish
from understudy.clock import ManualClock, OrgClock
from understudy.conversations import lifecycle, messaging, receipts, threading, wrapup
from understudy.conversations.commands import CustomerMessage
from understudy.conversations.model import Conversation, Leg
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.routing import assignment, transfer
from understudy.world.org import Org

TABLES = (threading, messaging, receipts, lifecycle, wrapup, assignment, transfer, run, bot_turns)
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
    commands = {kind: handler for table in TABLES for kind, handler in table.HANDLERS.items()}
    org = Org(
        "acme", "Acme", clock=OrgClock(clock), ids=Ids(1, "acme", "salt"), limits=load_limits(), commands=commands
    )
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


HEAD = """
inboundShortMessage:
  name: F
  startUpRef: state[S]
  variables: [{stringVariable: {name: Flow.t}}, {integerVariable: {name: Flow.n}}]
  states:
    - state:
        name: S
        actions:
"""
BOT = {"id": "nova", "name": "Nova", "versions": [{"version": "1", "intents": [{"name": "order"}]}]}
ASK = "callBotConnector: {botIntegration: {lit: Bots}, botName: {lit: Nova}, botVersion: {lit: 1}"


@pytest.fixture
def begin(org: Org) -> Callable[..., Conversation]:
    """Publish a flow of these actions (one a line, in flow style) and write to it."""
    org.entities.put("integrations", "b1", {"id": "b1", "name": "Bots", "intendedState": "ENABLED"})
    org.entities.put("integrations.botconnector.bots/b1", "nova", BOT)
    org.entities.put("architect.datatables", "t1", {"id": "t1", "name": "T"})

    def start(*actions: str, text: str = "hello") -> Conversation:
        flow = org.entities.get("flows", "f1")
        assert flow is not None
        publish(org, flow, HEAD + "".join(f"          - {action}\n" for action in actions), "f.yaml")
        found: Conversation = org.perform(CustomerMessage(Leg("open_messaging", "i1", "ann"), text=text))[0]
        return found

    return start
