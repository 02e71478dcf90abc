from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from understudy.oauth.browser import build_cookie, cookie_name, form_proof, is_proven, read_cookie

if TYPE_CHECKING:
    from understudy.world.org import Org


def test_a_cookie_is_hidden_from_scripts_and_other_sites() -> None:
    assert build_cookie("n", "v", "http://127.0.0.1:1") == "n=v; Path=/; HttpOnly; SameSite=Lax"
    assert build_cookie("n", "v", "https://login.x") == "n=v; Path=/; HttpOnly; SameSite=Lax; Secure"
    assert build_cookie("n", "", "http://x").endswith("; Max-Age=0")


def test_the_name_of_a_cookie_is_a_token_whatever_the_orgs_id(org: Org) -> None:
    name = cookie_name(org)
    org.id = "other; Path=/\r\nX: y"
    assert cookie_name(org) != name
    assert cookie_name(org).replace("_", "").isalnum()


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("n=v", "v"),
        ("a=1; n=v; b=2", "v"),
        ("a=1;n=v=w", "v=w"),
        ("xn=v", ""),
        ("n", ""),
        ("", ""),
        ("n=" + "a" * 129, ""),
        (";;=;n=v", "v"),
    ],
)
def test_a_cookie_is_found_among_others(header: str, value: str) -> None:
    assert read_cookie(header, "n") == value


def test_a_form_is_proven_by_its_own_browser_and_request_alone() -> None:
    proof = form_proof("key", "cookie", "state=\udcff")
    assert is_proven("key", "cookie", "state=\udcff", proof)
    assert not is_proven("other", "cookie", "state=\udcff", proof)
    assert not is_proven("key", "other", "state=\udcff", proof)
    assert not is_proven("key", "cookie", "state=1", proof)
    assert not is_proven("key", "cookie", "state=\udcff", "")
    assert not is_proven("key", "", "q", form_proof("key", "", "q"))
