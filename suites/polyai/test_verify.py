"""V1 to V4: the guide's own verification. Time: a few short real waits, no interval of the platform."""

from __future__ import annotations

import pytest

from understudy.actors import Rehearsal
from understudy.actors.variations import without_permission

SETTLE = 0.4  # seconds in which something unwanted would still arrive


@pytest.mark.checks("PA-V1.channel")
@pytest.mark.profile("channel")
def test_a_message_reaches_the_webhook_and_the_reply_comes_back(rehearsal: Rehearsal) -> None:
    with rehearsal.check("PA-V1.channel", texts=["A message from Genesys"], reply="The reply of the user"):
        ann, agent = rehearsal.handed_over()
        rehearsal.expect("PA-V1.channel", customer=ann.id)
        agent.says("A message from Genesys")
        ann.sees(1)
        cursor = rehearsal.cursor()
        ann.says("The reply of the user")
        rehearsal.wait("message.received", after=cursor, customer=ann.id)


@pytest.mark.checks("PA-V1.forward")
@pytest.mark.profile("forward")
def test_a_forwarded_message_is_answered(rehearsal: Rehearsal) -> None:
    ann = rehearsal.customer()
    with rehearsal.check("PA-V1.forward", customer=ann.id, text="Hello from a customer of Genesys"):
        ann.says("Hello from a customer of Genesys")
        ann.sees(1)


@pytest.mark.checks("PA-V2")
@pytest.mark.profile("channel")
def test_a_handoff_lands_in_the_queue_with_its_history(rehearsal: Rehearsal) -> None:
    with rehearsal.check("PA-V2", queue="PolyAI Test Queue", flow="PolyAI Handoff Flow"):
        ann, agent = rehearsal.handed_over()
        rehearsal.expect("PA-V2", customer=ann.id)
        read = agent.reads()
        rehearsal.note("agent.read", customer=ann.id, messages=len(read), attributes=sorted(agent.attributes()))


@pytest.mark.checks("PA-V3.allowed")
@pytest.mark.profile("channel")
def test_the_guides_role_allows_every_call(rehearsal: Rehearsal) -> None:
    with rehearsal.check("PA-V3.allowed"):
        ann, agent = rehearsal.handed_over()
        ann.types()
        agent.says("One moment")
        ann.sees(1)
        cursor = rehearsal.cursor()
        ann.says("Thank you")
        rehearsal.wait("message.received", after=cursor, customer=ann.id)
        ann.says(rehearsal.setting("end_phrase"))
        rehearsal.pause(SETTLE)


@pytest.mark.checks("PA-V3.removed")
@pytest.mark.profile("channel")
@pytest.mark.exclusive
def test_without_a_needed_permission_the_failing_call_is_named(rehearsal: Rehearsal) -> None:
    rehearsal.handed_over("First")  # so that there is activity to read the needed permissions from
    needed = rehearsal.activity()["needed"]
    assert needed, "the endpoint's client made no call that needs a permission"
    for permission in needed:
        with without_permission(rehearsal, permission), rehearsal.check("PA-V3.removed", permission=permission):
            cursor = rehearsal.entry_cursor()
            ann = rehearsal.customer()
            ann.says(rehearsal.setting("handoff_phrase"))
            rehearsal.wait_entry(after=cursor, kind="note", name="permission.denied")


@pytest.mark.checks("PA-V4")
@pytest.mark.profile("channel")
def test_activity_of_integration_and_client_is_shown(rehearsal: Rehearsal) -> None:
    before = rehearsal.activity()["calls"]
    with rehearsal.check("PA-V4"):
        ann, agent = rehearsal.handed_over()
        agent.says("For the record")
        ann.sees(1)
        after = rehearsal.activity()["calls"]
        calls = {name: count - before.get(name, 0) for name, count in after.items() if count > before.get(name, 0)}
        rehearsal.note("activity.shown", customer=ann.id, operations=sorted(calls), calls=sum(calls.values()))
