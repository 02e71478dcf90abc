from __future__ import annotations

import pytest
from tests.web_messaging.staging import deploy, guest_at, jwt, make_org, refusal, said

from understudy.clock import ManualClock
from understudy.conversations.model import Sender
from understudy.errors import Refused
from understudy.web_messaging.behaviour import (
    GuestClears,
    GuestEnds,
    GuestLeaves,
    GuestSays,
    GuestsLogOut,
    GuestTypes,
    WatchSocket,
)
from understudy.web_messaging.guests import Guest, guest_by_id, guest_of
from understudy.world.org import Org

TOKEN = "5f8d7e6c-a-guest-s-own"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def org(clock: ManualClock) -> Org:
    return make_org(clock)


@pytest.fixture
def guest(org: Org) -> Guest:
    return guest_at(org, TOKEN)


def test_a_text_begins_a_conversation_and_runs_the_deployments_flow(org: Org, guest: Guest) -> None:
    conversation, message = org.perform(GuestSays(guest.id, "Text", "hello", attributes={"order": "7"}))
    assert (conversation.leg.interface, conversation.leg.integration) == ("web_messaging", "d")
    assert (conversation.leg.address, guest.conversation) == (guest.id, conversation.id)
    assert conversation.customer.attributes == {"order": "7"}
    assert [one.text for one in conversation.messages.values()] == ["hello", "Welcome"]
    assert message.sender is Sender.CUSTOMER
    (delivery,) = said(org, "deliver")
    assert delivery.customer == guest.id
    assert guest.token not in repr(conversation)


def test_a_join_is_an_event_without_a_text(org: Org, guest: Guest) -> None:
    join = {"eventType": "Presence", "presence": {"type": "Join"}}
    conversation, message = org.perform(GuestSays(guest.id, "Event", events=(join,)))
    assert (message.type, message.text, message.events) == ("Event", "", (join,))
    assert "Welcome" in [one.text for one in conversation.messages.values()]


def test_typing_is_seen_in_a_live_conversation_only(org: Org, guest: Guest) -> None:
    typing = ({"eventType": "Typing", "typing": {"type": "On"}},)
    assert org.perform(GuestTypes(guest.id, typing)) is None
    conversation, _ = org.perform(GuestSays(guest.id, "Text", "hello"))
    assert org.perform(GuestTypes(guest.id, typing)) is conversation
    assert org.changes.read(org.changes.end - 1)[0].kind == "typing"


def test_a_guest_ends_the_conversation_and_the_session_goes_on(org: Org, guest: Guest) -> None:
    org.perform(GuestEnds(guest.id))
    conversation, _ = org.perform(GuestSays(guest.id, "Text", "hello"))
    said(org)
    org.perform(GuestEnds(guest.id))
    assert conversation.customer.communication.disconnect_type == "client"
    assert [effect.conversation for effect in said(org, "ended")] == [conversation.id]
    assert guest_by_id(org, guest.id) is guest


def test_who_clears_begins_again_as_another_guest(org: Org, guest: Guest) -> None:
    conversation, _ = org.perform(GuestSays(guest.id, "Text", "hello"))
    org.perform(GuestClears(guest.id))
    assert conversation.ended is not None
    assert guest_of(org, TOKEN) is None
    assert guest_at(org, TOKEN).id != guest.id
    with pytest.raises(Refused, match="There is no session of guest"):
        org.perform(GuestSays(guest.id, "Text", "hello"))


def test_who_leaves_everywhere_closes_the_other_connections(org: Org, guest: Guest) -> None:
    guest_at(org, TOKEN, 2)
    org.perform(GuestLeaves(guest.id, 7))
    assert guest.sockets == [1, 2]
    org.perform(GuestLeaves(guest.id, 1, everywhere=True))
    assert guest.sockets == []
    assert [effect.data["socket"] for effect in said(org, "displaced")] == [2]
    org.perform(GuestLeaves("nobody", 1))


def test_a_session_lives_its_time_after_the_last_message(org: Org, guest: Guest, clock: ManualClock) -> None:
    clock.advance(3000)
    conversation, _ = org.perform(GuestSays(guest.id, "Text", "hello"))
    clock.advance(3000)
    org.tick()
    assert guest_by_id(org, guest.id) is guest
    clock.advance(600)
    org.tick()
    assert guest_by_id(org, guest.id) is None
    effects = [(effect.kind, effect.data.get("sockets")) for effect in said(org) if effect.kind != "deliver"]
    assert effects == [("expired", (1,)), ("ended", None)]
    assert conversation.customer.communication.disconnect_type == "session.expired"
    assert refusal(org, TOKEN) == 4006


def test_a_socket_is_looked_at_when_it_asked_for_it(org: Org, clock: ManualClock) -> None:
    org.perform(WatchSocket(1, org.now() + 10))
    org.perform(WatchSocket(2, org.now() + 10))
    org.perform(WatchSocket(2, None))
    clock.advance(10)
    org.tick()
    assert [effect.data for effect in said(org, "due")] == [{"socket": 1}]


def test_a_sign_in_that_is_revoked_ends_the_sessions_that_rest_on_it(org: Org) -> None:
    deploy(org, sign_in=True)
    ann, bob = (guest_at(org, name, number, code=jwt(org, name)) for number, name in enumerate(("ann", "bob")))
    assert ann.identity is not None
    org.perform(GuestsLogOut(ann.identity.sign_in))
    assert [effect.data["sockets"] for effect in said(org, "logged_out")] == [(0,)]
    assert guest_by_id(org, ann.id) is None
    assert guest_by_id(org, bob.id) is bob
