from __future__ import annotations

from typing import Any

import pytest
from tests.web_messaging.staging import ask, deploy, guest_at, jwt, make_org, refusal, said

from understudy.clock import ManualClock
from understudy.web_messaging import guests as g
from understudy.web_messaging.behaviour import GuestSays
from understudy.web_messaging.frames import SessionFacts
from understudy.web_messaging.guests import guest_of
from understudy.web_messaging.intentions import Configured, RefuseSession
from understudy.world.org import Org


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def org(clock: ManualClock) -> Org:
    return make_org(clock)


def facts(org: Org, token: str = "t", socket: int = 1, **fields: Any) -> SessionFacts:
    _, configured = ask(org, token, socket, **fields)
    assert isinstance(configured, Configured)
    return configured.facts


def test_a_new_token_is_a_new_session_and_a_known_one_goes_on(org: Org) -> None:
    first = facts(org)
    assert (first.new, first.duration, first.expires_at) == (True, 3600, org.now() + 3600)
    guest = guest_of(org, "t")
    assert facts(org, socket=2).new is False
    assert guest_of(org, "t") is guest
    assert guest is not None
    assert guest.sockets == [1, 2]
    assert guest.language == "de"


def test_start_new_ends_the_conversation_and_begins_another(org: Org) -> None:
    guest = guest_at(org)
    conversation, _ = org.perform(GuestSays(guest.id, "Text", "hello"))
    assert facts(org, start_new=True).new is True
    assert conversation.ended is not None
    again, _ = org.perform(GuestSays(guest.id, "Text", "hello"))
    assert again.id != conversation.id
    assert again.leg.address == guest.id


def test_the_fourth_connection_displaces_the_oldest(org: Org) -> None:
    for socket in (1, 2, 3, 4):
        guest = guest_at(org, socket=socket)
    assert guest.sockets == [2, 3, 4]
    assert [effect.data["socket"] for effect in said(org, "displaced")] == [1]


def test_what_can_not_be_configured_has_its_code(org: Org) -> None:
    guest = guest_at(org)
    deploy(org, "other")
    assert refusal(org, deployment="other") == 4007
    assert refusal(org, "new", resume_token="nonsense") == 4007
    deploy(org, "off", status="Inactive")
    assert refusal(org, "u", deployment="off") == refusal(org, "u", deployment="gone") == 403
    g.guests_of(org).expire(guest)
    assert refusal(org) == 4006


def test_configuring_on_new_sockets_is_counted_by_session(org: Org) -> None:
    for socket in range(60):
        guest_at(org, socket=socket)
    _, refused = ask(org, socket=60)
    assert isinstance(refused, RefuseSession)
    assert (refused.code, refused.retry_after) == (4029, 60)


def test_a_resume_token_lets_another_token_go_on(org: Org) -> None:
    guest = guest_at(org)
    g.guests_of(org).resumable(guest, "r")
    assert facts(org, "u", 2, resume_token="r").new is False
    assert guest_of(org, "u") is guest


def test_when_all_that_are_kept_are_connected_nobody_else_comes(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(g, "GUESTS_KEPT", 1)
    guest_at(org)
    assert refusal(org, "u", 2) == 5000


def test_an_anonymous_guest_who_signs_in_keeps_the_session_where_that_is_allowed(org: Org) -> None:
    deploy(org, sign_in=True)
    guest = guest_at(org)
    guest_at(org, socket=2)
    assert facts(org, code=jwt(org, "ann")).new is False
    assert guest.identity is not None
    assert guest.identity.name == "Ann"
    assert [(e.data["socket"], e.data["reason"]) for e in said(org, "displaced")] == [(2, "signedIn")]
    assert refusal(org, socket=3) == 4017


def test_a_second_device_of_a_person_continues_the_session_and_another_person_does_not(org: Org) -> None:
    deploy(org, sign_in=True)
    ann = guest_at(org, "t", 1, code=jwt(org, "ann"))
    assert guest_at(org, "u", 2, code=jwt(org, "ann")) is ann
    bob = guest_at(org, "v", 3, code=jwt(org, "bob"))
    assert bob is not ann
    found = facts(org, "v", 3, code=jwt(org, "cid"))
    assert (found.new, found.cleared_existing) == (True, True)
    assert guest_of(org, "v") not in (ann, bob, None)


def test_a_wrong_sign_in_is_refused(org: Org) -> None:
    assert refusal(org, code="x") == 403
    deploy(org, sign_in=True)
    assert refusal(org, code="x") == 401


def test_who_starts_anew_opens_the_other_connections_again(org: Org) -> None:
    guest = guest_at(org)
    guest_at(org, socket=2)
    org.perform(GuestSays(guest.id, "Text", "hello"))
    assert facts(org, socket=2, start_new=True).new is True
    (reopened,) = said(org, "reopened")
    assert reopened.data["sockets"] == (1,)
    assert (reopened.data["facts"].new, reopened.data["facts"].read_only) == (False, False)
    assert facts(org, "alone", 3, start_new=True).new is True
    assert said(org, "reopened") == []


def test_a_sign_in_is_found_among_many_without_looking_at_each(org: Org) -> None:
    deploy(org, sign_in=True)
    guest_at(org, "t", 1, code=jwt(org, "ann"))
    g.guests_of(org).by_id = NotToBeReadThrough(g.guests_of(org).by_id)
    assert facts(org, "u", 2, code=jwt(org, "ann")).new is False
    assert refusal(org, "v", 3, resume_token="nonsense") == 4007


class NotToBeReadThrough(dict[str, Any]):
    def values(self) -> Any:
        raise AssertionError("a linear search")


NO_USE = [None, {}, {"customer": 5}, {"customer": {"id": 5}}, {"customer": {"id": "x" * 300}}]


@pytest.mark.parametrize("context", NO_USE)
def test_a_journey_that_says_nothing_of_use_is_none(org: Org, context: Any) -> None:
    assert guest_at(org, journey_context=context).journey == ""
