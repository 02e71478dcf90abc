"""An org with its administrator, and ``ask``: one request through the whole Platform API, without sockets."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import orjson
import pytest

from understudy.clock import ManualClock, OrgClock
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.oauth.tokens import IssueToken
from understudy.orgfile import apply_org, default_org
from understudy.platform.behaviour import ApiRequest, Platform
from understudy.platform.catalogue import load_catalogue
from understudy.tables import complete
from understudy.world.org import Org
from understudy.world.world import World

TABLES = complete()

Ask = Callable[..., tuple[int, Any]]
Make = Callable[..., str]
_NUMBERS = count()


@pytest.fixture(scope="session")
def platform() -> Platform:
    return Platform(World(), load_catalogue(), TABLES.actions, TABLES.rules)


@pytest.fixture
def office(platform: Platform) -> Org:
    plan = default_org(f"boss-{next(_NUMBERS)}", "boss-secret")
    org = Org(
        plan.id,
        plan.name,
        clock=OrgClock(ManualClock()),
        ids=Ids(1, plan.id, "salt"),
        limits=load_limits(),
        commands=TABLES.handlers,
    )
    platform.world.add(org)
    apply_org(plan, org, platform.world)
    return org


@pytest.fixture
def ask(platform: Platform, office: Org) -> Ask:
    """``ask("POST", "/webdeployments/deployments", {...})`` → (status, parsed body); ``user`` asks as that user through
    the administrator's client, ``bearer`` with that token or, if empty, with none; ``page`` is the Origin. Fails on
    our own mistakes."""
    client = next(iter(office.entities.of("oauth.clients")))

    def request(
        method: str,
        path: str,
        body: Any = None,
        user: str | None = None,
        bearer: str | None = None,
        page: str | None = None,
    ) -> Any:
        if bearer is None:
            token = office.perform(IssueToken(client, 3600, user))
            platform.world.tokens[token.value] = (office, token)
            bearer = token.value
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        headers["Content-Type"] = "application/json"
        if page is not None:
            headers["Origin"] = page
        raw = b"" if body is None else orjson.dumps(body)
        outcome = platform.answer(ApiRequest(method, f"/api/v2{path}", headers, raw, "http://127.0.0.1:1"))
        assert "emulator_error" not in outcome.data, outcome.data
        assert [note.data for note in office.notes if note.name == "emulator.contract"] == []
        payload = outcome.answer.payload()
        return outcome.answer.status, orjson.loads(payload) if payload else None

    return request


@pytest.fixture
def configuration(ask: Ask) -> Make:
    """``configuration(name, **fields)`` → the id of a new configuration, published as version "1"."""

    def make(name: str = "Messenger", **fields: Any) -> str:
        status, body = ask("POST", "/webdeployments/configurations", {"name": name, **fields})
        assert status == 201, body
        id_ = str(body["id"])
        assert ask("POST", f"/webdeployments/configurations/{id_}/versions/draft/publish")[1]["version"] == "1"
        return id_

    return make


@pytest.fixture
def deployment(ask: Ask, configuration: Make) -> Make:
    """``deployment(configuration={...}, **fields)`` → the id of a new deployment, of a new configuration by default."""

    def make(configuration_fields: dict[str, Any] | None = None, **fields: Any) -> str:
        shown = {"id": configuration(**(configuration_fields or {})), "version": "1"}
        body = {"name": "Site", "allowAllDomains": True, "configuration": shown, **fields}
        status, answer = ask("POST", "/webdeployments/deployments", body)
        assert status == 201, answer
        return str(answer["id"])

    return make
