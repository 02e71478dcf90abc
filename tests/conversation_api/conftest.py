"""An office with two queues, three users and a flow, and ``ask``: one request through the whole pipeline."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest

from understudy.architect.publish import publish
from understudy.clock import ManualClock, OrgClock
from understudy.conversations.commands import AgentAccept, CustomerMessage, RoutingStatus
from understudy.conversations.model import Conversation, Leg
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.oauth.tokens import IssueToken
from understudy.orgfile import apply_org, default_org
from understudy.platform.behaviour import ApiRequest, Platform
from understudy.platform.catalogue import load_catalogue
from understudy.platform.grants import pairs_of, set_pairs
from understudy.tables import complete
from understudy.world.org import Org
from understudy.world.tokens import Token
from understudy.world.world import World

TABLES = complete()

Ask = Callable[..., tuple[int, Any]]
TABLES = complete()
FLOW = """
inboundShortMessage:
  name: Front door
  startUpRef: state[S]
  states:
    - state:
        name: S
        actions:
          - sendResponse: {name: Greet, messageBody: {lit: Welcome}}
          - transferToAcd: {name: T, targetQueue: {lit: {name: Support}}}
"""


@pytest.fixture(scope="session")
def platform() -> Platform:
    return Platform(World(), load_catalogue(), TABLES.actions, TABLES.rules)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def office(platform: Platform, clock: ManualClock) -> Iterator[Org]:
    """Uma is in Support, Ugo in Sales, Sue in none; all may do everything. The address i1 has a published flow."""
    plan = default_org("boss", "boss-secret")
    org = Org(
        plan.id,
        plan.name,
        clock=OrgClock(clock),
        ids=Ids(1, plan.id, "salt"),
        limits=load_limits(),
        commands=TABLES.handlers,
    )
    platform.world.add(org)
    apply_org(plan, org, platform.world)
    for id_, name in (("q1", "Support"), ("q2", "Sales")):
        org.entities.put("routing.queues", id_, {"id": id_, "name": name})
    for id_, name in (("u1", "Uma"), ("u2", "Ugo"), ("u3", "Sue")):
        org.entities.put("users", id_, {"id": id_, "name": name, "username": f"{id_}@example.org"})
        set_pairs(org, id_, pairs_of(org, "boss"))
    org.entities.put("routing.wrapupcodes", "w1", {"id": "w1", "name": "Solved"})
    org.live["queue.wrapupcodes"] = {"q1": ["w1", "gone"]}
    org.live["queue.members"] = {"q1": {"u1": True}, "q2": {"u2": True}}
    flow = org.entities.put("flows", "f1", {"id": "f1", "name": "Front door"})
    publish(org, flow, FLOW, "f.yaml")
    org.entities.put("routing.message.recipients", "i1", {"id": "i1", "flow": {"id": "f1"}})
    yield org
    platform.world.remove(org.id)


@pytest.fixture
def grant(platform: Platform, office: Org) -> Callable[..., Token]:
    """A token of the client, or of a user through it."""

    def make(user: str | None = None) -> Token:
        token: Token = office.perform(IssueToken("boss", 3600, user))
        platform.world.tokens[token.value] = (office, token)
        return token

    return make


@pytest.fixture
def ask(platform: Platform, office: Org, grant: Callable[..., Token]) -> Ask:
    """``ask("POST", "/calls", {...}, user="u1")`` below ``/api/v2/conversations`` (or a whole path) → (status, parsed
    body); fails on our own mistakes, unknown operations and answers that do not fit their model."""
    tokens: dict[str | None, Token] = {}

    def request(method: str, target: str, body: Any = None, user: str | None = None) -> tuple[int, Any]:
        token = tokens.setdefault(user, grant(user))
        path = target if target.startswith("/api/") else f"/api/v2/conversations{target}"
        headers = {"Authorization": f"Bearer {token.value}", "Content-Type": "application/json"}
        raw = b"" if body is None else orjson.dumps(body)
        outcome = platform.answer(ApiRequest(method, path, headers, raw, "http://127.0.0.1:1"))
        assert "emulator_error" not in outcome.data, outcome.data
        assert outcome.answer.status != 501, (method, path)
        assert [note.data for note in office.notes if note.name == "emulator.contract"] == []
        payload = outcome.answer.payload()
        return outcome.answer.status, orjson.loads(payload) if payload else None

    return request


@pytest.fixture
def conversation(office: Org) -> Conversation:
    """A message conversation with the agent Uma alerting; the customer gave a name and an attribute."""
    office.perform(RoutingStatus("u1", "IDLE"))
    leg = Leg("open_messaging", "i1", "ann@ext", "Opaque", "Ann", {"firstName": "Ann", "lastName": "Archer"})
    message = CustomerMessage(leg, text="hello", provider_id="v1", attributes={"orderId": "7"})
    made: Conversation = office.perform(message)[0]
    return made


@pytest.fixture
def talking(office: Org, conversation: Conversation) -> Conversation:
    """The same with Uma connected."""
    agent = next(p for p in conversation.participants if p.purpose == "agent")
    office.perform(AgentAccept(conversation.id, agent.id))
    return conversation
