from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from understudy.oauth.behaviour import ACTIONS, RULES
from understudy.platform.behaviour import ApiRequest, Platform
from understudy.platform.catalogue import load_catalogue

if TYPE_CHECKING:
    from tests.oauth.conftest import Login

TIMEOUT = "/api/v2/tokens/timeout"
Ask = Callable[..., tuple[int, Any]]


@pytest.fixture(scope="module")
def catalogue() -> Any:
    return load_catalogue()


@pytest.fixture
def ask(login: Login, catalogue: Any) -> Ask:
    """``ask("PUT", body)``: the setting, by the administrator, or ``/tokens/me`` by another token."""
    platform = Platform(login.world, catalogue, ACTIONS, RULES)
    boss = login.token("c1:s3cret", grant_type="client_credentials")[1]["access_token"]

    def request(method: str, body: Any = None, *, target: str = TIMEOUT, token: str = boss) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        raw = b"" if body is None else orjson.dumps(body)
        outcome = platform.answer(ApiRequest(method, target, headers, raw))
        assert platform.errors == 0, outcome.data
        payload = outcome.answer.payload()
        return outcome.answer.status, orjson.loads(payload) if payload else None

    return request


@pytest.fixture
def works(ask: Ask) -> Callable[[str], bool]:
    """Whether a token opens the API, which uses it."""
    return lambda token: ask("HEAD", target="/api/v2/tokens/me", token=token)[0] < 300


def test_the_timeout_is_off_until_somebody_sets_it(ask: Ask) -> None:
    assert ask("GET")[1]["enableIdleTokenTimeout"] is False


def test_a_users_token_that_lies_unused_dies_on_the_orgs_clock(login: Login, ask: Ask, works: Any) -> None:
    used, unused = (login.exchanged()["access_token"] for _ in range(2))
    body = {"enableIdleTokenTimeout": True, "idleTokenTimeoutSeconds": 600}
    assert ask("PUT", body) == ask("GET") == (200, body)
    for _ in range(2):
        login.org.clock.jump(400)
        assert works(used)
    status, error = ask("GET", target="/api/v2/tokens/me", token=unused)
    assert (status, error["code"]) == (401, "bad.credentials")
    login.org.clock.jump(2000)
    assert not works(used)
    assert ask("GET")[0] == 200  # a client's token may lie unused


def test_new_tokens_take_the_time_and_switching_it_off_ends_it(login: Login, ask: Ask, works: Any) -> None:
    ask("PUT", {"enableIdleTokenTimeout": True, "idleTokenTimeoutSeconds": 300})
    dead, kept = (login.exchanged()["access_token"] for _ in range(2))
    login.org.clock.jump(299)
    assert works(kept)
    login.org.clock.jump(1)
    assert not login.live(dead)
    ask("PUT", {"enableIdleTokenTimeout": False, "idleTokenTimeoutSeconds": 300})
    login.org.clock.jump(1000)
    assert works(kept)
    assert not login.live(dead)


def test_asking_about_a_token_may_leave_its_idle_time_as_it_is(login: Login, ask: Ask, works: Any) -> None:
    ask("PUT", {"enableIdleTokenTimeout": True, "idleTokenTimeoutSeconds": 300})
    token = login.exchanged()["access_token"]
    login.org.clock.jump(200)
    assert ask("GET", target="/api/v2/tokens/me?preserveIdleTTL=true", token=token)[0] < 300
    login.org.clock.jump(100)
    assert not works(token)


@pytest.mark.parametrize("seconds", [0, 299, 28_801, -1])
def test_a_time_out_of_bounds_is_refused(ask: Ask, seconds: int) -> None:
    status, error = ask("PUT", {"enableIdleTokenTimeout": True, "idleTokenTimeoutSeconds": seconds})
    assert (status, error["code"]) == (400, "invalid.value")


@pytest.mark.parametrize("body", [{}, {"enableIdleTokenTimeout": None}, {"idleTokenTimeoutSeconds": None}])
def test_an_empty_setting_does_no_harm(ask: Ask, body: dict[str, object]) -> None:
    assert ask("PUT", body)[0] in (200, 400)
    assert ask("GET")[0] == 200
