from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from understudy.oauth.behaviour import ACTIONS, OAuth, TokenReply
from understudy.oauth.grants import GRANTS
from understudy.oauth.messages import FORM, Credentials, TokenRequest
from understudy.oauth.request import GRANT_TYPES
from understudy.platform.catalogue import load_catalogue
from understudy.platform.request import ApiRequest, Outcome
from understudy.world.org import Org
from understudy.world.world import World

FAILED = {
    "error": "invalid_client",
    "description": "authentication failed",
    "error_description": "authentication failed",
}
NOT_FOUND = {"error": "invalid_client", "description": "client not found", "error_description": "client not found"}


def _ask(
    world: World, id_: str = "c1", secret: str = "s3cret", grant: str = "client_credentials", **kwargs: Any
) -> TokenReply:
    place = kwargs.pop("place", "basic")
    request = TokenRequest(grant, Credentials(id_, secret, place), {"grant_type": grant})
    return OAuth(world).grant(request, **kwargs)


def _vary_client(org: Org, **fields: Any) -> None:
    client = org.entities.get("oauth.clients", "c1")
    assert client is not None
    org.entities.put("oauth.clients", "c1", {**client.body, **fields})


def _vary_organization(org: Org, **hidden: Any) -> None:
    organization = org.entities.get("organizations", org.id)
    assert organization is not None
    org.entities.put("organizations", org.id, organization.body, hidden)


def test_client_credentials_get_a_token_that_is_known_to_the_world(world: World, org: Org) -> None:
    reply = _ask(world)
    assert (reply.status, reply.body["token_type"], reply.body["expires_in"]) == (200, "bearer", 3600)
    found, token = world.tokens[reply.body["access_token"]]
    assert (found, token.client, token.expires - token.issued) == (org, "c1", 3600)
    assert [change.kind for change in org.changes.read(0)] == ["token.granted"]


def test_every_request_gets_a_token_of_its_own(world: World, org: Org) -> None:
    first, second = _ask(world), _ask(world)
    assert first.body["access_token"] != second.body["access_token"]
    assert len(world.tokens) == 2


def test_an_unknown_client_is_not_found(world: World, org: Org) -> None:
    reply = _ask(world, "nobody")
    assert (reply.status, reply.body, reply.org) == (400, NOT_FOUND, None)


def test_a_wrong_secret_fails(world: World, org: Org) -> None:
    for secret in ("", "S3CRET", "s3cret ", "ü"):
        reply = _ask(world, secret=secret)
        assert (reply.status, reply.body, reply.org) == (400, FAILED, org)
    assert world.tokens == {}


def test_a_client_without_a_secret_lets_nobody_in(world: World, org: Org) -> None:
    _vary_client(org, secret="")
    assert _ask(world, secret="").body == FAILED


def test_the_error_status_is_a_switch(world: World, org: Org) -> None:
    _vary_organization(org, switches={"oauth.error_status": "401"})
    assert _ask(world, secret="wrong").status == 401


def test_client_authentication_in_the_body_is_a_switch(world: World, org: Org) -> None:
    assert _ask(world, place="body").body["error"] == "invalid_client"
    _vary_organization(org, switches={"oauth.client_auth_in_body": "accept"})
    assert _ask(world, place="body").status == 200


def test_another_grant_is_unsupported(world: World, org: Org) -> None:
    assert _ask(world, grant="password").body["error"] == "unsupported_grant_type"
    assert _ask(world, secret="wrong", grant="password").body == FAILED


def test_a_client_of_another_grant_is_unauthorized(world: World, org: Org) -> None:
    _vary_client(org, authorizedGrantType="CODE")
    assert _ask(world).body["error"] == "unauthorized_client"


@pytest.mark.parametrize("state", ["disabled", "inactive"])
def test_a_client_that_is_not_active_gets_no_token(world: World, org: Org, state: str) -> None:
    _vary_client(org, state=state)
    assert _ask(world).body["error"] == "invalid_client"


def test_the_login_of_another_region_has_never_heard_of_the_client(world: World, org: Org) -> None:
    reply = _ask(world, host="login.mypurecloud.ie:443")
    assert (reply.status, reply.body) == (400, NOT_FOUND)
    (note,) = org.notes
    assert note.name == "oauth.wrong_region"
    assert note.data == {"client": "c1", "asked": "mypurecloud.ie", "actual": "mypurecloud.de"}
    assert _ask(world, host="login.mypurecloud.de").status == 200
    assert _ask(world, host="127.0.0.1:8080").status == 200


