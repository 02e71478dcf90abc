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
    """``ask("POST", "/integrations", {...})`` → (status, parsed body); ``user`` asks as that user through the
    administrator's client, ``bearer`` with that token or, if empty, with none. Fails on our own mistakes."""
    client = next(iter(office.entities.of("oauth.clients")))

    def request(method: str, path: str, body: Any = None, user: str | None = None, bearer: str | None = None) -> Any:
        if bearer is None:
            token = office.perform(IssueToken(client, 3600, user))
            platform.world.tokens[token.value] = (office, token)
            bearer = token.value
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        headers["Content-Type"] = "application/json"
        raw = b"" if body is None else orjson.dumps(body)
        outcome = platform.answer(ApiRequest(method, f"/api/v2{path}", headers, raw, "http://127.0.0.1:1"))
        assert "emulator_error" not in outcome.data, outcome.data
        assert [note.data for note in office.notes if note.name == "emulator.contract"] == []
        payload = outcome.answer.payload()
        return outcome.answer.status, orjson.loads(payload) if payload else None

    return request


@pytest.fixture
def install(ask: Ask) -> Make:
    """``install("audiohook")`` → the id of a new integration of that type."""

    def make(type_: str = "genesys-bot-connector", name: str = "Bot") -> str:
        status, body = ask("POST", "/integrations", {"name": name, "integrationType": {"id": type_}})
        assert status == 200, body
        return str(body["id"])

    return make


@pytest.fixture
def configure(ask: Ask) -> Callable[..., tuple[int, Any]]:
    """``configure(id, properties={...})``: PUT of the current configuration with these changes → (status, body)."""

    def put(id_: str, **changes: Any) -> tuple[int, Any]:
        current = ask("GET", f"/integrations/{id_}/config/current")[1]
        return ask("PUT", f"/integrations/{id_}/config/current", {**current, **changes})

    return put


@pytest.fixture
def credential(ask: Ask) -> Make:
    """``credential("userDefined", **fields)`` → the id of new credentials."""

    def make(type_: str = "userDefined", /, **fields: str) -> str:
        body = {"name": f"{type_} credentials", "type": {"name": type_}, "credentialFields": fields}
        status, answer = ask("POST", "/integrations/credentials", body)
        assert status == 200, answer
        return str(answer["id"])

    return make
