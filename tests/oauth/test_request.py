from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from understudy.oauth.messages import OAuthError
from understudy.oauth.request import AuthorizationRequest, covers, fault, parse_authorization, scopes_for

if TYPE_CHECKING:
    from tests.oauth.conftest import Login

CLIENT = {"authorizedGrantType": "CODE", "scope": ["conversations", "users:readonly"]}


def asked(query: str) -> AuthorizationRequest:
    found = parse_authorization(query)
    assert isinstance(found, AuthorizationRequest)
    return found


def test_a_query_is_read_with_its_first_values() -> None:
    found = asked("client_id=c&state=a%20b&state=&prompt=login+x")
    assert (found["client_id"], found["state"], found["missing"]) == ("c", "a b", "")
    assert found.repeated == {"state"}
    assert found.wants_page
    assert not found.is_implicit


@pytest.mark.parametrize("query", ["client_id=a&client_id=a", "redirect_uri=a&redirect_uri=b", "a=%ff", "&a=" * 200])
def test_a_query_that_leaves_no_place_for_an_error_is_one(query: str) -> None:
    assert isinstance(parse_authorization(query), OAuthError)


@pytest.mark.parametrize(
    ("scope", "granted"),
    [
        ("", ("conversations", "users:readonly")),
        ("users:readonly", ("users:readonly",)),
        ("users routing", ()),
        ("conversations:readonly routing conversations:readonly", ("conversations:readonly",)),
    ],
)
def test_what_is_granted_is_what_is_asked_and_the_client_has(scope: str, granted: tuple[str, ...]) -> None:
    assert scopes_for(scope, CLIENT) == granted


def test_a_whole_scope_covers_its_reading_half_and_not_the_reverse() -> None:
    assert covers(("users",), "users:readonly")
    assert not covers(("users:readonly",), "users")
    assert covers(("*",), "anything")


FAULTS = {
    "": "invalid_request",
    "response_type=id_token": "unsupported_response_type",
    "response_type=token": "unauthorized_client",
    "response_type=code&state=1&state=2": "invalid_request",
    "response_type=code&org=Acme": "invalid_request",
    "response_type=code&provider=okta": "invalid_request",
    "response_type=code&org=Other&provider=okta": "access_denied",
    "response_type=code&target=Other": "access_denied",
    "response_type=code&login_hint=Other": "access_denied",
    "response_type=code&login_hint=ann@acme.example:Other": "access_denied",
    "response_type=code&scope=routing": "invalid_scope",
    "response_type=code&code_challenge=" + "a" * 43: "invalid_request",
    "response_type=code&code_challenge_method=plain&code_challenge=" + "a" * 43: "invalid_request",
    "response_type=code&code_challenge_method=S256&code_challenge=" + "a" * 42: "invalid_request",
    "response_type=code&code_challenge_method=S256": "invalid_request",
}


@pytest.mark.parametrize(("query", "error"), FAULTS.items())
def test_a_fault_has_the_code_of_the_rfc(login: Login, query: str, error: str) -> None:
    found = fault(asked(query), login.org, CLIENT)
    assert found is not None
    assert found.error == error


@pytest.mark.parametrize(
    "query",
    [
        "response_type=code",
        "response_type=code&org=acme&provider=okta&target=Acme&login_hint=ann@acme.example:acme",
        "response_type=code&scope=conversations%20routing",
        "response_type=code&code_challenge_method=S256&code_challenge=" + "-_aZ9" * 8 + "abc",
    ],
)
def test_a_request_in_order_has_no_fault(login: Login, query: str) -> None:
    assert fault(asked(query), login.org, CLIENT) is None


@pytest.mark.parametrize("state", ["disabled", "inactive"])
def test_a_client_that_is_not_active_is_unauthorized(login: Login, state: str) -> None:
    found = fault(asked("response_type=code"), login.org, {**CLIENT, "state": state})
    assert found is not None
    assert found.error == "unauthorized_client"
