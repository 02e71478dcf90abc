"""An org with an administrator, and ``ask``: one request through the whole pipeline of the API, without sockets."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import orjson
import pytest

from understudy.clock import ManualClock, OrgClock
from understudy.directory import behaviour as directory
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.oauth import behaviour as oauth
from understudy.oauth.tokens import IssueToken
from understudy.orgfile import apply_org, default_org
from understudy.platform import authorization, people, usage
from understudy.platform.behaviour import ApiRequest, Platform
from understudy.platform.catalogue import Catalogue, load_catalogue
from understudy.routing import assignment
from understudy.world.org import Org
from understudy.world.tokens import Token
from understudy.world.world import World

Ask = Callable[..., tuple[int, Any]]
_NUMBERS = count()


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def platform(catalogue: Catalogue) -> Platform:
    actions = {**oauth.ACTIONS, **authorization.ACTIONS, **people.ACTIONS, **usage.ACTIONS, **directory.ACTIONS}
    rules = {**oauth.RULES, **authorization.RULES, **people.RULES, **directory.RULES}
    return Platform(World(), catalogue, actions, rules)


@pytest.fixture
def office(platform: Platform) -> Org:
    """An org with a home division, the role ``admin`` and the client ``boss-N``, whose token ``ask`` uses."""
    plan = default_org(f"boss-{next(_NUMBERS)}", "boss-secret")
    commands = {**oauth.HANDLERS, **people.HANDLERS, **assignment.HANDLERS}
    org = Org(
        plan.id,
        plan.name,
        clock=OrgClock(ManualClock()),
        ids=Ids(1, plan.id, "salt"),
        limits=load_limits(),
        commands=commands,
    )
    platform.world.add(org)
    apply_org(plan, org, platform.world)
    return org


@pytest.fixture
def grant(platform: Platform, office: Org) -> Callable[..., Token]:
    """A token of a client, or of a user through the administrator's client."""

    def make(client: str = "", user: str | None = None) -> Token:
        client = client or next(iter(office.entities.of("oauth.clients")))
        token: Token = office.perform(IssueToken(client, 3600, user))
        platform.world.tokens[token.value] = (office, token)
        return token

    return make


@pytest.fixture
def ask(platform: Platform, office: Org, grant: Callable[..., Token]) -> Ask:
    """``ask("POST", "/api/v2/users", {...})`` → (status, parsed body); fails on our own mistakes."""
    boss = grant()

    def request(method: str, target: str, body: Any = None, token: Token = boss) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {token.value}", "Content-Type": "application/json"}
        raw = b"" if body is None else orjson.dumps(body)
        outcome = platform.answer(ApiRequest(method, target, headers, raw, "http://127.0.0.1:1"))
        assert "emulator_error" not in outcome.data, outcome.data
        broken = [note.data for note in office.notes if note.name == "emulator.contract"]
        assert broken == []
        payload = outcome.answer.payload()
        return outcome.answer.status, orjson.loads(payload) if payload else None

    return request


@pytest.fixture
def queue(ask: Ask, office: Org) -> str:
    """A queue; users ann and ben, wrap-up codes w1 and w2."""
    for user in ("ann", "ben"):
        office.entities.put("users", user, {"id": user, "name": user.title(), "version": 1})
    for code in ("w1", "w2"):
        office.entities.put("routing.wrapupcodes", code, {"id": code, "name": code})
    return str(ask("POST", "/api/v2/routing/queues", {"name": "Support"})[1]["id"])


@pytest.fixture
def group(ask: Ask, queue: str) -> str:
    """A group with the user ann."""
    body = {"name": "Tier 1", "type": "official", "rulesVisible": True, "visibility": "public"}
    id_ = str(ask("POST", "/api/v2/groups", body)[1]["id"])
    ask("POST", f"/api/v2/groups/{id_}/members", {"memberIds": ["ann"]})
    return id_
