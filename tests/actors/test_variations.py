"""Each variation changes one thing of Genesys' side and puts it back, whatever happens inside."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from understudy.actors import Rehearsal
from understudy.actors.variations import (
    CREDENTIALS,
    RECIPIENTS,
    ROLES,
    in_region,
    nobody_on_queue,
    registered,
    routed_to,
    unauthorized,
    varied,
    with_credentials,
    with_properties,
    without_members,
    without_permission,
    without_tokens,
)
from understudy.errors import UnderstudyError

Rehearse = Callable[..., Rehearsal]


class Broken(Exception):
    """What a test may do inside a variation."""


def body(rehearsal: Rehearsal, type_: str, name: str) -> dict[str, Any]:
    return dict(rehearsal.entity(type_, name)["body"])


def test_an_entity_is_varied_and_put_back(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    before = body(rehearsal, "routing.queues", "PolyAI Test Queue")
    with suppress(Broken), varied(rehearsal, "routing.queues", before["id"], {"description": "another"}):
        assert body(rehearsal, "routing.queues", before["id"])["description"] == "another"
        raise Broken
    assert body(rehearsal, "routing.queues", before["id"]) == before


def test_another_flow_is_at_the_address_or_none(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    integration = rehearsal.slot.integration
    before = body(rehearsal, RECIPIENTS, integration)
    with routed_to(rehearsal, "no-acd"):
        assert body(rehearsal, RECIPIENTS, integration)["flow"]["name"] == "no-acd"
    with routed_to(rehearsal, None):
        assert body(rehearsal, RECIPIENTS, integration)["flow"] is None
    assert body(rehearsal, RECIPIENTS, integration) == before
    with pytest.raises(UnderstudyError, match="no flows called 'nowhere'"), routed_to(rehearsal, "nowhere"):
        raise AssertionError("never got here")


@pytest.mark.parametrize("spelling", ["conversation:message:receive", "Conversation:Message:Receive"])
def test_a_permission_is_taken_from_the_role_and_the_platform_refuses(rehearse: Rehearse, spelling: str) -> None:
    rehearsal = rehearse()
    role = rehearsal.activity()["role"]
    before = body(rehearsal, ROLES, role)
    with without_permission(rehearsal, spelling):
        assert "conversation:message:receive" not in rehearsal.activity()["granted"]
        after = rehearsal.entry_cursor()
        rehearsal.customer().says(rehearsal.setting("handoff_phrase"))
        refused = rehearsal.wait_entry(after=after, name="permission.denied")
        assert refused["data"]["missing"] == ["conversation:message:receive"]
    assert body(rehearsal, ROLES, role) == before
    assert "conversation:message:receive" in rehearsal.activity()["granted"]


def test_nobody_is_on_queue(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    agent = rehearsal.agent()
    agent.on_queue()
    with nobody_on_queue(rehearsal):
        assert rehearsal.client.get("live/routing.status")["live"][agent.user] == "OFF_QUEUE"


def test_a_queue_loses_its_members_and_gets_them_back(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    before = rehearsal.client.get("agents")["agents"]
    with suppress(Broken), without_members(rehearsal, "PolyAI Test Queue"):
        assert rehearsal.client.get("agents")["agents"] != before
        raise Broken
    assert rehearsal.client.get("agents")["agents"] == before


def test_the_org_is_in_another_region_and_its_tokens_are_gone(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    rehearsal.handed_over()
    org = rehearsal.slot.org
    before = rehearsal.client.get(f"entities/organizations/{org}")["entities"][0]["hidden"]["region"]
    with in_region(rehearsal, "eu-central-1"):
        assert rehearsal.client.get(f"entities/organizations/{org}")["entities"][0]["hidden"]["region"] != before
        assert rehearsal.client.delete("tokens") == {"revoked": 0}
    assert rehearsal.client.get(f"entities/organizations/{org}")["entities"][0]["hidden"]["region"] == before
    with pytest.raises(UnderstudyError, match="region"), in_region(rehearsal, "nowhere-9"):
        raise AssertionError("never got here")


def test_an_integration_bears_other_credentials_fields(meet: Rehearse) -> None:
    rehearsal = meet()
    before = rehearsal.client.get(f"entities/{CREDENTIALS}")["entities"]
    with suppress(Broken), with_credentials(rehearsal, {"token": "x"}):
        (during,) = rehearsal.client.get(f"entities/{CREDENTIALS}")["entities"]
        assert during["hidden"]["fields"] == {"token": "x"}
        raise Broken
    after = rehearsal.client.get(f"entities/{CREDENTIALS}")["entities"]
    assert [one["hidden"] for one in after] == [one["hidden"] for one in before]


def test_an_integration_has_other_properties(meet: Rehearse) -> None:
    rehearsal = meet()
    type_ = f"integrations.config/{rehearsal.slot.integration}"
    before = body(rehearsal, type_, "current")
    with with_properties(rehearsal, {"botConnectorHandleUtteranceURI": "http://127.0.0.1:9/"}):
        assert body(rehearsal, type_, "current")["properties"] != before["properties"]
    assert body(rehearsal, type_, "current") == before


def test_other_bots_are_registered_by_the_api_and_then_those_before(meet: Rehearse) -> None:
    rehearsal = meet()
    path = f"/api/v2/integrations/botconnector/{rehearsal.slot.integration}/bots"
    explorer = rehearsal.administrator("API Explorer")
    before = explorer.calls("GET", path).body["chatBots"]
    with suppress(Broken), registered(rehearsal, "API Explorer", []):
        assert explorer.calls("GET", path).body == {"chatBots": []}
        raise Broken
    after = explorer.calls("GET", path).body["chatBots"]
    assert [one["versions"] for one in after] == [one["versions"] for one in before]


def test_a_client_is_not_authorized_for_a_while(meet: Rehearse) -> None:
    rehearsal = meet()
    explorer, client = rehearsal.administrator("API Explorer"), rehearsal.slot.ids["UNDERSTUDY_CLIENT_ID"]
    path = f"/api/v2/oauth/authorizations/{client}"
    assert explorer.calls("GET", path).status == 200
    with suppress(Broken), unauthorized(rehearsal):
        assert explorer.calls("GET", path).status == 404
        raise Broken
    assert explorer.calls("GET", path).status == 200


def test_tokens_are_gone_before_and_behind(meet: Rehearse) -> None:
    rehearsal = meet()
    first, second = (rehearsal.administrator("API Explorer") for _ in range(2))
    assert first.calls("GET", "/api/v2/organizations/me").status == 200
    with without_tokens(rehearsal):
        assert first.calls("GET", "/api/v2/organizations/me").status == 401
        assert second.calls("GET", "/api/v2/organizations/me").status == 200
    assert second.calls("GET", "/api/v2/organizations/me").status == 401
