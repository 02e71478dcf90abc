from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from understudy.oauth.sign_in import sessions

if TYPE_CHECKING:
    from tests.oauth.conftest import Login

CALLBACK = "https://app.example/back?tab=1"


def test_a_logout_forgets_the_session_and_redirects_to_a_registered_uri(login: Login) -> None:
    login.sign_in("ann")
    outcome = login.send("GET", "/logout", {"client_id": "app", "redirect_uri": CALLBACK})
    assert (outcome.answer.status, outcome.answer.headers["Location"]) == (302, CALLBACK)
    assert (len(sessions(login.org)), login.cookie) == (0, "")
    assert login.authorize().answer.status == 200  # the page


def test_a_logout_without_a_redirect_says_that_it_is_done(login: Login) -> None:
    outcome = login.send("GET", "/logout", {"client_id": "app"})
    assert outcome.answer.status == 200
    assert "You are signed out" in outcome.answer.payload().decode()


@pytest.mark.parametrize("uri", ["https://evil.example/", "//evil.example", f"{CALLBACK}\r\nX: y"])
def test_a_logout_redirects_nowhere_else_and_ends_the_session_all_the_same(login: Login, uri: str) -> None:
    login.sign_in("ann")
    outcome = login.send("GET", "/logout", {"client_id": "app", "redirect_uri": uri})
    assert outcome.answer.status == 400
    assert "Location" not in outcome.answer.headers
    assert len(sessions(login.org)) == 0


@pytest.mark.parametrize("query", [{}, {"client_id": "nobody"}, {"client_id": "\udcff"}])
def test_a_logout_of_no_known_client_is_wrong(login: Login, query: dict[str, str]) -> None:
    login.sign_in("ann")
    if "\udcff" in query.values():
        outcome = login.send("GET", "/logout?client_id=%FF&x", {})
    else:
        outcome = login.send("GET", "/logout", query)
    assert outcome.answer.status == 400
    assert len(sessions(login.org)) == 1


def test_the_logout_of_another_region_knows_nobody(login: Login) -> None:
    login.host = "login.mypurecloud.ie"
    assert login.send("GET", "/logout", {"client_id": "app"}).answer.status == 400


def test_tokens_outlive_a_logout(login: Login) -> None:
    value = login.exchanged()["access_token"]
    login.send("GET", "/logout", {"client_id": "app"})
    assert login.live(value)
