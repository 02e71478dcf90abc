from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from understudy.errors import Refused
from understudy.oauth.refresh import refresh_tokens
from understudy.oauth.token_api import ACTIONS
from understudy.oauth.tokens import IdleTime
from understudy.platform.call import Call
from understudy.platform.catalogue import load_catalogue
from understudy.platform.messages import Answer
from understudy.platform.schemas import Schemas
from understudy.world.tokens import Token

if TYPE_CHECKING:
    from tests.oauth.conftest import Login

CATALOGUE = load_catalogue()
Do = Callable[..., Answer]


@pytest.fixture
def do(login: Login) -> Do:
    """``do(operationId, token, query, **path)``."""

    def call(operation: str, token: Token, query: dict[str, str] | None = None, **path: str) -> Answer:
        known = CATALOGUE.by_id[operation]
        return ACTIONS[operation](Call(login.world, login.org, token, known, path, query or {}, None, "http://x"))

    return call


def of_client(login: Login) -> Token:
    return login.world.tokens[login.token("c1:s3cret", grant_type="client_credentials")[1]["access_token"]][1]


def of_user(login: Login, **query: str) -> Token:
    return login.world.tokens[login.exchanged(**query)["access_token"]][1]


def check(body: Any) -> Any:
    assert [str(problem) for problem in Schemas(CATALOGUE.models).response("TokenInfo").problems(body)] == []
    return body


def test_a_clients_token_tells_whose_it_is(login: Login, do: Do) -> None:
    login.vary("c1", authorizedGrantType="CLIENT-CREDENTIALS")
    body = check(do("getTokensMe", of_client(login)).body)
    assert body["organization"] == body["homeOrganization"] == {"id": "acme", "name": "Acme"}
    assert (body["OAuthClient"]["id"], body["OAuthClient"]["name"]) == ("c1", "Vendor")
    assert "secret" not in body["OAuthClient"]
    assert "dateTokenIdles" not in body


def test_a_users_token_tells_its_scopes(login: Login, do: Do) -> None:
    body = check(do("getTokensMe", of_user(login, scope="conversations")).body)
    assert body["authorizedScope"] == ["conversations"]
    assert body["OAuthClient"]["authorizedGrantType"] == "CODE"


def test_it_tells_when_it_idles_and_asking_counts_as_use_unless_told_otherwise(login: Login, do: Do) -> None:
    token = of_user(login)
    login.org.perform(IdleTime(600.0))
    first = check(do("getTokensMe", token, {"preserveIdleTTL": "true"}).body)["dateTokenIdles"]
    login.org.clock.jump(60)
    assert do("getTokensMe", token, {"preserveIdleTTL": "true"}).body["dateTokenIdles"] == first
    assert do("getTokensMe", token).body["dateTokenIdles"] > first


def test_a_token_revokes_itself_and_what_came_of_the_same_sign_in(login: Login, do: Do) -> None:
    token, other, client = of_user(login), of_user(login), of_client(login)
    do("deleteTokensMe", token)
    assert [one.is_live(login.org.now()) for one in (token, other, client)] == [False, True, True]
    assert len(refresh_tokens(login.org)) == 1


def test_a_clients_token_revokes_itself_and_no_other(login: Login, do: Do) -> None:
    token, other = of_client(login), of_client(login)
    do("deleteTokensMe", token)
    assert [one.is_live(login.org.now()) for one in (token, other)] == [False, True]


def test_an_administrator_revokes_all_that_a_user_gave(login: Login, do: Do) -> None:
    anns, cleos = of_user(login), of_user(login, login_hint="cleo@acme.example")
    login.automatic("page")
    login.sign_in("ann")
    do("deleteToken", of_client(login), userId="ann")
    assert [one.is_live(login.org.now()) for one in (anns, cleos)] == [False, True]
    assert login.authorize().answer.status == 200  # the page: the session is gone too
    assert len(refresh_tokens(login.org)) == 1


def test_the_tokens_of_nobody_are_not_found(login: Login, do: Do) -> None:
    with pytest.raises(Refused, match=r"404 not\.found"):
        do("deleteToken", of_client(login), userId="nobody")


def test_a_live_token_is_told_without_a_body(login: Login, do: Do) -> None:
    assert do("headTokensMe", of_client(login)).payload() == b""
