from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from understudy.clock import ManualClock, OrgClock
from understudy.errors import Refused
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.web_deployments.configurations import DEPLOYMENTS, VERSIONS
from understudy.web_messaging import jwt
from understudy.web_messaging.guests import Guest, guests_of
from understudy.web_messaging.identity import (
    HANDLERS,
    KEPT,
    Identity,
    SignInGuest,
    SignOutGuest,
    exchange,
    identity_of,
    refreshed,
    sign_ins,
    signed_in,
)
from understudy.web_messaging.intentions import RefuseSession
from understudy.web_messaging.terms import GuestRates, terms
from understudy.world.entities import Entity
from understudy.world.org import Org

Deploy = Callable[..., Entity]


@pytest.fixture
def org() -> Org:
    clock = OrgClock(ManualClock())
    return Org("acme", "Acme", clock=clock, ids=Ids(1, "acme", "salt"), limits=load_limits(), commands=HANDLERS)


@pytest.fixture
def deploy(org: Org) -> Deploy:
    def make(id_: str = "d", *, enabled: bool = True) -> Entity:
        body = {"id": id_, "version": "1", "authenticationSettings": {"enabled": enabled, "integrationId": "idp"}}
        org.entities.put(f"{VERSIONS}/c-{id_}", "1", body)
        deployment = {"id": id_, "name": id_, "configuration": {"id": f"c-{id_}", "version": "1"}}
        return org.entities.put(DEPLOYMENTS, id_, deployment)

    return make


def code_of(org: Org, **more: Any) -> str:
    return str(org.perform(SignInGuest(**{"deployment": "d", "subject": "ann@idp", "name": "Ann", **more})))


def test_a_code_becomes_a_token_that_says_who_signed_in(org: Org, deploy: Deploy) -> None:
    token, _ = exchange(org, deploy(), {"code": code_of(org)})
    found = identity_of(org, "d", token)
    assert isinstance(found, Identity)
    assert (found.subject, found.name, found.deployment) == ("ann@idp", "Ann", "d")


def test_a_code_is_good_once(org: Org, deploy: Deploy) -> None:
    deployment = deploy()
    code = code_of(org)
    exchange(org, deployment, {"code": code})
    with pytest.raises(Refused, match=r"401.*Session authentication failed"):
        exchange(org, deployment, {"code": code})


def test_a_code_is_good_for_its_time_and_its_deployment(org: Org, deploy: Deploy) -> None:
    deployment, other = deploy(), deploy("other")
    late, foreign = code_of(org), code_of(org)
    with pytest.raises(Refused, match="401"):
        exchange(org, other, {"code": foreign})
    org.clock.jump(301)
    with pytest.raises(Refused, match="401"):
        exchange(org, deployment, {"code": late})


def test_a_code_that_was_asked_for_with_a_challenge_needs_its_verifier(org: Org, deploy: Deploy) -> None:
    deployment, verifier = deploy(), "a-verifier-of-the-page"
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    for wrong in ({}, {"codeVerifier": "another"}, {"codeVerifier": challenge}):
        with pytest.raises(Refused, match="codeVerifier"):
            exchange(org, deployment, {"code": code_of(org, challenge=challenge), **wrong})
    assert exchange(org, deployment, {"code": code_of(org, challenge=challenge), "codeVerifier": verifier})


def test_a_nonce_is_compared_where_there_was_one(org: Org, deploy: Deploy) -> None:
    deployment = deploy()
    with pytest.raises(Refused, match="nonce"):
        exchange(org, deployment, {"code": code_of(org, nonce="n1"), "nonce": "n2"})
    assert exchange(org, deployment, {"code": code_of(org, nonce="n1"), "nonce": "n1"})
    assert exchange(org, deployment, {"code": code_of(org), "nonce": "whatever"})


@pytest.mark.parametrize("given", [{}, {"code": None}, {"code": "", "idToken": ""}])
def test_without_a_code_there_is_nothing_to_exchange(org: Org, deploy: Deploy, given: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="400"):
        exchange(org, deploy(), given)


