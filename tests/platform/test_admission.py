from __future__ import annotations

import pytest

from understudy.clock import ManualClock, OrgClock
from understudy.errors import Refused
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.platform.admission import (
    allowance,
    authenticate,
    count,
    load_users_only,
    owner_of,
    rate_headers,
    too_many,
)
from understudy.platform.catalogue import Catalogue
from understudy.platform.request import ApiRequest
from understudy.web_messaging.jwt import sign
from understudy.world.org import Org
from understudy.world.tokens import Token
from understudy.world.world import World


class Gate:
    """A world with one org and one token of 300 s."""

    def __init__(self) -> None:
        self.world, self.clock = World(), ManualClock()
        self.org = Org("o", "O", clock=OrgClock(self.clock), ids=Ids(1, "o"), limits=load_limits(), commands={})
        self.token = Token("secret", "client", "o", self.org.now(), self.org.now() + 300)
        self.world.tokens["secret"] = (self.org, self.token)

    def refusal(self, authorization: str | None) -> str:
        headers = {} if authorization is None else {"Authorization": authorization}
        with pytest.raises(Refused) as refused:
            authenticate(self.world, ApiRequest("GET", "/", headers))
        assert refused.value.status == 401
        return refused.value.code


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_live_token_names_its_org(scheme: str, gate: Gate) -> None:
    request = ApiRequest("GET", "/", {"Authorization": f"{scheme} secret"})
    assert authenticate(gate.world, request) == (gate.org, gate.token)


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer ", "Basic c2VjcmV0", "secret"])
def test_without_a_bearer_token_authentication_is_required(authorization: str | None, gate: Gate) -> None:
    assert gate.refusal(authorization) == "authentication.required"


def test_an_unknown_token_is_bad_credentials(gate: Gate) -> None:
    assert gate.refusal("Bearer another") == "bad.credentials"


def test_a_token_dies_on_the_orgs_clock(gate: Gate) -> None:
    gate.org.clock.jump(299)
    authenticate(gate.world, ApiRequest("GET", "/", {"Authorization": "Bearer secret"}))
    gate.org.clock.jump(1)
    assert gate.refusal("Bearer secret") == "bad.credentials"


def test_a_revoked_token_is_bad_credentials_but_still_names_its_org(gate: Gate) -> None:
    gate.token.revoked = True
    assert gate.refusal("Bearer secret") == "bad.credentials"
    assert owner_of(gate.world, ApiRequest("GET", "/", {"Authorization": "Bearer secret"})) is gate.org
    assert owner_of(gate.world, ApiRequest("GET", "/", {})) is None
    gate.world.add(gate.org)
    guests = {"Authorization": f"Bearer {sign(gate.org, 'guest', 'g1', 'd1')[0]}"}
    assert owner_of(gate.world, ApiRequest("GET", "/", guests)) is gate.org


def test_requests_are_counted_in_a_window_of_a_minute(gate: Gate) -> None:
    assert count(gate.org, gate.token) == (1, 300, 60)
    gate.clock.advance(59.5)
    assert count(gate.org, gate.token) == (2, 300, 1)
    gate.clock.advance(0.5)
    assert count(gate.org, gate.token) == (1, 300, 60)


def test_a_jump_of_the_orgs_clock_opens_a_new_window(gate: Gate) -> None:
    count(gate.org, gate.token)
    gate.org.clock.jump(3_600)
    assert count(gate.org, gate.token)[0] == 1


def test_a_client_may_have_an_allowance_of_its_own(gate: Gate) -> None:
    gate.org.live["rate.allowed"] = {"client": 180}
    assert allowance(gate.org, "client") == 180
    assert allowance(gate.org, "another") == 300


def test_429_says_when_to_come_back() -> None:
    refusal = too_many(17)
    assert refusal.message == "Rate limit exceeded the maximum. Retry the request in [17] seconds"
    assert refusal.headers == {"Retry-After": "17"}
    assert rate_headers(301, 300, 17)[2] == ("inin-ratelimit-reset", "17")


def test_operations_for_users_only_are_in_the_catalogue(catalogue: Catalogue) -> None:
    users_only = load_users_only()
    assert {"getUsersMe", "postConversationsCalls", "getConversationsCalls"} <= users_only
    assert sorted(users_only - catalogue.by_id.keys()) == []
