from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

import pytest

from understudy.clock import iso
from understudy.oauth.authorized import Authorize, ForgetAuthorization
from understudy.oauth.codes import challenge_of
from understudy.oauth.grants import SAML2_BEARER
from understudy.oauth.refresh import refresh_tokens
from understudy.oauth.saml import ASSERTION

if TYPE_CHECKING:
    from tests.oauth.conftest import Login

CALLBACK = "https://app.example/back?tab=1"
VERIFIER = "v" * 43
PKCE = {"code_challenge": challenge_of(VERIFIER), "code_challenge_method": "S256"}
ALL = ("conversations", "users:readonly", "user-basic-info")


def refused(answer: tuple[int, dict[str, Any]]) -> str:
    status, body = answer
    assert status == 400, body
    assert set(body) == {"error", "description", "error_description"}
    assert body["description"] == body["error_description"]
    return str(body["error"])


def redeem(login: Login, value: str, /, **form: str) -> tuple[int, dict[str, Any]]:
    basic = form.pop("basic", "app:app-secret")
    fields = {"grant_type": "authorization_code", "code": value, "redirect_uri": CALLBACK, **form}
    return login.token(basic, **{name: value for name, value in fields.items() if value})


# client credentials


@pytest.mark.parametrize("scope", ["", "*", "users routing", "nothing that exists"])
def test_client_credentials_tolerate_any_scope_and_are_not_limited_by_one(login: Login, scope: str) -> None:
    status, body = login.token("c1:s3cret", grant_type="client_credentials", scope=scope)
    assert (status, set(body)) == (200, {"access_token", "token_type", "expires_in"})
    token = login.world.tokens[body["access_token"]][1]
    assert (token.user, token.scoped) == (None, False)


def test_client_credentials_need_the_secret(login: Login) -> None:
    assert refused(login.token("", grant_type="client_credentials", client_id="c1")) == "invalid_client"


def test_a_client_that_nobody_authorized_gets_nothing_where_the_switch_asks_for_it(login: Login) -> None:
    login.switches(**{"oauth.client_authorization": "required"})
    assert refused(login.token("c1:s3cret", grant_type="client_credentials")) == "unauthorized_client"
    assert [note.data["client"] for note in login.org.notes if note.name == "oauth.client_not_authorized"] == ["c1"]
    login.org.perform(Authorize("c1", "ann", ()))
    assert login.token("c1:s3cret", grant_type="client_credentials")[0] == 200
    login.org.perform(ForgetAuthorization("c1"))
    login.switches(**{"oauth.client_authorization": "not_needed"})
    assert login.token("c1:s3cret", grant_type="client_credentials")[0] == 200


# authorization code


def test_a_code_gives_an_access_token_of_the_user_and_a_refresh_token(login: Login) -> None:
    body = login.exchanged()
    assert set(body) == {"access_token", "token_type", "expires_in", "refresh_token"}
    assert (body["token_type"], body["expires_in"]) == ("bearer", 3600)
    token = login.world.tokens[body["access_token"]][1]
    assert (token.user, token.client, token.scoped, token.scopes) == ("ann", "app", True, ALL)


def test_a_code_carries_the_scopes_that_were_asked_for_and_the_client_has(login: Login) -> None:
    body = login.exchanged(scope="users:readonly routing")
    assert login.world.tokens[body["access_token"]][1].scopes == ("users:readonly",)


def test_pkce_lets_a_public_client_in_without_a_secret(login: Login) -> None:
    status, body = redeem(login, login.code(**PKCE), basic="", client_id="app", code_verifier=VERIFIER)
    assert (status, "refresh_token" in body) == (200, True)


def test_a_confidential_client_may_use_pkce_too(login: Login) -> None:
    assert redeem(login, login.code(**PKCE), code_verifier=VERIFIER)[0] == 200


