from __future__ import annotations

import pytest

from understudy.clock import ManualClock
from understudy.conversations.commands import (
    AgentAccept,
    CustomerEvent,
    CustomerMessage,
    Disconnect,
    RoutingStatus,
    ThreadExpired,
)
from understudy.conversations.model import Conversation, Leg, Message
from understudy.conversations.window import set_timeline
from understudy.errors import Refused
from understudy.world.org import Org

HOUR = 3600.0


def say(org: Org, text: str = "hello", address: str = "ann", **more: object) -> tuple[Conversation, Message]:
    command = CustomerMessage(Leg("open_messaging", "i1", address, nickname="Ann"), text=text, **more)  # type: ignore[arg-type]
    found: tuple[Conversation, Message] = org.perform(command)
    return found


def kinds(org: Org) -> list[str]:
    return [change.kind for change in org.changes.read(org.changes.start)]


def test_the_first_message_starts_a_conversation_and_runs_its_flow(org: Org) -> None:
    conversation, message = say(org, "hello")
    assert [p.purpose for p in conversation.participants] == ["customer", "workflow", "acd"]
    assert (message.direction, message.status, message.text) == ("inbound", "received", "hello")
    assert conversation.customer.name == "Ann"
    assert [m.text for m in conversation.messages.values()] == ["hello", "Welcome"]
    told = [kind for kind in kinds(org) if not kind.startswith("entity.")]
    assert told[:3] == ["conversation.started", "participant.added", "participant.state"]


def test_a_live_conversation_is_joined_and_its_flow_does_not_run_again(org: Org) -> None:
    first, _ = say(org)
    second, _ = say(org, "again")
    assert second is first
    assert kinds(org).count("flow.started") == 1


def test_another_address_or_integration_is_another_conversation(org: Org) -> None:
    first, _ = say(org)
    assert say(org, address="bob")[0] is not first
    other: tuple[Conversation, Message] = org.perform(CustomerMessage(Leg("open_messaging", "i2", "ann"), text="x"))
    assert other[0] is not first


def test_a_reply_within_the_window_keeps_the_id_and_starts_a_new_round(org: Org, clock: ManualClock) -> None:
    first, _ = say(org)
    org.perform(Disconnect(first.id, kind="system"))
    clock.advance(72 * HOUR - 1)
    org.tick()
    again, _ = say(org, "still there?")
    assert again.id == first.id
    assert again.ended is None
    assert [p.purpose for p in again.participants] == ["customer", "workflow", "acd"] * 2
    assert again.customer is again.participants[3]
    assert [p.is_live for p in again.participants] == [False, False, False, True, False, True]


def test_a_reply_after_the_window_starts_a_new_conversation(org: Org, clock: ManualClock) -> None:
    first, _ = say(org)
    org.perform(Disconnect(first.id, kind="system"))
    clock.advance(72 * HOUR)
    assert say(org)[0].id != first.id


def test_the_window_starts_when_the_conversation_ends_not_when_it_starts(org: Org, clock: ManualClock) -> None:
    first, _ = say(org)
    clock.advance(100 * HOUR)
    assert say(org, "slow")[0] is first
    org.perform(Disconnect(first.id))
    clock.advance(71 * HOUR)
    assert say(org)[0].id == first.id


def test_a_timeline_of_zero_makes_every_reply_a_new_conversation(org: Org) -> None:
    set_timeline(org, "open", 0)
    first, _ = say(org)
    org.perform(Disconnect(first.id))
    assert say(org)[0].id != first.id


def test_the_interval_forgets_the_thread_at_the_end_of_the_window(org: Org, clock: ManualClock) -> None:
    set_timeline(org, "open", 1)
    first, _ = say(org)
    org.perform(Disconnect(first.id))
    assert ("i1", "ann") in org.live["threads"]
    clock.advance(60)
    assert org.tick() == 1
    assert ("i1", "ann") not in org.live["threads"]


def test_a_thread_that_was_opened_again_does_not_expire(org: Org) -> None:
    first, _ = say(org)
    org.perform(ThreadExpired(first.id))
    org.perform(ThreadExpired("gone"))
    assert say(org)[0] is first


def test_attributes_go_to_the_customer_and_stay_in_the_next_round(org: Org) -> None:
    conversation, _ = say(org, attributes={"order": "7"})
    assert conversation.participants[0].attributes == {"order": "7"}
    org.perform(Disconnect(conversation.id))
    say(org, attributes={"tier": "gold"})
    assert conversation.customer.attributes == {"order": "7", "tier": "gold"}
    assert conversation.participants[0].attributes == {"order": "7"}


def test_the_same_message_id_and_time_is_the_same_message(org: Org) -> None:
    conversation, first = say(org, provider_id="v1", at=5.0)
    assert say(org, provider_id="v1", at=5.0)[1] is first
    assert say(org, provider_id="v1", at=6.0)[1] is not first
    assert say(org, at=5.0)[1] is not first
    assert [note.name for note in org.notes].count("message.repeated") == 1
    assert len(conversation.customer.communication.messages) == 3


def test_a_threaded_reply_prefers_the_last_agent(org: Org, clock: ManualClock) -> None:
    org.perform(RoutingStatus("u2", "IDLE"))
    conversation, _ = say(org)
    agent = conversation.live("agent")
    assert agent is not None
    org.perform(AgentAccept(conversation.id, agent.id))
    org.perform(RoutingStatus("u1", "IDLE"))
    clock.advance(10)
    org.perform(Disconnect(conversation.id, agent.id))
    say(org)
    again = conversation.live("agent")
    assert again is not None
    assert again.user == "u2"  # though u1 has been idle for longer


def test_typing_reaches_a_live_conversation_only(org: Org) -> None:
    leg = Leg("open_messaging", "i1", "ann")
    event = CustomerEvent(leg, ({"eventType": "Typing", "typing": {"type": "On", "duration": 5000}},))
    assert org.perform(event) is None
    conversation, _ = say(org)
    assert org.perform(event) is conversation
    typing = [c for c in org.changes.read(0) if c.kind == "typing"]
    assert [c.data for c in typing] == [{"from": "customer", "duration": 5000}]


def test_typing_is_dropped_with_a_note_where_the_setting_is_off(org: Org) -> None:
    org.entities.put("messaging.integrations.open", "i1", {"id": "i1", "messagingSetting": {"id": "s1"}})
    org.entities.put("messaging.settings", "s1", {"id": "s1", "event": {"typing": {"on": {"inbound": "Disabled"}}}})
    say(org)
    org.perform(CustomerEvent(Leg("open_messaging", "i1", "ann"), ({"eventType": "Typing"},)))
    assert "typing" not in kinds(org)
    assert "typing.off" in [note.name for note in org.notes]


@pytest.mark.parametrize("minutes", [-1, 4321])
def test_a_timeline_outside_the_limits_is_refused(org: Org, minutes: int) -> None:
    with pytest.raises(Refused, match="timeoutInMinutes"):
        set_timeline(org, "open", minutes)
