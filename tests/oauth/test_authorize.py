from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from understudy.oauth.codes import challenge_of
from understudy.oauth.sign_in import sessions
from understudy.platform.request import Outcome

if TYPE_CHECKING:
    from tests.oauth.conftest import Login

CALLBACK = "https://app.example/back?tab=1"
PKCE = {"code_challenge": challenge_of("v" * 43), "code_challenge_method": "S256"}


def is_page(outcome: Outcome) -> bool:
    assert "Location" not in outcome.answer.headers
    return outcome.answer.headers["Content-Type"].startswith("text/html")


def location(outcome: Outcome) -> str:
    assert outcome.answer.status in (302, 303), outcome.answer.payload()
    return outcome.answer.headers["Location"]


def test_a_person_signs_in_on_the_page_and_the_client_gets_a_code(login: Login) -> None:
    page = login.authorize(state="s t", **PKCE)
    assert (page.answer.status, is_page(page)) == (200, True)
    assert "bob@acme.example" not in page.answer.payload().decode()
    done = login.sign_in("cleo", state="s t", **PKCE)
    assert done.answer.status == 303
    assert location(done).startswith(f"{CALLBACK}&code=")
    assert location(done).endswith("&state=s%20t")
    assert done.data["user"] == "cleo"


def test_a_session_spares_the_page_until_login_is_prompted(login: Login) -> None:
    login.sign_in("cleo")
    again = login.authorize()
    assert (again.answer.status, again.data["user"]) == (302, "cleo")
    assert is_page(login.authorize(prompt="login"))
    assert is_page(login.authorize(login_hint="ann@acme.example"))
    assert login.authorize(login_hint="cleo@acme.example").data["user"] == "cleo"
    login.org.clock.jump(login.org.limits.value("oauth", "session.seconds"))
    assert is_page(login.authorize())


def test_signing_in_again_makes_the_browser_another_users(login: Login) -> None:
    login.sign_in("cleo")
    before = login.cookie
    login.sign_in("ann", prompt="login")
    assert login.cookie != before
    assert login.authorize().data["user"] == "ann"
    login.cookie = before
    assert is_page(login.authorize())


def test_the_session_of_a_user_who_may_not_sign_in_any_more_counts_no_more(login: Login) -> None:
    login.sign_in("ann")
    login.org.entities.put("users", "ann", {**login.org.entities.of("users")["ann"].body, "state": "inactive"})
    assert is_page(login.authorize())
    login.org.entities.remove("users", "ann")
    assert is_page(login.authorize())


def test_the_hinted_user_is_chosen_on_the_page(login: Login) -> None:
    page = login.authorize(login_hint="cleo@acme.example:Acme").answer.payload().decode()
    assert '<option value="cleo" selected>' in page


@pytest.mark.parametrize("user", ["", "nobody", "bob"])
def test_the_page_comes_again_where_nobody_was_chosen(login: Login, user: str) -> None:
    again = login.sign_in(user)
    assert (again.answer.status, is_page(again)) == (400, True)
    assert "Choose one of the users." in again.answer.payload().decode()
    assert len(sessions(login.org)) == 0


def test_a_person_may_refuse(login: Login, csrf: str) -> None:
    done = login.authorize({"csrf": csrf, "user": "ann", "decision": "deny"}, state="1")
    assert location(done) == f"{CALLBACK}&error=access_denied&error_description=the%20user%20refused&state=1"


@pytest.fixture
def csrf(login: Login) -> str:
    """The proof of the page for a request with ``state=1``."""
    page = login.authorize(state="1").answer.payload().decode()
    return page.partition('name="csrf" value="')[2].partition('"')[0]


def test_a_form_of_another_site_is_refused(login: Login, csrf: str) -> None:
    form = {"csrf": csrf, "user": "ann", "decision": "sign-in"}
    for wrong in ({**form, "csrf": ""}, {**form, "csrf": csrf[:-1] + "x"}, {"user": "ann"}, {}):
        refused = login.authorize(wrong, state="1")
        assert (refused.answer.status, is_page(refused)) == (403, True)
    assert login.authorize(form, state="2").answer.status == 403  # another request than the page showed
    cookie, login.cookie = login.cookie, ""
    assert login.authorize(form, state="1").answer.status == 403
    login.cookie = cookie.partition("=")[0] + "=of-another-browser"
    assert login.authorize(form, state="1").answer.status == 403
    login.cookie = cookie
    assert login.authorize(form, state="1").answer.status == 303


