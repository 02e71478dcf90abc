"""An org with an administrator and everything of Architect, and ``ask``: one request through the whole pipeline."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest

from understudy.architect_api import behaviour as architect_api
from understudy.clock import ManualClock, OrgClock
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.oauth import behaviour as oauth
from understudy.oauth.tokens import IssueToken
from understudy.orgfile import apply_org, default_org
from understudy.platform import authorization, people
from understudy.platform.behaviour import ApiRequest, Platform
from understudy.platform.catalogue import Catalogue, load_catalogue
from understudy.routing import assignment
from understudy.world.org import Org
from understudy.world.tokens import Token
from understudy.world.world import World

Ask = Callable[..., tuple[int, Any]]
FLOW = """
inboundShortMessage:
  name: Front door
  startUpRef: state[S]
  states:
    - state:
        name: S
        actions:
          - transferToAcd: {name: T, targetQueue: {lit: {name: Support}}}
"""
COLUMNS = {
    "key": {"type": "string", "title": "key"},
    "count": {"type": "integer", "title": "How many", "default": 1},
    "rate": {"type": "number"},
    "open": {"type": "boolean", "default": False},
    "note": {"type": "string", "maxLength": 5},
}
SCHEMA = {"type": "object", "required": ["key"], "properties": COLUMNS, "additionalProperties": False}


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def platform(catalogue: Catalogue) -> Platform:
    actions = {**oauth.ACTIONS, **authorization.ACTIONS, **people.ACTIONS, **architect_api.ACTIONS}
    rules = {**oauth.RULES, **authorization.RULES, **people.RULES, **architect_api.RULES}
    return Platform(World(), catalogue, actions, rules)


@pytest.fixture
def office(platform: Platform) -> Iterator[Org]:
    plan = default_org("boss", "boss-secret")
    commands = {**oauth.HANDLERS, **people.HANDLERS, **assignment.HANDLERS, **architect_api.HANDLERS}
    clock = OrgClock(ManualClock())
    org = Org(plan.id, plan.name, clock=clock, ids=Ids(1, plan.id, "salt"), limits=load_limits(), commands=commands)
    platform.world.add(org)
    apply_org(plan, org, platform.world)
    org.entities.put("routing.queues", "q1", {"id": "q1", "name": "Support"})
    org.entities.put("routing.message.recipients", "i1", {"id": "i1", "name": "Channel", "messengerType": "open"})
    yield org
    platform.world.remove(org.id)


@pytest.fixture
def grant(platform: Platform, office: Org) -> Callable[..., Token]:
    """A token of the administrator's client, for itself or for a user."""

    def make(user: str | None = None) -> Token:
        token: Token = office.perform(IssueToken(next(iter(office.entities.of("oauth.clients"))), 3600, user))
        platform.world.tokens[token.value] = (office, token)
        return token

    return make


@pytest.fixture
def ask(platform: Platform, office: Org, grant: Callable[..., Token]) -> Ask:
    """``ask("POST", "/api/v2/flows", {...})`` → (status, parsed body); fails on our own mistakes."""
    boss = grant()

    def request(method: str, target: str, body: Any = None, token: Token = boss) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {token.value}", "Content-Type": "application/json"}
        raw = b"" if body is None else orjson.dumps(body)
        outcome = platform.answer(ApiRequest(method, target, headers, raw, "http://127.0.0.1:1"))
        assert "emulator_error" not in outcome.data, outcome.data
        assert [note.data for note in office.notes if note.name == "emulator.contract"] == []
        payload = outcome.answer.payload()
        answer = orjson.loads(payload) if payload else None
        response = outcome.operation.response if outcome.operation else None
        if response and payload and outcome.answer.status < 300:
            problems = [str(problem) for problem in platform.schemas.response(response).problems(answer)]
            assert problems == [], (target, problems)
        return outcome.answer.status, answer

    return request


@pytest.fixture
def flow(ask: Ask) -> str:
    """A flow without a version."""
    id_: str = ask("POST", "/api/v2/flows", {"name": "Front door"})[1]["id"]
    return id_


@pytest.fixture
def published(ask: Ask, flow: str) -> str:
    """A published flow that leads into the queue Support."""
    ask("POST", f"/api/v2/flows/{flow}/versions", {"yaml": FLOW})
    assert ask("POST", f"/api/v2/flows/actions/publish?flow={flow}")[1]["actionStatus"] == "SUCCESS"
    return flow


@pytest.fixture
def table(ask: Ask) -> str:
    """A data table with the columns of ``COLUMNS``."""
    id_: str = ask("POST", "/api/v2/flows/datatables", {"name": "Prices", "schema": SCHEMA})[1]["id"]
    return id_
