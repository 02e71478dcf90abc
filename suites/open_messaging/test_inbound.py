"""OM-32 to OM-37, OM-45: what the vendor sends to Genesys, and how it bears refusals."""

from __future__ import annotations

import pytest

from understudy.actors import NeverHappened, Rehearsal

MESSAGE = "postConversationsMessageInboundOpenMessage"
SETTLE = 0.5  # seconds in which a second copy would arrive


@pytest.mark.checks("OM-32", "OM-45")
def test_inbound_messages_are_well_formed(rehearsal: Rehearsal) -> None:
    with rehearsal.check("OM-32"), rehearsal.check("OM-45"):
        ann, _ = rehearsal.handed_over()
        for text in ("one", "two", "three", "four", "five", "six", "seven"):
            cursor = rehearsal.cursor()
            ann.says(text)
            rehearsal.wait("message.received", after=cursor, customer=ann.id)


@pytest.mark.checks("OM-33")
@pytest.mark.exclusive
def test_a_refused_token_is_renewed(rehearsal: Rehearsal) -> None:
    ann, _ = rehearsal.handed_over()
    with rehearsal.check("OM-33", customer=ann.id, texts=["after the token"]):
        rehearsal.client.delete("tokens")
        cursor = rehearsal.cursor()
        ann.says("after the token")
        rehearsal.wait("message.received", after=cursor, customer=ann.id)
        rehearsal.pause(SETTLE)


@pytest.mark.checks("OM-34")
@pytest.mark.exclusive
def test_retry_after_is_honoured(rehearsal: Rehearsal) -> None:
    ann, _ = rehearsal.handed_over()
    texts = ["first", "second"]
    with rehearsal.check("OM-34", customer=ann.id, texts=texts, seconds=2):
        rehearsal.fault(operation=MESSAGE, status=429, code="too.many.requests", times=1, retry_after=2)
        cursor = rehearsal.cursor()
        for text in texts:
            ann.says(text)
        for text in texts:
            rehearsal.wait("message.received", after=cursor, customer=ann.id, text=text, timeout=8.0)
        rehearsal.pause(SETTLE)


@pytest.mark.checks("OM-35")
@pytest.mark.exclusive
def test_server_errors_are_retried_with_the_same_id(rehearsal: Rehearsal) -> None:
    ann, _ = rehearsal.handed_over()
    with rehearsal.check("OM-35", customer=ann.id, texts=["through in the end"]):
        rehearsal.fault(operation=MESSAGE, status=500, code="internal.server.error", times=2)
        cursor = rehearsal.cursor()
        ann.says("through in the end")
        rehearsal.wait("message.received", after=cursor, customer=ann.id, timeout=20.0 if rehearsal.is_real else 3.0)
        rehearsal.pause(SETTLE)


@pytest.mark.checks("OM-36")
def test_typing_is_sent_sparingly(rehearsal: Rehearsal) -> None:
    ann, _ = rehearsal.handed_over()
    with rehearsal.check("OM-36", customer=ann.id):
        cursor = rehearsal.cursor()
        for _ in range(5):
            ann.types()
        rehearsal.wait("typing", after=cursor, customer=ann.id)
        rehearsal.pause(SETTLE)


@pytest.mark.checks("OM-37")
def test_delivery_is_reported(rehearsal: Rehearsal) -> None:
    ann, agent = rehearsal.handed_over()
    with rehearsal.check("OM-37", customer=ann.id):
        cursor = rehearsal.cursor()
        message = agent.says("did you get this?")
        rehearsal.expect("OM-37", message=message)
        try:
            rehearsal.wait(
                "receipt.received", after=cursor, message=message, timeout=30.0 if rehearsal.is_real else 3.0
            )
        except NeverHappened:
            return
