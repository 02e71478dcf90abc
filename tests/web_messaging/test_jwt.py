from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.clock import ManualClock, OrgClock
from understudy.errors import Refused
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.web_messaging.jwt import GUEST, LIVE, Claims, issue, org_of, read, sign
from understudy.world.org import Org
from understudy.world.world import World


@dataclass
class Somebody:
    id: str = "g1"
    deployment: str = "d1"


def new_org(id_: str = "acme", clock: ManualClock | None = None) -> Org:
    clock = clock or ManualClock()
    return Org(id_, "Acme", clock=OrgClock(clock), ids=Ids(1, id_, "salt"), limits=load_limits(), commands={})


@pytest.fixture
def org() -> Org:
    return new_org()


def padded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_a_token_is_three_parts_of_base64url_and_signed_with_hs256(org: Org) -> None:
    token, expires = issue(org, Somebody())
    header, payload, signature = token.split(".")
    assert json.loads(padded(header)) == {"alg": "HS256", "typ": "JWT"}
    said = json.loads(padded(payload))
    assert (said["sub"], said["exp"], said["exp"] - said["iat"]) == ("g1", int(expires), 3600)
    expected = hmac.new(org.live[LIVE].encode(), f"{header}.{payload}".encode(), hashlib.sha256).digest()
    assert padded(signature) == expected
    assert "=" not in token


def test_what_was_signed_is_read(org: Org) -> None:
    token, expires = issue(org, Somebody())
    now = int(org.now())
    assert read(org, token) == Claims(GUEST, "g1", "d1", now, int(expires))


def test_a_token_is_good_until_its_exp_and_no_longer(org: Org) -> None:
    token, expires = issue(org, Somebody())
    org.clock.jump(expires - org.now() - 1)
    assert read(org, token).subject == "g1"
    org.clock.jump(1)
    with pytest.raises(Refused, match=r"401.*Session authentication failed\. Try to authenticate again"):
        read(org, token)


def test_one_orgs_token_is_no_other_orgs(org: Org) -> None:
    other = new_org("other")
    world = World()
    world.add(org)
    world.add(other)
    token, _ = issue(org, Somebody())
    assert org_of(world, token) is org
    with pytest.raises(Refused, match="401"):
        read(other, token)


@pytest.mark.parametrize("alg", ["none", "HS512", "RS256"])
def test_no_other_algorithm_is_taken(org: Org, alg: str) -> None:
    _, payload, signature = issue(org, Somebody())[0].split(".")
    header = base64.urlsafe_b64encode(json.dumps({"alg": alg, "typ": "JWT"}).encode()).rstrip(b"=").decode()
    for last in (signature, ""):
        with pytest.raises(Refused, match="401"):
            read(org, f"{header}.{payload}.{last}")


def test_a_changed_letter_anywhere_makes_it_worthless(org: Org) -> None:
    token, _ = issue(org, Somebody())
    for place in range(0, len(token), 7):
        if token[place] != ".":
            changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
            with pytest.raises(Refused, match="401"):
                read(org, changed)


@given(st.text(max_size=60) | st.just("a" * 5000) | st.lists(st.text(max_size=9), max_size=4).map(".".join))
def test_whatever_a_peer_sends_is_refused_and_never_breaks(text: str) -> None:
    org, world = new_org(), World()
    world.add(org)
    assert org_of(world, text) is None
    with pytest.raises(Refused, match="401"):
        read(org, text)


def test_the_key_is_the_orgs_own_and_goes_with_its_live_tables(org: Org) -> None:
    token = sign(org, GUEST, "g1", "d1")[0]
    del org.live[LIVE]
    with pytest.raises(Refused, match="401"):
        read(org, token)