def test_a_second_use_is_refused_and_revokes_what_the_first_gave(login: Login) -> None:
    other = login.exchanged()
    code = login.code()
    _, first = redeem(login, code)
    _, more = login.token(grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert refused(redeem(login, code)) == "invalid_grant"
    assert not login.live(first["access_token"])
    assert not login.live(more["access_token"])
    assert refused(login.token(grant_type="refresh_token", refresh_token=more["refresh_token"])) == "invalid_grant"
    assert login.live(other["access_token"])
    assert refused(redeem(login, code)) == "invalid_grant"
    assert "oauth.code_reused" in [note.name for note in login.org.notes]


WRONG_CODES: dict[str, tuple[dict[str, str], dict[str, str], str]] = {
    "no code": ({}, {"code": ""}, "invalid_request"),
    "an unknown code": ({}, {"code": "x"}, "invalid_grant"),
    "no redirect_uri": ({}, {"redirect_uri": ""}, "invalid_request"),
    "another redirect_uri": ({}, {"redirect_uri": "com.example.app:/signed-in"}, "invalid_grant"),
    "no verifier": (PKCE, {}, "invalid_grant"),
    "another verifier": (PKCE, {"code_verifier": "w" * 43}, "invalid_grant"),
    "a short verifier": (PKCE, {"code_verifier": "v" * 42}, "invalid_request"),
    "a long verifier": (PKCE, {"code_verifier": "v" * 129}, "invalid_request"),
    "a verifier of odd letters": (PKCE, {"code_verifier": "ü" * 43}, "invalid_request"),
    "a verifier for no challenge": ({}, {"code_verifier": VERIFIER}, "invalid_grant"),
    "a public client without PKCE": ({}, {"basic": "", "client_id": "app"}, "invalid_client"),
    "no client at all": (PKCE, {"basic": "", "code_verifier": VERIFIER}, "invalid_client"),
    "a wrong secret": (PKCE, {"basic": "app:wrong", "code_verifier": VERIFIER}, "invalid_client"),
    "an empty secret": (PKCE, {"basic": "app:", "code_verifier": VERIFIER}, "invalid_client"),
    "another client": ({}, {"basic": "other:other-secret"}, "invalid_grant"),
}


@pytest.mark.parametrize("case", WRONG_CODES)
def test_a_code_is_bound_to_client_redirect_uri_and_challenge(login: Login, case: str) -> None:
    body = {**login.org.entities.of("oauth.clients")["app"].body, "id": "other", "secret": "other-secret"}
    login.org.entities.put("oauth.clients", "other", body)
    login.world.clients["other"] = login.org
    asked, form, error = WRONG_CODES[case]
    code = login.code(**asked)
    assert refused(redeem(login, code, **form)) == error
    right = {"code_verifier": VERIFIER} if asked else {}
    assert redeem(login, code, **right)[0] == 200  # a wrong guess burns nothing


def test_a_code_dies_by_the_orgs_clock(login: Login) -> None:
    code = login.code()
    login.org.clock.jump(login.org.limits.value("oauth", "code.seconds"))
    assert refused(redeem(login, code)) == "invalid_grant"


def test_the_code_of_a_user_who_has_gone_gives_nothing(login: Login) -> None:
    code = login.code()
    login.org.entities.remove("users", "ann")
    assert refused(redeem(login, code)) == "invalid_grant"


def test_a_client_without_scopes_gets_none_unless_the_switch_says_all(login: Login) -> None:
    login.vary("app", scope=[])
    for mode, limited in (("none", True), ("all", False)):
        login.switches(**{"oauth.no_scopes": mode})
        token = login.world.tokens[login.exchanged()["access_token"]][1]
        assert (token.scopes, token.scoped) == ((), limited)


# which client may use which grant


@pytest.mark.parametrize("grant", ["CODE", "TOKEN", "SAML2-BEARER", "PASSWORD", "CLIENT-CREDENTIALS"])
@pytest.mark.parametrize(
    ("asked", "its"),
    [
        ("client_credentials", "CLIENT-CREDENTIALS"),
        ("authorization_code", "CODE"),
        ("refresh_token", "CODE"),
        (SAML2_BEARER, "SAML2-BEARER"),
    ],
)
def test_a_client_may_use_its_own_grant_and_no_other(login: Login, asked: str, its: str, grant: str) -> None:
    login.vary("app", authorizedGrantType=grant)
    status, body = login.token(grant_type=asked)
    assert (body.get("error") == "unauthorized_client") == (grant != its)
    assert (status == 200) == (grant == its == "CLIENT-CREDENTIALS")


def test_password_is_not_offered(login: Login) -> None:
    login.vary("app", authorizedGrantType="PASSWORD")
    form = {"grant_type": "password", "username": "ann@acme.example", "password": "x"}
    assert refused(login.token(**form)) == "unsupported_grant_type"


@pytest.mark.parametrize("state", ["disabled", "inactive"])
def test_a_client_that_is_not_active_gets_nothing_by_any_grant(login: Login, state: str) -> None:
    code, refresh = login.code(), login.exchanged()["refresh_token"]
    login.vary("app", state=state)
    assert refused(redeem(login, code)) == "invalid_client"
    assert refused(login.token(grant_type="refresh_token", refresh_token=refresh)) == "invalid_client"
    login.vary("saml", state=state)
    assert refused(bearer(login, assertion())) == "invalid_client"


@pytest.mark.parametrize("grant", ["client_credentials", "authorization_code", "refresh_token", SAML2_BEARER])
def test_the_login_of_another_region_knows_no_client_of_any_grant(login: Login, grant: str) -> None:
    login.host = "login.mypurecloud.ie"
    status, body = login.token(grant_type=grant)
    assert (status, body["error"], body["description"]) == (400, "invalid_client", "client not found")


# refresh


def test_a_refresh_gives_a_new_pair_and_the_old_one_is_void(login: Login) -> None:
    first = login.exchanged()
    status, second = login.token(grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert (status, set(second)) == (200, set(first))
    assert second["refresh_token"] != first["refresh_token"]
    assert second["access_token"] != first["access_token"]
    assert refused(login.token(grant_type="refresh_token", refresh_token=first["refresh_token"])) == "invalid_grant"
    assert login.token(grant_type="refresh_token", refresh_token=second["refresh_token"])[0] == 200


def test_rotation_is_a_switch(login: Login) -> None:
    first = login.exchanged()
    login.switches(**{"oauth.refresh_rotation": "keep"})
    for _ in range(2):
        _, body = login.token(grant_type="refresh_token", refresh_token=first["refresh_token"])
        assert body["refresh_token"] == first["refresh_token"]


def test_a_refresh_token_outlives_the_access_token_and_dies_by_the_orgs_clock(login: Login) -> None:
    first = login.exchanged()
    login.org.clock.jump(3601)
    assert not login.live(first["access_token"])
    _, second = login.token(grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert login.live(second["access_token"])
    login.org.clock.jump(login.org.limits.value("oauth", "refresh.seconds"))
    assert refused(login.token(grant_type="refresh_token", refresh_token=second["refresh_token"])) == "invalid_grant"


def test_a_public_client_refreshes_with_its_id_alone(login: Login) -> None:
    _, body = redeem(login, login.code(**PKCE), basic="", client_id="app", code_verifier=VERIFIER)
    form = {"grant_type": "refresh_token", "refresh_token": body["refresh_token"]}
    assert login.token("", client_id="app", **form)[0] == 200


def test_the_refresh_token_of_a_confidential_client_needs_its_secret(login: Login) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": login.exchanged()["refresh_token"]}
    assert refused(login.token("", client_id="app", **form)) == "invalid_client"
    assert refused(login.token("app:wrong", **form)) == "invalid_client"
    assert login.token(**form)[0] == 200


def test_a_refresh_may_narrow_scopes_and_not_widen_them(login: Login) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": login.exchanged()["refresh_token"]}
    assert refused(login.token(**form, scope="routing")) == "invalid_scope"
    _, body = login.token(**form, scope="conversations:readonly")
    assert login.world.tokens[body["access_token"]][1].scopes == ("conversations:readonly",)
    _, body = login.token(grant_type="refresh_token", refresh_token=body["refresh_token"])
    assert login.world.tokens[body["access_token"]][1].scopes == ALL


def test_a_refresh_token_is_its_clients_and_its_users(login: Login) -> None:
    value = login.exchanged()["refresh_token"]
    login.vary("page", authorizedGrantType="CODE")
    assert refused(login.token("page:page-secret", grant_type="refresh_token", refresh_token=value)) == "invalid_grant"
    assert refused(login.token(grant_type="refresh_token")) == "invalid_request"
    login.org.entities.put("users", "ann", {**login.org.entities.of("users")["ann"].body, "state": "inactive"})
    assert refused(login.token(grant_type="refresh_token", refresh_token=value)) == "invalid_grant"
    assert len(refresh_tokens(login.org)) == 1


# SAML2 bearer


def assertion(name: str = "ann@acme.example", conditions: str = "") -> str:
    text = (
        f'<a:Assertion xmlns:a="{ASSERTION}"><a:Subject><a:NameID>{name}</a:NameID></a:Subject>'
        f"{conditions}</a:Assertion>"
    )
    return b64encode(text.encode()).decode()


def bearer(login: Login, text: str, org: str = "acme", **form: str) -> tuple[int, dict[str, Any]]:
    return login.token("saml:saml-secret", grant_type=SAML2_BEARER, orgName=org, assertion=text, **form)


def test_an_assertion_gives_a_token_of_the_user_it_names(login: Login) -> None:
    status, body = bearer(login, assertion("Cleo@Acme.example"))
    assert (status, set(body)) == (200, {"access_token", "token_type", "expires_in"})
    token = login.world.tokens[body["access_token"]][1]
    assert (token.user, token.scoped, token.scopes) == ("cleo", True, ALL)
    assert {"signature": "not verified"}.items() <= login.org.notes[-1].data.items()


@pytest.mark.parametrize("name", ["nobody@acme.example", "bob@acme.example"])
def test_an_assertion_of_nobody_is_no_grant(login: Login, name: str) -> None:
    assert refused(bearer(login, assertion(name))) == "invalid_grant"


def test_an_assertion_that_can_not_be_read_is_no_grant(login: Login) -> None:
    assert refused(bearer(login, "***")) == "invalid_grant"
    doctype = b64encode(b'<!DOCTYPE a [<!ENTITY a "a">]><a/>').decode()
    assert refused(bearer(login, doctype)) == "invalid_grant"


def test_an_assertion_for_another_org_is_no_grant(login: Login) -> None:
    assert refused(bearer(login, assertion(), "Other")) == "invalid_grant"
    assert refused(bearer(login, assertion(), "")) == "invalid_request"
    assert refused(bearer(login, "")) == "invalid_request"


def test_an_assertion_holds_by_real_time_however_the_orgs_clock_jumped(login: Login) -> None:
    end = login.org.clock.moment().utc + 60
    text = assertion(conditions=f'<a:Conditions NotOnOrAfter="{iso(end)}"/>')
    login.org.clock.jump(1_000_000)
    assert bearer(login, text)[0] == 200
    late = assertion(conditions=f'<a:Conditions NotOnOrAfter="{iso(end - 1000)}"/>')
    assert refused(bearer(login, late)) == "invalid_grant"


def test_the_status_of_every_refusal_is_the_switchs(login: Login) -> None:
    login.switches(**{"oauth.error_status": "401"})
    assert bearer(login, "***")[0] == 401
    assert redeem(login, "x")[0] == 401
