"""OM-11, OM-12, OM-39 to OM-42: failures behind the webhook, handoff, end, transfer, threading."""

from __future__ import annotations

import pytest

from understudy.actors import NeverHappened, Rehearsal

SETTLE = 0.5
WEBHOOK_TIMEOUT = 10.0  # seconds that the platform waits for a webhook
THREADING = 72 * 3600 + 60  # seconds: the default window and a minute


@pytest.mark.checks("OM-11")
@pytest.mark.needs("upstream_failures", seconds=85)
@pytest.mark.exclusive
def test_nothing_is_lost_while_the_vendors_upstream_is_down(rehearsal: Rehearsal) -> None:
    ann, agent = rehearsal.handed_over()
    with rehearsal.check("OM-11", customer=ann.id, texts=["not lost"]):
        rehearsal.vendor_upstream(failing=2)
        cursor = rehearsal.cursor()
        agent.says("not lost")
        for _ in range(2):
            rehearsal.after(6, "a webhook's retry comes 5 s after a 5xx")
        rehearsal.wait("message.status", after=cursor, customer=ann.id)
        ann.sees(1)


@pytest.mark.checks("OM-12")
@pytest.mark.needs("upstream_failures", seconds=10)
@pytest.mark.exclusive
def test_a_slow_upstream_does_not_make_the_webhook_late(rehearsal: Rehearsal) -> None:
    ann, agent = rehearsal.handed_over()
    with (
        rehearsal.shortened("open-messaging.webhook.timeout", 1.5, WEBHOOK_TIMEOUT) as timeout,
        rehearsal.check("OM-12", customer=ann.id, texts=["in time"]),
    ):
        rehearsal.vendor_upstream(slow=0.9 * timeout)
        try:
            cursor = rehearsal.cursor()
            agent.says("in time")
            ann.sees(1, timeout=timeout + 2)
            rehearsal.wait("message.status", after=cursor, customer=ann.id)
        finally:
            rehearsal.vendor_upstream()


@pytest.mark.checks("OM-39")
def test_a_handoff_carries_its_context(rehearsal: Rehearsal) -> None:
    with rehearsal.check("OM-39"):
        ann = rehearsal.customer()
        rehearsal.agent().on_queue()
        ann.says(rehearsal.setting("handoff_phrase"))
        ann.conversation()


@pytest.mark.checks("OM-40")
def test_after_the_end_nothing_is_relayed(rehearsal: Rehearsal) -> None:
    ann, agent = rehearsal.handed_over()
    with rehearsal.check("OM-40", customer=ann.id):
        agent.leaves()
        agent.wraps_up()
        rehearsal.pause(SETTLE)
        rehearsal.note("customer.writes_after_end", customer=ann.id)
        ann.says("anybody there?")
        rehearsal.pause(SETTLE)


@pytest.mark.checks("OM-41")
def test_a_transfer_is_not_the_end(rehearsal: Rehearsal) -> None:
    ann, agent = rehearsal.handed_over()
    second = rehearsal.colleague(agent)
    second.on_queue()
    with rehearsal.check("OM-41", customer=ann.id, texts=["still with you?"]):
        agent.transfers(user=second.user)
        second.accepts(ann)
        rehearsal.pause(SETTLE)
        cursor = rehearsal.cursor()
        ann.says("still with you?")
        try:
            rehearsal.wait("message.received", after=cursor, customer=ann.id, timeout=2.0)
        except NeverHappened:
            return


@pytest.mark.checks("OM-42")
@pytest.mark.exclusive
@pytest.mark.parametrize("window", ["inside", "outside"])
def test_a_reply_after_the_end(rehearsal: Rehearsal, window: str) -> None:
    ann, agent = rehearsal.handed_over()
    before = ann.conversation()
    with rehearsal.check("OM-42", customer=ann.id, conversation=before, same=window == "inside"):
        agent.leaves()
        agent.wraps_up()
        rehearsal.pause(SETTLE)
        if window == "outside":
            rehearsal.after(THREADING, "the threading window is 72 h")
        cursor = rehearsal.cursor()
        agent.on_queue()
        ann.says(rehearsal.setting("handoff_phrase"))
        rehearsal.wait("message.received", after=cursor, customer=ann.id)
        cursor = rehearsal.cursor()
        ann.says("back again")
        rehearsal.wait("message.received", after=cursor, customer=ann.id)
