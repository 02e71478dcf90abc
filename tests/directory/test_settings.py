from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from understudy.directory.settings import organization
from understudy.platform.behaviour import ApiRequest, Platform
from understudy.world.tokens import Token

Ask = Callable[..., tuple[int, Any]]


def test_authentication_settings_are_changed_in_part(ask: Ask) -> None:
    target = "/api/v2/organizations/authentication/settings"
    before = ask("GET", target)[1]
    assert (before["multifactorAuthenticationRequired"], before["ipAddressAllowlist"]) == (False, [])
    status, after = ask("PATCH", target, {"ipAddressAllowlist": ["10.0.0.0/8"]})
    assert (status, after) == (200, {**before, "ipAddressAllowlist": ["10.0.0.0/8"]})
    assert ask("GET", target)[1] == after


def test_a_queue_resolves_identities_when_told(ask: Ask) -> None:
    queue = ask("POST", "/api/v2/routing/queues", {"name": "Q"})[1]["id"]
    target = f"/api/v2/routing/queues/{queue}/identityresolution"
    before = ask("GET", target)[1]
    assert before == {"callOnBehalfOfQueue": {"resolveIdentities": False, "selfUri": target}}
    status, after = ask("PUT", target, {"callOnBehalfOfQueue": {"resolveIdentities": True}})
    assert (status, after["callOnBehalfOfQueue"]["resolveIdentities"]) == (200, True)
    assert ask("GET", target)[1] == after
    assert ask("GET", "/api/v2/routing/queues/nothing/identityresolution")[0] == 404


def test_authorization_settings_are_kept(ask: Ask) -> None:
    target = "/api/v2/authorization/settings"
    assert ask("GET", target)[1]["analysisEnabled"] is False
    assert ask("PATCH", target, {"analysisEnabled": True, "analysisDays": 7})[1]["analysisDays"] == 7
    assert ask("GET", target)[1]["analysisEnabled"] is True


def test_products_are_made_up_and_say_so(platform: Platform, grant: Callable[..., Token]) -> None:
    headers = {"Authorization": f"Bearer {grant().value}"}
    outcome = platform.answer(ApiRequest("GET", "/api/v2/authorization/products", headers))
    assert [one["id"] for one in orjson.loads(outcome.answer.payload())["entities"]] == organization()["products"]
    assert outcome.data["generic"] is True
