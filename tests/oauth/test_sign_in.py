from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from understudy.oauth.sign_in import SignIn, SignOut, is_active, is_named, people, person, sessions, split_hint

if TYPE_CHECKING:
    from tests.oauth.conftest import Login


def test_only_active_users_can_sign_in(login: Login) -> None:
    assert [user.id for user in people(login.org)] == ["ann", "cleo"]
    assert not is_active(None)


@pytest.mark.parametrize("address", ["ann@acme.example", "ANN@ACME.EXAMPLE", " ann.user "])
def test_a_person_is_found_by_address_or_user_name_whatever_the_case(login: Login, address: str) -> None:
    found = person(login.org, address)
    assert found is not None
    assert found.id == "ann"


@pytest.mark.parametrize("address", ["", " ", "nobody@acme.example", "bob@acme.example", "ann"])
def test_nobody_is_found_by_anything_else(login: Login, address: str) -> None:
    assert person(login.org, address) is None


@pytest.mark.parametrize(
    ("hint", "split"),
    [
        ("", ("", "")),
        ("ann@acme.example", ("ann@acme.example", "")),
        ("Acme", ("", "Acme")),
        ("ann@acme.example:Acme", ("ann@acme.example", "Acme")),
        ("ann@acme.example:", ("ann@acme.example", "")),
    ],
)
def test_a_hint_is_an_address_an_org_or_both(hint: str, split: tuple[str, str]) -> None:
    assert split_hint(hint) == split


def test_an_org_is_named_by_name_third_party_name_or_id(login: Login) -> None:
    body = login.org.entities.of("organizations")["acme"].body
    login.org.entities.put("organizations", "acme", {**body, "name": "Acme Ltd", "thirdPartyOrgName": "acme-ltd"})
    assert all(is_named(login.org, name) for name in ("ACME", "acme ltd", "Acme-Ltd "))
    assert not is_named(login.org, "")
    assert not is_named(login.org, "Other")


def test_a_session_ends_by_sign_out_or_by_the_orgs_clock(login: Login) -> None:
    org = login.org
    first, second = org.perform(SignIn("ann")), org.perform(SignIn("ann"))
    assert first != second
    org.perform(SignOut(first))
    org.perform(SignOut("unknown"))
    assert sessions(org).get(first, org.now()) is None
    assert sessions(org).get(second, org.now()) is not None
    org.clock.jump(org.limits.value("oauth", "session.seconds"))
    assert sessions(org).get(second, org.now()) is None


def test_a_note_says_who_signed_in_and_not_with_what(login: Login) -> None:
    value = login.org.perform(SignIn("ann"))
    note = login.org.notes[-1]
    assert (note.name, note.data) == ("oauth.signed_in", {"user": "ann"})
    assert value not in str(note)
