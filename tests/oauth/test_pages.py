from __future__ import annotations

import re

from understudy.oauth.pages import PEOPLE_MAX, Pages, SignInForm, listed
from understudy.platform.messages import Answer
from understudy.world.entities import Entity


def page_of(answer: Answer) -> str:
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    return answer.payload().decode()


def form(**fields: object) -> SignInForm:
    people = [("u1", "Ann", "ann@acme.example"), ("u2", "Bob", "")]
    return SignInForm(**{"client": "App", "scopes": ["users"], "csrf": "c5", "people": people, **fields})  # type: ignore[arg-type]


def test_the_page_asks_who_it_is_and_says_that_no_password_is_checked() -> None:
    page = page_of(Pages().sign_in("Acme", form(chosen="u2"), "https://app.example"))
    assert "<title>Sign in to Acme · Understudy</title>" in page
    assert '<html lang="en">' in page
    assert '<label for="user">' in page
    assert '<select id="user" name="user"' in page
    assert '<option value="u1">Ann (ann@acme.example)</option>' in page
    assert '<option value="u2" selected>Bob</option>' in page
    assert "No password is asked for and none is checked" in page
    assert "<strong>App</strong> wants to act for you" in page
    assert "<code>users</code>" in page


def test_a_page_loads_nothing_and_sends_its_form_to_no_stranger() -> None:
    answer = Pages().sign_in("Acme", form(), "https://app.example")
    assert not re.search(r"""(?:src|href|action)=["'](?!data:)""", page_of(answer))
    assert "<script" not in page_of(answer)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self' https://app.example" in policy
    assert "frame-ancestors 'none'" in policy


def test_what_people_typed_is_text_and_never_markup() -> None:
    evil = '"><script>alert(1)</script>'
    shown = form(client=evil, scopes=[evil], people=[(evil, evil, evil)])
    page = page_of(Pages().sign_in(evil, shown, "https:", evil)) + page_of(Pages().problem(400, evil, evil))
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_problem_is_announced_and_has_its_status() -> None:
    answer = Pages().problem(403, "No", "Not this way")
    assert answer.status == 403
    assert '<p class="problem" role="alert">Not this way</p>' in page_of(answer)
    assert "form-action 'none'" in answer.headers["Content-Security-Policy"]
    assert Pages().sign_in("Acme", form(), "https:", "Choose one").status == 400
    assert Pages().message("Done", "Bye").status == 200


def test_without_users_the_page_says_so_and_can_only_be_refused() -> None:
    page = page_of(Pages().sign_in("Acme", form(people=[]), "https:"))
    assert "no active user" in page
    assert "<select" not in page
    assert 'value="deny"' in page


def test_a_long_list_is_cut_and_says_so() -> None:
    users = [Entity("users", str(number), {"name": f"n{number}"}) for number in range(PEOPLE_MAX + 5)]
    people, left_out = listed(users, str(PEOPLE_MAX + 4))
    assert (len(people), left_out, people[0][0]) == (PEOPLE_MAX, 5, str(PEOPLE_MAX + 4))
    page = page_of(Pages().sign_in("Acme", form(people=people, left_out=left_out), "https:"))
    assert "5 more are not listed" in page


def test_text_that_is_no_text_does_no_harm() -> None:
    assert "a?b" in page_of(Pages().problem(400, "x", "a\udcffb"))