def test_a_refresh_token_gives_a_new_token_of_the_same_person(org: Org, deploy: Deploy) -> None:
    deployment = deploy()
    first, refresh = exchange(org, deployment, {"code": code_of(org)})
    org.clock.jump(3601)
    assert isinstance(identity_of(org, "d", first), RefuseSession)
    found = identity_of(org, "d", refreshed(org, deployment, refresh))
    assert isinstance(found, Identity)
    assert found.subject == "ann@idp"
    with pytest.raises(Refused, match="401"):
        refreshed(org, deploy("other"), refresh)
    org.clock.jump(30 * 24 * 3600)
    with pytest.raises(Refused, match=r"401.*Try to authenticate again"):
        refreshed(org, deployment, refresh)


def test_who_signed_out_is_nobody_and_the_guests_hear_of_it(org: Org, deploy: Deploy) -> None:
    deployment = deploy()
    token, refresh = exchange(org, deployment, {"code": code_of(org)})
    identity = signed_in(org, jwt.read(org, token), "d").identity
    sign_in = identity.sign_in
    rates = GuestRates(terms(org.limits))
    guests_of(org).add(
        Guest(id="g1", tokens=["t"], deployment="d", expires=9e9, duration=60, rates=rates, identity=identity)
    )
    org.perform(SignOutGuest(sign_in))
    org.perform(SignOutGuest(sign_in))
    effects = org.take_effects("web_messaging")
    assert [(effect.kind, effect.data["sign_in"]) for effect in effects] == [("logout", sign_in)]
    assert isinstance(identity_of(org, "d", token), RefuseSession)
    with pytest.raises(Refused, match="401"):
        refreshed(org, deployment, refresh)


@pytest.mark.parametrize("code", ["", "x.y.z", "guest"])
def test_what_is_no_token_of_a_sign_in_does_not_authenticate(org: Org, deploy: Deploy, code: str) -> None:
    deploy()
    given = jwt.sign(org, jwt.GUEST, "g1", "d")[0] if code == "guest" else code
    refused = identity_of(org, "d", given)
    assert isinstance(refused, RefuseSession)
    assert refused.code == 401


def test_a_sign_in_that_no_guest_used_ends_in_silence(org: Org, deploy: Deploy) -> None:
    token, _ = exchange(org, deploy(), {"code": code_of(org)})
    org.perform(SignOutGuest(signed_in(org, jwt.read(org, token), "d").identity.sign_in))
    assert org.take_effects("web_messaging") == []
    assert isinstance(identity_of(org, "d", token), RefuseSession)


def test_a_token_is_of_one_deployment(org: Org, deploy: Deploy) -> None:
    token, _ = exchange(org, deploy(), {"code": code_of(org)})
    deploy("other")
    refused = identity_of(org, "other", token)
    assert isinstance(refused, RefuseSession)
    assert refused.code == 401


def test_where_authentication_is_off_nobody_signs_in(org: Org, deploy: Deploy) -> None:
    deployment = deploy(enabled=False)
    refused = identity_of(org, "d", "any")
    assert isinstance(refused, RefuseSession)
    assert refused.code == 403
    for attempt in (
        lambda: code_of(org),
        lambda: exchange(org, deployment, {"code": "c"}),
        lambda: refreshed(org, deployment, "r"),
    ):
        with pytest.raises(Refused, match="403"):
            attempt()


@pytest.mark.parametrize(
    ("given", "status"), [({"deployment": "none"}, 404), ({"subject": ""}, 400), ({"subject": "x" * 300}, 400)]
)
def test_a_sign_in_needs_a_deployment_and_a_subject(
    org: Org, deploy: Deploy, given: dict[str, str], status: int
) -> None:
    deploy()
    with pytest.raises(Refused, match=str(status)):
        code_of(org, **given)


def test_codes_and_sign_ins_are_bounded_and_the_oldest_go(org: Org, deploy: Deploy) -> None:
    deployment = deploy()
    _, first = exchange(org, deployment, {"code": code_of(org)})
    for _ in range(KEPT):
        exchange(org, deployment, {"code": code_of(org)})
    for _ in range(KEPT + 5):
        code_of(org)
    known = sign_ins(org)
    assert (len(known.codes), len(known.by_id), len(known.by_refresh)) == (KEPT, KEPT, KEPT)
    with pytest.raises(Refused, match="401"):
        refreshed(org, deployment, first)
