"""Each variation changes one thing of Genesys' side and puts it back, whatever happens inside."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from understudy.actors import Rehearsal
from understudy.actors.variations import (
    RECIPIENTS,
    ROLES,
    in_region,
    nobody_on_queue,
    routed_to,
    varied,
    without_members,
    without_permission,
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
