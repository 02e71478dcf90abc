"""An org with one Open Messaging integration, and ``ask``: a request through the whole Platform API without sockets."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import orjson
import pytest

from understudy.clock import Clock, ManualClock, OrgClock
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.oauth import behaviour as oauth
from understudy.oauth.tokens import IssueToken
from understudy.open_messaging import behaviour
from understudy.open_messaging.integration import HIDDEN, RESOURCE, adopt
from understudy.orgfile import apply_org, default_org
from understudy.platform import authorization, people
from understudy.platform.behaviour import ApiRequest, Platform
from understudy.platform.catalogue import load_catalogue
from understudy.tables import complete
from understudy.world.entities import Entity
from understudy.world.org import Org
from understudy.world.world import World

TABLES = complete()

SECRET = "a-secret-of-16+ch"
_NUMBERS = count()


@pytest.fixture(scope="session")
def platform() -> Platform:
    actions = {**oauth.ACTIONS, **authorization.ACTIONS, **behaviour.ACTIONS}
    return Platform(World(), load_catalogue(), actions, {**oauth.RULES, **people.RULES, **behaviour.RULES})


@pytest.fixture
def make_org() -> Callable[[Clock, World], Org]:
    """An org on a clock, with its administrator's client."""

    def make(clock: Clock, world: World) -> Org:
        plan = default_org(f"boss-{next(_NUMBERS)}", "boss-secret")
        org = Org(
            plan.id,
            plan.name,
            clock=OrgClock(clock),
            ids=Ids(1, plan.id, "salt"),
            limits=load_limits(),
            commands=TABLES.handlers,
        )
        world.add(org)
        apply_org(plan, org, world)
        return org

    return make


@pytest.fixture
def make_integration() -> Callable[..., Entity]:
    """A completed integration of an org; ``hidden`` as keywords."""

    def make(
        org: Org, world: World, url: str = "https://vendor.example/hook", id_: str = "i1", **hidden: Any
    ) -> Entity:
        body = {
            "id": id_,
            "name": f"Vendor {id_}",
            "outboundNotificationWebhookUrl": url,
            "outboundNotificationWebhookSignatureSecretToken": SECRET,
            "webhookHeaders": {"X-Vendor": "for-the-vendor"},
            "createStatus": "Completed",
            "selfUri": f"/api/v2/conversations/messaging/integrations/open/{id_}",
        }
        integration = org.entities.put(RESOURCE, id_, body, {**HIDDEN, "receipts": False, **hidden})
        adopt(world, org, integration)
        return integration

    return make


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def org(make_org: Callable[[Clock, World], Org], clock: ManualClock, platform: Platform) -> Org:
    return make_org(clock, platform.world)


@pytest.fixture
def integration(org: Org, platform: Platform, make_integration: Callable[..., Entity]) -> Entity:
    return make_integration(org, platform.world)


@pytest.fixture
def ask(platform: Platform, org: Org) -> Callable[..., tuple[int, Any]]:
    """``ask("POST", path, body)`` → (status, parsed body); fails on our own mistakes."""
    client = next(iter(org.entities.of("oauth.clients")))
    token = org.perform(IssueToken(client, 86_400, None))
    platform.world.tokens[token.value] = (org, token)

    def request(method: str, path: str, body: Any = None) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {token.value}", "Content-Type": "application/json"}
        raw = b"" if body is None else orjson.dumps(body)
        outcome = platform.answer(ApiRequest(method, path, headers, raw, "http://127.0.0.1:1"))
        assert "emulator_error" not in outcome.data, outcome.data
        assert [note.data for note in org.notes if note.name == "emulator.contract"] == []
        payload = outcome.answer.payload()
        return outcome.answer.status, orjson.loads(payload) if payload else None

    return request
