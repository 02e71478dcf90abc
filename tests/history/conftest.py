"""An office with a queue, two agents, a flow and customers who write: history to be asked for, over the whole API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import orjson
import pytest

from understudy.architect import run
from understudy.architect.publish import publish
from understudy.clock import ManualClock, OrgClock, iso
from understudy.conversations import lifecycle, messaging, receipts, threading, wrapup
from understudy.conversations.commands import (
    AgentAccept,
    CustomerMessage,
    Disconnect,
    RoutingStatus,
    SendMessage,
    Wrapup,
)
from understudy.conversations.model import Conversation, Leg, Sender
from understudy.history import behaviour as history
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.oauth import behaviour as oauth
from understudy.oauth.tokens import IssueToken
from understudy.orgfile import apply_org, default_org
from understudy.platform import authorization, people, usage
from understudy.platform.behaviour import ApiRequest, Platform
from understudy.platform.catalogue import load_catalogue
from understudy.routing import assignment, transfer
from understudy.world.org import Org
from understudy.world.tokens import Token
from understudy.world.world import World

Ask = Callable[..., tuple[int, Any]]
_NUMBERS = count()
FLOW = """
inboundShortMessage:
  name: Front door
  startUpRef: "/inboundShortMessage/states/state[Start_1]"
  states:
    - state:
        name: Start
        refId: Start_1
        actions:
          - transferToAcd:
              name: To Support
              targetQueue:
                lit:
                  name: Support
          - disconnect:
              name: Bye
"""
MEDIA = {"message": {"serviceLevel": {"percentage": 0.8, "durationMs": 20_000}}}
TABLES: tuple[Any, ...] = (
    *(threading, messaging, receipts, lifecycle, wrapup, assignment, transfer, run),
    *(oauth, authorization, people, usage, history),
)
HANDLERS = {kind: handler for table in TABLES for kind, handler in getattr(table, "HANDLERS", {}).items()}
ACTIONS = {id_: action for table in TABLES for id_, action in getattr(table, "ACTIONS", {}).items()}
RULES = {name: rules for table in TABLES for name, rules in getattr(table, "RULES", {}).items()}
START = 1_767_225_600.0  # 2026-01-01T00:00:00Z, where a manual clock begins


class Office:
    """The org, its clock, and what happens in it."""

    def __init__(self, platform: Platform) -> None:
        self.platform, self.clock = platform, ManualClock(START)
        plan = default_org(f"history-{next(_NUMBERS)}", "boss-secret")
        self.org = Org(
            plan.id,
            plan.name,
            clock=OrgClock(self.clock),
            ids=Ids(1, plan.id, "salt"),
            limits=load_limits(),
            commands=HANDLERS,
        )
        platform.world.add(self.org)
        apply_org(plan, self.org, platform.world)
        put = self.org.entities.put
        put("routing.queues", "q1", {"id": "q1", "name": "Support", "mediaSettings": MEDIA})
        put("routing.queues", "q2", {"id": "q2", "name": "Sales"})
        for id_, name in (("u1", "Uma"), ("u2", "Ugo")):
            put("users", id_, {"id": id_, "name": name, "version": 1})
        put("routing.wrapupcodes", "w1", {"id": "w1", "name": "Solved"})
        publish(
            self.org, put("flows", "f1", {"id": "f1", "name": "Front door", "type": "INBOUNDSHORTMESSAGE"}), FLOW, "f"
        )
        put("routing.message.recipients", "i1", {"id": "i1", "flow": {"id": "f1"}})
        self.org.live["queue.members"] = {"q1": {"u1": True, "u2": False}, "q2": {}}
        self.boss = self.token()

    def token(self, user: str | None = None) -> Token:
        """A token of the administrator's client, for a user where one is named."""
        client = next(iter(self.org.entities.of("oauth.clients")))
        token: Token = self.org.perform(IssueToken(client, 3600, user))
        self.platform.world.tokens[token.value] = (self.org, token)
        return token

    def ask(self, method: str, target: str, body: Any = None, token: Token | None = None) -> tuple[int, Any]:
        """One request through the pipeline: (status, parsed body); fails on our own mistakes."""
        headers = {"Authorization": f"Bearer {(token or self.boss).value}", "Content-Type": "application/json"}
        raw = b"" if body is None else orjson.dumps(body)
        outcome = self.platform.answer(ApiRequest(method, target, headers, raw, "http://127.0.0.1:1"))
        assert "emulator_error" not in outcome.data, outcome.data
        assert [note.data for note in self.org.notes if note.name == "emulator.contract"] == []
        payload = outcome.answer.payload()
        return outcome.answer.status, orjson.loads(payload) if payload else None

    def get(self, target: str) -> Any:
        """The body of a GET that succeeds."""
        status, body = self.ask("GET", target)
        assert status == 200, body
        return body

    def post(self, target: str, body: Any = None) -> Any:
        """The body of a POST that succeeds."""
        status, answer = self.ask("POST", target, body)
        assert status in (200, 202), answer
        return answer

    def wait(self, seconds: float) -> None:
        """Let time pass, and what is due happen."""
        self.clock.advance(seconds)
        self.org.tick()

    def online(self, user: str = "u1") -> None:
        """The agent goes on queue."""
        self.org.perform(RoutingStatus(user, "IDLE"))

    def says(self, text: str, customer: str = "ann") -> Conversation:
        """A customer writes."""
        leg = Leg("open_messaging", "i1", customer, nickname=customer.title())
        conversation: Conversation = self.org.perform(CustomerMessage(leg, text=text))[0]
        return conversation

    def answers(self, conversation: Conversation, text: str) -> None:
        """The agent takes the conversation if it still rings, and writes."""
        agent = conversation.live("agent")
        assert agent is not None
        if agent.communication.connected is None:
            self.org.perform(AgentAccept(conversation.id, agent.id))
        command = SendMessage(conversation.id, agent.communication.id, Sender.AGENT, text=text, user=agent.user)
        self.org.perform(command)

    def ends(self, conversation: Conversation, *, code: str | None = "w1", work: float = 0) -> None:
        """The agent leaves, and wraps up after ``work`` seconds."""
        agent = conversation.live("agent")
        self.org.perform(Disconnect(conversation.id))
        self.wait(work)
        if agent is not None and code is not None:
            self.org.perform(Wrapup(conversation.id, agent.id, code, "all good"))

    def chat(self, customer: str = "ann") -> Conversation:
        """Ann writes, waits 10 s, is answered by Uma, talks 30 s, and is wrapped up in 5 s."""
        self.online()
        conversation = self.says("Where is my parcel?", customer)
        self.wait(10)
        self.answers(conversation, "On its way")
        self.wait(30)
        self.ends(conversation, work=5)
        return conversation

    def interval(self, start: float = 0, end: float = 3600) -> str:
        """Seconds since the beginning as the API's interval."""
        return f"{iso(START + start)}/{iso(START + end)}"


@pytest.fixture(scope="session")
def platform() -> Platform:
    return Platform(World(), load_catalogue(), ACTIONS, RULES)


@pytest.fixture
def office(platform: Platform) -> Iterator[Office]:
    made = Office(platform)
    yield made
    platform.world.remove(made.org.id)
