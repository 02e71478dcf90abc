from __future__ import annotations

import pytest

from understudy.oauth.redirects import is_registered, is_sound, policy_source, with_fragment, with_query

SOUND = [
    "https://app.example/back", "https://app.example/back?tab=1", "http://127.0.0.1:8123/callback",
    "http://[::1]:8123/callback", "http://localhost/x", "com.example.app:/signed-in",
    "app://x", "urn:ietf:wg:oauth:2.0:oob",
]  # fmt: skip
UNSOUND = [
    "", "/back", "app.example/back", "https://app.example/back#part", "https://app.example/a b", "https:",
    "https://app.example/\r\nSet-Cookie: a=b", "https://app.example/\x00", "https://äpp.example/",
    "javascript:alert(1)",
    "JavaScript:alert(1)", "data:text/html,x", None, 7,
]  # fmt: skip


@pytest.mark.parametrize("uri", SOUND)
def test_absolute_uris_of_every_scheme_are_sound(uri: str) -> None:
    assert is_sound(uri)


@pytest.mark.parametrize("uri", UNSOUND)
def test_what_is_no_place_or_could_end_a_header_is_unsound(uri: object) -> None:
    assert not is_sound(uri)


@pytest.mark.parametrize(
    "uri",
    [
        "https://app.example/back/", "https://app.example/Back", "https://app.example/back?x=1", "HTTPS://app.example/back",
        "https://app.example:443/back", "https://app.example/back/../back", "https://app.example.evil/back", "",
    ],
)  # fmt: skip
def test_a_redirect_uri_is_compared_letter_by_letter(uri: str) -> None:
    client = {"registeredRedirectUri": ["https://app.example/back"]}
    assert is_registered(client, "https://app.example/back")
    assert not is_registered(client, uri)


def test_an_unsound_uri_is_no_target_even_where_it_is_registered() -> None:
    assert not is_registered({"registeredRedirectUri": UNSOUND}, "https://app.example/\r\nSet-Cookie: a=b")
    assert not is_registered({}, "https://app.example/back")
    assert not is_registered({"registeredRedirectUri": None}, "https://app.example/back")


def test_parameters_go_behind_the_query_or_into_the_fragment() -> None:
    given = {"code": "a b", "state": "x&y=1#\r\n"}
    shown = "code=a%20b&state=x%26y%3D1%23%0D%0A"
    assert with_query("https://a/b", given) == f"https://a/b?{shown}"
    assert with_query("https://a/b?c=1", given) == f"https://a/b?c=1&{shown}"
    assert with_fragment("app:/b", given) == f"app:/b#{shown}"


def test_bytes_that_are_no_utf_8_come_back_as_they_were() -> None:
    assert with_query("https://a/", {"state": b"\xff".decode("utf-8", "surrogateescape")}) == "https://a/?state=%FF"


@pytest.mark.parametrize(
    ("uri", "source"),
    [
        ("https://app.example/back;script-src *", "https://app.example"),
        ("https://app.example", "https://app.example"),
        ("http://127.0.0.1:8123/callback", "http://127.0.0.1:8123"),
        ("com.example.app:/x;script-src", "com.example.app:"),
        ("https://app.example;x/", "https:"),
        ("http://[::1]:80/", "http:"),
    ],
)
def test_a_policy_source_can_not_carry_another_directive(uri: str, source: str) -> None:
    assert policy_source(uri) == source