def test_a_rehearsal_can_have_every_request_count_as_asked_elsewhere(world: World, org: Org) -> None:
    _vary_organization(org, asked_region="mypurecloud.ie")
    assert _ask(world, host="127.0.0.1:8080").body == NOT_FOUND


def _answer(world: World, **kwargs: Any) -> Outcome:
    headers = {"Content-Type": FORM, "Authorization": "Basic " + b64encode(b"c1:s3cret").decode()}
    fields: dict[str, Any] = {"method": "POST", "target": "/oauth/token", "body": b"grant_type=client_credentials"}
    return OAuth(world).answer(ApiRequest(**{**fields, "headers": headers, **kwargs}))


def test_the_outcome_tells_the_record_who_asked(world: World, org: Org) -> None:
    outcome = _answer(world)
    assert (outcome.answer.status, outcome.org, outcome.correlation != "") == (200, org, True)
    assert outcome.data == {"client": "c1", "grant_type": "client_credentials"}


def test_the_outcome_of_a_refusal_tells_why(world: World, org: Org) -> None:
    headers = {"Content-Type": FORM, "Authorization": "Basic " + b64encode(b"c1:wrong").decode()}
    outcome = _answer(world, headers=headers)
    assert outcome.data["error"] == "invalid_client"
    assert outcome.data["description"] == "authentication failed"


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"method": "GET"}, 405, "invalid_request"),
        ({"method": "DELETE"}, 405, "invalid_request"),
        ({"target": "/oauth/tokens"}, 404, "not_found"),
        ({"target": "/oauth/authorize", "method": "PUT"}, 405, "invalid_request"),
        ({"target": "/logout"}, 405, "invalid_request"),
        ({"target": "/logoutside"}, 404, "not_found"),
        ({"body": b""}, 400, "invalid_request"),
        ({"oversize": True}, 400, "invalid_request"),
        ({"headers": {}}, 400, "invalid_request"),
        ({"headers": {"Content-Type": FORM}}, 400, "invalid_client"),
    ],
)
def test_what_is_no_token_request_is_refused_in_the_same_shape(
    world: World, org: Org, change: dict[str, Any], status: int, error: str
) -> None:
    outcome = _answer(world, **change)
    assert outcome.answer.status == status
    assert set(outcome.answer.body) == {"error", "description", "error_description"}
    assert outcome.answer.body["error"] == error


def test_a_wrong_method_names_the_right_one(world: World, org: Org) -> None:
    assert _answer(world, method="PUT").answer.headers == {"Allow": "POST"}


@pytest.mark.parametrize("target", ["/login/oauth/token", "/oauth/x/oauth/token", "/oauth/token/x", "/oauth/Token"])
def test_no_other_path_is_the_token_endpoint(world: World, org: Org, target: str) -> None:
    assert _answer(world, target="/oauth/token").answer.status == 200
    assert _answer(world, target=target).answer.status == 404


def test_our_own_mistake_is_a_500_of_the_protocol_and_told(world: World, org: Org) -> None:
    oauth = OAuth(world)
    org.entities.put("oauth.clients", "c1", {"secret": "s3cret", "accessTokenValiditySeconds": 3600, "state": "active"})
    org.limits = None  # type: ignore[assignment]
    headers = {"Content-Type": FORM, "Authorization": "Basic " + b64encode(b"c1:s3cret").decode()}
    outcome = oauth.answer(ApiRequest("POST", "/oauth/token", headers, b"grant_type=client_credentials"))
    assert (outcome.answer.status, outcome.answer.body["error"], oauth.errors) == (500, "server_error", 1)
    assert "emulator_error" in outcome.data


def test_every_grant_of_the_model_but_password_has_its_way() -> None:
    types = {grant.type for grant in GRANTS.values()} | set(GRANT_TYPES.values())
    assert types == {"CODE", "TOKEN", "SAML2-BEARER", "CLIENT-CREDENTIALS"}


def test_every_action_is_an_operation_of_the_catalogue() -> None:
    assert set(ACTIONS) <= set(load_catalogue().by_id)
