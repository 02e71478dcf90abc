"""C1: with each item of the guide it works, without it the named step fails.

One test an item: the window ``.with`` holds the configured variant, the window ``.without`` the variant that lacks it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from understudy.actors import Agent, Customer, NeverHappened, Rehearsal
from understudy.actors.variations import in_region, routed_to, varied, without_members

SETTLE = 0.4  # seconds in which a wrongly accepted message would show
INTEGRATION = "messaging.integrations.open"
PICTURE = {"contentType": "Attachment", "attachment": {"mediaType": "Image", "mime": "image/png", "filename": "x.png"}}

pytestmark = [pytest.mark.profile("channel"), pytest.mark.exclusive]


@contextmanager
def item(rehearsal: Rehearsal, check: str, variant: str) -> Iterator[tuple[Customer, Agent]]:
    """A fresh conversation in hand, and the window of one variant around what follows."""
    ann, agent = rehearsal.handed_over()
    with rehearsal.check(f"{check}.{variant}", customer=ann.id):
        yield ann, agent


def outcome(rehearsal: Rehearsal, ann: Customer, agent: Agent) -> None:
    """The agent says a text, and its delivery ends one way or the other."""
    cursor = rehearsal.cursor()
    agent.says("does this arrive?")
    rehearsal.wait("message.status", after=cursor, customer=ann.id)
    rehearsal.pause(SETTLE)
    ann.sees(0)


@pytest.mark.checks("PA-C1.webhook_url.with", "PA-C1.webhook_url.without")
def test_webhook_url(rehearsal: Rehearsal) -> None:
    with item(rehearsal, "PA-C1.webhook_url", "with") as (ann, agent):
        outcome(rehearsal, ann, agent)
    ann, agent = rehearsal.handed_over("Bob")
    url = rehearsal.entity(INTEGRATION, rehearsal.slot.integration)["body"]["outboundNotificationWebhookUrl"]
    wrong = {"outboundNotificationWebhookUrl": url.rpartition("/")[0] + "/elsewhere"}
    with (
        varied(rehearsal, INTEGRATION, rehearsal.slot.integration, wrong),
        rehearsal.check("PA-C1.webhook_url.without", customer=ann.id),
    ):
        outcome(rehearsal, ann, agent)


@pytest.mark.checks("PA-C1.region.with", "PA-C1.region.without")
def test_region(rehearsal: Rehearsal) -> None:
    rehearsal.only_reference("the vendor would have to be configured for another region")
    with rehearsal.check("PA-C1.region.with"):
        rehearsal.client.delete("tokens")
        rehearsal.handed_over()
    with in_region(rehearsal, "eu-central-1"), rehearsal.check("PA-C1.region.without"):
        cursor = rehearsal.entry_cursor()
        rehearsal.customer("Bob").says(rehearsal.setting("handoff_phrase"))
        rehearsal.wait_entry(after=cursor, kind="note", name="oauth.wrong_region")


@pytest.mark.checks("PA-C1.role.with", "PA-C1.role.without")
def test_role(rehearsal: Rehearsal) -> None:
    with rehearsal.check("PA-C1.role.with"):
        rehearsal.handed_over()
    with (
        varied(rehearsal, "authorization.roles", "PolyAI Integration", {"permissionPolicies": []}),
        rehearsal.check("PA-C1.role.without"),
    ):
        cursor = rehearsal.entry_cursor()
        rehearsal.customer("Bob").says(rehearsal.setting("handoff_phrase"))
        rehearsal.wait_entry(after=cursor, kind="note", name="permission.denied")


@pytest.mark.checks("PA-C1.client.with", "PA-C1.client.without")
def test_oauth_client(rehearsal: Rehearsal) -> None:
    with rehearsal.check("PA-C1.client.with"):
        rehearsal.client.delete("tokens")
        rehearsal.handed_over()
    with (
        varied(rehearsal, "oauth.clients", rehearsal.slot.env["GENESYS_CLIENT_ID"], {"state": "disabled"}),
        rehearsal.check("PA-C1.client.without"),
    ):
        rehearsal.client.delete("tokens")
        cursor = rehearsal.entry_cursor()
        rehearsal.customer("Bob").says(rehearsal.setting("handoff_phrase"))
        rehearsal.wait_entry(after=cursor, interface="oauth", direction="out", status=400)


@pytest.mark.checks("PA-C1.typing.with", "PA-C1.typing.without")
def test_platform_configuration_with_typing_indicators(rehearsal: Rehearsal) -> None:
    with item(rehearsal, "PA-C1.typing", "with") as (ann, agent):
        cursor = rehearsal.entry_cursor()
        agent.types()
        rehearsal.wait_entry(after=cursor, interface="open_messaging", direction="in", customer=ann.id)
    typing_off = {"event": {"typing": {"on": {"inbound": "Disabled", "outbound": "Disabled"}}}}
    with (
        varied(rehearsal, "messaging.settings", "PolyAI Platform Configuration", typing_off),
        item(rehearsal, "PA-C1.typing", "without") as (ann, agent),
    ):
        agent.types()
        rehearsal.pause(SETTLE)


@pytest.mark.checks("PA-C1.secret.with", "PA-C1.secret.without")
def test_webhook_secret(rehearsal: Rehearsal) -> None:
    with item(rehearsal, "PA-C1.secret", "with") as (ann, agent):
        outcome(rehearsal, ann, agent)
    ann, agent = rehearsal.handed_over("Bob")
    other = {"outboundNotificationWebhookSignatureSecretToken": "not-what-the-vendor-was-told"}
    with (
        varied(rehearsal, INTEGRATION, rehearsal.slot.integration, other),
        rehearsal.check("PA-C1.secret.without", customer=ann.id),
    ):
        outcome(rehearsal, ann, agent)


@pytest.mark.checks("PA-C1.profile.with", "PA-C1.profile.without")
def test_content_profile(rehearsal: Rehearsal) -> None:
    url = rehearsal.media("not really", "image/png")
    picture = [{**PICTURE, "attachment": {**PICTURE["attachment"], "url": url}}]  # type: ignore[dict-item]
    with item(rehearsal, "PA-C1.profile", "with") as (ann, agent):
        cursor = rehearsal.cursor()
        agent.says("", content=picture)
        rehearsal.wait("message.status", after=cursor, customer=ann.id)
    text_only: dict[str, Any] = {"mediaTypes": {"allow": {"inbound": [], "outbound": []}}}
    with (
        varied(rehearsal, "messaging.supportedcontent", "Default", text_only),
        item(rehearsal, "PA-C1.profile", "without") as (ann, agent),
    ):
        cursor = rehearsal.cursor()
        agent.says("", content=picture)
        rehearsal.wait("message.status", after=cursor, customer=ann.id)


@pytest.mark.checks("PA-C1.queue.with", "PA-C1.queue.without")
def test_queue_with_members(rehearsal: Rehearsal) -> None:
    with rehearsal.check("PA-C1.queue.with"):
        rehearsal.handed_over()
    with without_members(rehearsal, "PolyAI Test Queue"), rehearsal.check("PA-C1.queue.without"):
        rehearsal.agent().on_queue()
        cursor = rehearsal.cursor()
        bob = rehearsal.customer("Bob")
        bob.says(rehearsal.setting("handoff_phrase"))
        rehearsal.wait("participant.added", after=cursor, customer=bob.id, purpose="acd")
        rehearsal.pause(SETTLE)


@pytest.mark.checks("PA-C1.flow.with", "PA-C1.flow.without")
def test_flow_that_transfers(rehearsal: Rehearsal) -> None:
    with rehearsal.check("PA-C1.flow.with"):
        rehearsal.handed_over()
    with routed_to(rehearsal, "no-acd"), rehearsal.check("PA-C1.flow.without"):
        cursor = rehearsal.cursor()
        bob = rehearsal.customer("Bob")
        bob.says(rehearsal.setting("handoff_phrase"))
        rehearsal.wait("flow.ended", after=cursor, customer=bob.id)


@pytest.mark.checks("PA-C1.routing.with", "PA-C1.routing.without")
def test_message_routing(rehearsal: Rehearsal) -> None:
    with rehearsal.check("PA-C1.routing.with"):
        rehearsal.handed_over()
    with routed_to(rehearsal, None), rehearsal.check("PA-C1.routing.without"):
        cursor = rehearsal.cursor()
        bob = rehearsal.customer("Bob")
        bob.says(rehearsal.setting("handoff_phrase"))
        try:
            rehearsal.wait("conversation.ended", after=cursor, customer=bob.id, timeout=2.0)
        except NeverHappened:
            return
