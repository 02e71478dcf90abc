"""Credentials become headers verbatim, or are refused by name."""

from __future__ import annotations

import string

import pytest

from understudy.bot_connector.headers import VALUE_MAX, Unsendable, credential_headers


def test_names_and_values_go_verbatim_and_in_order() -> None:
    fields = {"Verify-token": "Abc", "GENESYS_CONNECTION_SECRET": "x y", "Authorization": "Bearer a.b.c"}
    assert credential_headers(fields) == (tuple(fields.items()), ())


@pytest.mark.parametrize("character", string.ascii_letters + string.digits + string.punctuation)
def test_every_letter_digit_and_punctuation_mark_passes_at_every_place(character: str) -> None:
    for secret in (character, f"{character}a", f"a{character}", f"a{character}b"):
        assert credential_headers({"verify-token": secret}) == ((("verify-token", secret),), ())


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("", "a", "a header needs a name"),
        ("x" * 300, "a", "the name has 300 characters, 256 are the most"),
        ("verify token", "a", "' ' can't stand in a header's name: letters, digits and !#$%&'*+-.^_`|~ can"),
        ("a\r\nb", "a", "'\\r' can't stand in a header's name: letters, digits and !#$%&'*+-.^_`|~ can"),
        ("Ä", "a", "'Ä' can't stand in a header's name: letters, digits and !#$%&'*+-.^_`|~ can"),
        ("Host", "a", "it says how the request is framed and can't be a credential"),
        ("content-LENGTH", "1", "it says how the request is framed and can't be a credential"),
        ("k", "a\r\nX: y", "the value has a character that a header can't carry: visible ASCII, blanks and tabs can"),
        ("k", "a\0", "the value has a character that a header can't carry: visible ASCII, blanks and tabs can"),
        ("k", "pässword", "the value has a character that a header can't carry: visible ASCII, blanks and tabs can"),
        ("k", "\x7f", "the value has a character that a header can't carry: visible ASCII, blanks and tabs can"),
        ("k", "a ", "the value begins or ends with a blank, which a receiver takes away (RFC 9110 §5.5)"),
        ("k", "x" * (VALUE_MAX + 1), "the value has 8193 characters, 8192 are the most"),
        ("k", 5, "the value is no text"),
    ],
)
def test_what_http_can_not_carry_is_a_named_refusal(name: str, value: str, reason: str) -> None:
    assert credential_headers({name: value, "good": "1"}) == ((("good", "1"),), (Unsendable(name, reason),))


def test_two_fields_that_differ_in_letter_case_only_are_one_header() -> None:
    headers, refused = credential_headers({"a": "1", "A": "2"})
    assert headers == (("a", "1"),)
    assert str(refused[0]) == (
        "credentials field 'A': another field has the same name in other letter case, and header names have none"
    )


def test_a_refusal_never_holds_the_secret() -> None:
    _, refused = credential_headers({"k": "geheim\n"})
    assert "geheim" not in str(refused) + str(refused[0])
