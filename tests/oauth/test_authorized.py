from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from understudy.errors import Refused
from understudy.oauth.authorized import ACTIONS, SCOPES_KEPT, Authorize, ForgetAuthorization, authorizations
from understudy.oauth.tokens import IssueToken
from understudy.platform.call import Call
from understudy.platform.catalogue import Catalogue, load_catalogue
from understudy.platform.schemas import Schemas

if TYPE_CHECKING:
    from tests.oauth.conftest import Login


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def ask(login: Login, catalogue: Catalogue, operation: str, **path: str) -> Any:
    token = login.org.perform(IssueToken("c1", 60))
    call = Call(login.world, login.org, token, catalogue.by_id[operation], path, {}, None, "http://127.0.0.1:1")
    return ACTIONS[operation](call).body


def test_nobody_is_authorized_before_a_sign_in(login: Login, catalogue: Catalogue) -> None:
    assert ask(login, catalogue, "getOauthAuthorizations")["total"] == 0
    with pytest.raises(Refused, match=r"404 not\.found"):
        ask(login, catalogue, "getOauthAuthorization", clientId="app")


def test_a_sign_in_authorizes_its_client(login: Login, catalogue: Catalogue) -> None:
    login.code(scope="conversations")
    login.org.clock.jump(60)
    login.code(scope="users:readonly", login_hint="cleo@acme.example")
    listing = ask(login, catalogue, "getOauthAuthorizations")
    one = ask(login, catalogue, "getOauthAuthorization", clientId="app")
    assert (listing["total"], listing["entities"]) == (1, [one])
    assert (one["scope"], one["state"], one["pending"]) == (["conversations", "users:readonly"], "Authorized", False)
    assert (one["createdBy"]["name"], one["modifiedBy"]["name"]) == ("Ann", "Cleo")
    assert one["dateCreated"] < one["dateModified"]
    assert one["client"]["name"] == "The app"
    assert "secret" not in one["client"]
    schemas = Schemas(catalogue.models)
    assert [str(problem) for problem in schemas.response("OAuthAuthorizationListing").problems(listing)] == []


def test_a_client_that_is_gone_is_authorized_no_more(login: Login, catalogue: Catalogue) -> None:
    login.org.perform(Authorize("app", "ann", ()))
    login.org.perform(ForgetAuthorization("app"))
    login.org.perform(ForgetAuthorization("app"))
    assert ask(login, catalogue, "getOauthAuthorizations")["entities"] == []


def test_a_user_who_is_gone_is_still_named_by_id(login: Login, catalogue: Catalogue) -> None:
    login.org.perform(Authorize("app", "gone", ()))
    assert ask(login, catalogue, "getOauthAuthorization", clientId="app")["createdBy"] == {
        "id": "gone",
        "selfUri": "/api/v2/users/gone",
    }


def test_the_scopes_that_are_kept_of_a_client_are_bounded(login: Login) -> None:
    for number in range(3):
        login.org.perform(Authorize("app", "ann", tuple(f"x{number}-{each}" for each in range(SCOPES_KEPT))))
    assert len(authorizations(login.org)["app"].scopes) == SCOPES_KEPT