def test_automatic_sign_in_takes_the_hinted_user_else_the_first_active_one(login: Login) -> None:
    login.automatic()
    assert login.authorize().data["user"] == "ann"
    assert login.authorize(login_hint="cleo@acme.example").data["user"] == "cleo"
    assert login.authorize(prompt="login").data["user"] == "ann"
    assert login.cookie == ""
    refused = location(login.authorize(login_hint="nobody@acme.example"))
    assert "error=access_denied" in refused
    login.org.entities.of("users").clear()
    assert "error=access_denied" in location(login.authorize())


def test_an_unknown_client_gets_a_page_and_no_redirect(login: Login) -> None:
    login.automatic()
    for id_ in ("", "nobody", "<script>"):
        outcome = login.authorize(client_id=id_)
        assert (outcome.answer.status, is_page(outcome)) == (400, True)
        assert "<script" not in outcome.answer.payload().decode()
        assert outcome.data["error"] == "invalid_request"


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "https://evil.example/",
        "https://app.example/back",
        f"{CALLBACK}&x=1",
        f"{CALLBACK}#x",
        f"{CALLBACK}\r\nX: y",
    ],
)
def test_an_unregistered_redirect_uri_gets_a_page_and_no_redirect(login: Login, uri: str) -> None:
    login.automatic()
    outcome = login.authorize(redirect_uri=uri)
    assert (outcome.answer.status, is_page(outcome)) == (400, True)


def test_a_repeated_redirect_uri_gets_a_page(login: Login) -> None:
    query = f"client_id=app&response_type=code&redirect_uri={CALLBACK}&redirect_uri=https://evil.example/"
    from_browser = login.send("GET", f"/oauth/authorize?{query}&x", {})
    assert is_page(from_browser)


@pytest.mark.parametrize("uri", ["http://127.0.0.1:8123/callback", "com.example.app:/signed-in"])
def test_loopback_and_custom_schemes_work_as_registered(login: Login, uri: str) -> None:
    login.automatic()
    assert location(login.authorize(redirect_uri=uri)).startswith(f"{uri}?code=")


def test_the_login_of_another_region_does_not_know_the_client(login: Login) -> None:
    login.automatic()
    login.host = "login.mypurecloud.ie"
    assert is_page(login.authorize())
    assert [note.name for note in login.org.notes] == ["oauth.wrong_region"]
    login.host = "login.mypurecloud.de"
    assert location(login.authorize())


def test_the_implicit_grant_puts_a_token_into_the_fragment(login: Login) -> None:
    login.automatic()
    sent = location(login.authorize(client_id="page", response_type="token", state="x"))
    url, _, fragment = sent.partition("#")
    assert url == CALLBACK
    found = dict(pair.split("=") for pair in fragment.split("&"))
    assert set(found) == {"access_token", "expires_in", "token_type", "state"}
    assert (found["expires_in"], found["token_type"], found["state"]) == ("3600", "bearer", "x")
    org, token = login.world.tokens[found["access_token"]]
    assert (org, token.user, token.client, token.scoped) == (login.org, "ann", "page", True)
    assert token.scopes == ("conversations", "users:readonly", "user-basic-info")


def test_an_error_goes_where_the_answer_would(login: Login) -> None:
    in_query = location(login.authorize(response_type="token", state="x"))  # app may only use code
    assert in_query.startswith(f"{CALLBACK}#error=unauthorized_client&error_description=")
    assert in_query.endswith("&state=x")
    assert location(login.authorize(response_type="id_token")).startswith(f"{CALLBACK}&error=unsupported_response_type")
    assert location(login.authorize(client_id="page")).startswith(f"{CALLBACK}&error=unauthorized_client")


@pytest.mark.parametrize("grant", ["CLIENT-CREDENTIALS", "SAML2-BEARER", "PASSWORD", "TOKEN"])
def test_a_client_of_another_grant_gets_no_code(login: Login, grant: str) -> None:
    login.automatic()
    login.vary("app", authorizedGrantType=grant)
    assert "error=unauthorized_client" in location(login.authorize())


def test_nothing_that_is_sent_can_begin_a_header(login: Login) -> None:
    login.automatic()
    sent = location(login.authorize(state="\r\nSet-Cookie: a=b\r\n\r\n<html>"))
    assert "\r" not in sent
    assert "\n" not in sent
    assert sent.endswith("&state=%0D%0ASet-Cookie%3A%20a%3Db%0D%0A%0D%0A%3Chtml%3E")


def test_a_cookie_is_given_once_and_kept_for_the_next_page(login: Login) -> None:
    first = login.authorize()
    assert [name for name, _ in first.headers] == ["Set-Cookie"]
    assert login.authorize().headers == ()
