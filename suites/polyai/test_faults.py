"""F1 to F4: the Genesys side is wrong in one thing, and the record names it. All are derived from the guide's steps."""

from __future__ import annotations

import pytest

from understudy.actors import Rehearsal
from understudy.actors.variations import in_region, nobody_on_queue, routed_to, varied

AFTER_END = "is anybody there?"
SETTLE = 0.5  # seconds in which a wrongly accepted message would show
OTHER_SECRET = "another-secret-of-32-characters!"

pytestmark = [pytest.mark.profile("channel"), pytest.mark.exclusive]


@pytest.mark.checks("PA-F1")
def test_wrong_webhook_secret(rehearsal: Rehearsal) -> None:
    ann, agent = rehearsal.handed_over()
    secret = {"outboundNotificationWebhookSignatureSecretToken": OTHER_SECRET}
    with (
        varied(rehearsal, "messaging.integrations.open", rehearsal.slot.integration, secret),
        rehearsal.check("PA-F1", customer=ann.id),
    ):
        cursor = rehearsal.cursor()
        agent.says("signed with another secret")
        rehearsal.wait("message.status", after=cursor, customer=ann.id)
        rehearsal.pause(SETTLE)
        ann.sees(0)


@pytest.mark.checks("PA-F2.no_acd")
def test_flow_that_does_not_end_in_a_transfer(rehearsal: Rehearsal) -> None:
    ann = rehearsal.customer()
    with routed_to(rehearsal, "no-acd"), rehearsal.check("PA-F2.no_acd", customer=ann.id):
        cursor = rehearsal.cursor()
        ann.says(rehearsal.setting("handoff_phrase"))
        rehearsal.wait("flow.ended", after=cursor, customer=ann.id)
        rehearsal.pause(SETTLE)


@pytest.mark.checks("PA-F2.no_agents")
def test_queue_without_agents(rehearsal: Rehearsal) -> None:
    ann = rehearsal.customer()
    with nobody_on_queue(rehearsal), rehearsal.check("PA-F2.no_agents", customer=ann.id):
        cursor = rehearsal.cursor()
        ann.says(rehearsal.setting("handoff_phrase"))
        rehearsal.wait("participant.added", after=cursor, customer=ann.id, purpose="acd")
        rehearsal.pause(SETTLE)


@pytest.mark.checks("PA-F3")
def test_no_flow_at_the_address(rehearsal: Rehearsal) -> None:
    ann = rehearsal.customer()
    with routed_to(rehearsal, None), rehearsal.check("PA-F3", customer=ann.id):
        cursor = rehearsal.cursor()
        ann.says(rehearsal.setting("handoff_phrase"))
        rehearsal.wait("conversation.ended", after=cursor, customer=ann.id)
        rehearsal.pause(SETTLE)
        rehearsal.note("customer.writes_after_end", customer=ann.id)
        ann.says(AFTER_END)
        rehearsal.expect("PA-F3", after_end=AFTER_END)
        rehearsal.pause(SETTLE)


@pytest.mark.checks("PA-F4")
def test_another_region(rehearsal: Rehearsal) -> None:
    rehearsal.only_reference("the vendor would have to be configured for another region")
    ann = rehearsal.customer()
    with in_region(rehearsal, "eu-central-1"), rehearsal.check("PA-F4", customer=ann.id):
        cursor = rehearsal.entry_cursor()
        ann.says(rehearsal.setting("handoff_phrase"))
        rehearsal.wait_entry(after=cursor, kind="note", name="oauth.wrong_region")
        rehearsal.pause(SETTLE)
