from __future__ import annotations

import pytest
from tests.web_messaging.staging import deploy, guest_at, jwt, make_org

from understudy.clock import ManualClock
from understudy.conversations.commands import Disconnect
from understudy.web_messaging import guests as g
from understudy.web_messaging.behaviour import GuestSays
from understudy.web_messaging.guests import guest_by_id, guest_called, guest_of, guests_of
from understudy.web_messaging.identity import Identity
from understudy.world.org import Org


@pytest.fixture
def org() -> Org:
    return make_org(ManualClock())


def test_a_token_and_an_id_name_the_same_guest(org: Org) -> None:
    guest = guest_at(org)
    assert guest_of(org, "t") is guest_by_id(org, guest.id) is guest
    assert guest.id != guest.token == "t"
    assert guest_of(org, guest.id) is None
    assert g.leg_of(guest).profile == {"language": "de"}


def test_of_too_many_guests_the_oldest_without_a_connection_goes(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(g, "GUESTS_KEPT", 2)
    first, second = guest_at(org, "a", 1), guest_at(org, "b", 2)
    second.sockets.clear()
    guest_at(org, "c", 3)
    assert guest_of(org, "b") is None
    assert guest_of(org, "a") is first
    assert not g.make_room(org)
    assert len(org.schedule) == 2  # an interval of each that is kept, and of nobody else


def test_a_guest_of_many_tokens_keeps_the_first_and_the_newest(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(g, "TOKENS_KEPT", 2)
    guest, known = guest_at(org, "a"), guests_of(org)
    known.rename(guest, "b")
    known.rename(guest, "b")
    known.rename(guest, "c")
    assert guest.tokens == ["a", "c"]
    assert set(known.by_token) == {"a", "c"}
    known.expire(guest)
    assert known.by_token == known.by_id == {}
    assert set(known.expired) == {"a", "c"}


def test_expired_tokens_are_remembered_within_a_bound(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(g, "EXPIRED_KEPT", 1)
    for token in "ab":
        guests_of(org).expire(guest_at(org, token))
    assert list(guests_of(org).expired) == ["b"]


def test_upgrades_are_counted_by_deployment(org: Org) -> None:
    waits = [g.upgrade_wait(org, "d") for _ in range(1001)]
    assert waits == [0] * 1000 + [60]
    assert g.upgrade_wait(org, "other") == 0


def test_an_ended_conversation_is_read_only_where_the_deployment_says_so(org: Org) -> None:
    deploy(org, "send", app={"conversationDisconnect": {"enabled": True, "type": "Send"}})
    deploy(org, "off", app={"conversationDisconnect": {"enabled": False, "type": "ReadOnly"}})
    for number, (deployment, expected) in enumerate({"d": True, "send": False, "off": False}.items()):
        guest = guest_at(org, deployment, number, deployment=deployment)
        conversation, _ = org.perform(GuestSays(guest.id, "Text", "hello"))
        assert not g.is_read_only(org, guest)
        org.perform(Disconnect(conversation.id))
        assert g.is_read_only(org, guest) is expected


def test_a_guest_remembers_the_newest_conversations(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(g, "CONVERSATIONS_KEPT", 2)
    guest = guest_at(org)
    for _ in range(3):
        org.perform(GuestSays(guest.id, "Text", "hello"))
        g.start_anew(org, guest)
    assert len(set(guest.conversations)) == 2
    assert guest.conversation == ""
    assert all(one.ended is not None for one in org.conversations.values())


def test_a_person_is_found_by_the_oldest_session_until_all_are_gone(org: Org) -> None:
    deploy(org, sign_in=True)
    first, known = guest_at(org, "a", 1, code=jwt(org, "ann")), guests_of(org)
    second = guest_at(org, "b", 2)
    known.identify(second, Identity("ann", "Ann", "d", "another sign-in"))
    assert known.of_person("d", "ann") is first
    known.drop(first)
    assert known.of_person("d", "ann") is second
    known.identify(second, Identity("bob", "Bob", "d", "a third"))
    assert (known.of_person("d", "ann"), known.of_person("d", "bob")) == (None, second)
    known.drop(second)
    assert known.by_person == {}


def test_a_resume_token_stays_and_goes_with_its_guest(org: Org) -> None:
    guest, known = guest_at(org, "a"), guests_of(org)
    assert known.resumable(guest, "r") == known.resumable(guest, "s") == "r"
    assert known.by_resume == {"r": guest}
    known.drop(guest)
    assert known.by_resume == {}


def test_a_guest_is_found_by_who_its_client_says_it_is(org: Org) -> None:
    assert guest_called(org, "ann") is None
    context = {"customer": {"id": "ann", "idType": "cookie"}}
    old, new = (guest_at(org, token, socket, journey_context=context) for socket, token in enumerate("ab"))
    assert guest_called(org, "ann") is new
    guests_of(org).drop(new)
    assert guest_called(org, "ann") is old
