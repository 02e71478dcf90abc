from __future__ import annotations

import pytest

from understudy.clock import ManualClock
from understudy.conversations.commands import AgentAccept, CustomerMessage, Disconnect, RoutingStatus, Wrapup
from understudy.conversations.model import Conversation, Leg, Participant
from understudy.errors import Refused
from understudy.world.org import Org


def talk(org: Org, prompt: str | None = None, address: str = "ann") -> tuple[Conversation, Participant]:
    """A conversation with the agent u1 connected, in a queue with this wrap-up prompt (and 60 s)."""
    if prompt is not None:
        settings = {"wrapupPrompt": prompt, "timeoutMs": 60_000}
        org.entities.put("routing.queues", "q1", {"id": "q1", "name": "Support", "acwSettings": settings})
    org.perform(RoutingStatus("u1", "IDLE"))
    conversation: Conversation = org.perform(CustomerMessage(Leg("open_messaging", "i1", address), text="hello"))[0]
    agent = conversation.live("agent")
    assert agent is not None
    org.perform(AgentAccept(conversation.id, agent.id))
    return conversation, agent


def acw(org: Org) -> list[str]:
    return [c.data["state"] for c in org.changes.read(0) if c.kind == "participant.acw"]


def status(org: Org) -> str:
    found: str = org.live["routing.status"]["u1"]
    return found


def test_after_call_work_begins_when_the_agent_leaves_and_ends_with_a_code(org: Org, clock: ManualClock) -> None:
    conversation, agent = talk(org, "MANDATORY")
    org.perform(Disconnect(conversation.id, agent.id))
    assert agent.in_wrapup
    assert (acw(org), status(org)) == (["start"], "INTERACTING")
    clock.advance(12)
    org.perform(Wrapup(conversation.id, agent.id, "w1", "all good"))
    assert (acw(org), status(org), agent.in_wrapup) == (["start", "end"], "IDLE", False)
    wrapup = agent.communication.wrapup
    assert wrapup is not None
    assert (wrapup["code"], wrapup["name"], wrapup["notes"], wrapup["durationSeconds"]) == (
        "w1",
        "Solved",
        "all good",
        12,
    )


def test_an_optional_wrap_up_frees_the_agent_at_once(org: Org) -> None:
    conversation, agent = talk(org, "OPTIONAL")
    org.perform(Disconnect(conversation.id, agent.id))
    assert (agent.in_wrapup, status(org)) == (True, "IDLE")


@pytest.mark.parametrize("prompt", ["MANDATORY_TIMEOUT", "MANDATORY_FORCED_TIMEOUT", "OPTIONAL", "AGENT_REQUESTED"])
def test_after_call_work_ends_by_time(org: Org, clock: ManualClock, prompt: str) -> None:
    conversation, agent = talk(org, prompt)
    org.perform(Disconnect(conversation.id, agent.id))
    clock.advance(59)
    org.tick()
    assert acw(org) == ["start"]
    clock.advance(1)
    org.tick()
    assert (acw(org), status(org)) == (["start", "end"], "IDLE")


def test_a_mandatory_wrap_up_never_ends_by_time(org: Org, clock: ManualClock) -> None:
    conversation, agent = talk(org, "MANDATORY")
    org.perform(Disconnect(conversation.id, agent.id))
    clock.advance(86_400)
    org.tick()
    assert agent.in_wrapup


def test_a_code_given_during_the_conversation_ends_the_work_as_it_begins(org: Org) -> None:
    conversation, agent = talk(org, "MANDATORY")
    org.perform(Wrapup(conversation.id, agent.id, "w1"))
    assert acw(org) == []
    org.perform(Disconnect(conversation.id, agent.id))
    assert (acw(org), status(org)) == (["start", "end"], "IDLE")


def test_an_optional_wrap_up_can_be_skipped_and_a_mandatory_one_cannot(org: Org) -> None:
    conversation, agent = talk(org, "OPTIONAL")
    org.perform(Disconnect(conversation.id, agent.id))
    org.perform(Wrapup(conversation.id, agent.id))
    assert (agent.wrapup_skipped, acw(org)) == (True, ["start", "end"])
    conversation, agent = talk(org, "MANDATORY", "bob")
    with pytest.raises(Refused) as refused:
        org.perform(Wrapup(conversation.id, agent.id))
    assert refused.value.code == "conversation.error.wrapup.cannot.skip"


def test_an_unknown_code_and_a_party_without_wrap_up_are_refused(org: Org) -> None:
    conversation, agent = talk(org)
    with pytest.raises(Refused) as refused:
        org.perform(Wrapup(conversation.id, agent.id, "w9"))
    assert refused.value.code == "conversation.error.wrapup.code.required"
    with pytest.raises(Refused, match="no agent"):
        org.perform(Wrapup(conversation.id, conversation.customer.id, "w1"))


def test_an_agent_who_never_answered_has_no_after_call_work(org: Org, clock: ManualClock) -> None:
    org.perform(RoutingStatus("u1", "IDLE"))
    org.perform(CustomerMessage(Leg("open_messaging", "i1", "ann"), text="hello"))
    clock.advance(30)
    org.tick()
    assert acw(org) == []
