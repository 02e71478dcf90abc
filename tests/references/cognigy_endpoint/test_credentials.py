"""The verify token: found by any spelling of its name, compared as it stands."""

from __future__ import annotations

import pytest

from understudy.references.cognigy_endpoint.credentials import Credentials

TOKEN = "aB3!#$%&'()*+,-./:;<=>?@[]^_`{|}~z9"


@pytest.mark.parametrize(
    ("value", "accepted"),
    [
        (TOKEN, True), (TOKEN + " ", True), (TOKEN[:-1], False), (TOKEN[:-1] + "8", False), (TOKEN.lower(), False),
        ("", False), (f"bearer {TOKEN}", False), ("é" * 20, False),
    ],
)  # fmt: skip
def test_a_token_is_right_or_wrong(value: str, accepted: bool) -> None:
    assert Credentials(TOKEN).accepts([("X-Other", TOKEN), ("verify-token", value)]) is accepted


def test_the_name_is_found_in_any_letter_case_but_with_the_fault() -> None:
    for name in ("verify-token", "Verify-Token", "VERIFY-TOKEN"):
        assert Credentials(TOKEN).accepts([(name, TOKEN)])
    assert not Credentials(TOKEN, frozenset({"case_sensitive_header"})).accepts([("Verify-Token", TOKEN)])
    assert not Credentials(TOKEN).accepts([])


def test_each_fault_accepts_what_it_says_and_no_more() -> None:
    def accepts(fault: str, *headers: tuple[str, str]) -> bool:
        return Credentials(TOKEN, frozenset({fault})).accepts(headers)

    wavering = Credentials(TOKEN, frozenset({"odd_token_now_and_then"}))
    assert [wavering.accepts([("verify-token", f"bearer {TOKEN}")]) for _ in range(4)] == [False, True, False, True]
    assert wavering.accepts([("verify-token", f"{TOKEN} ")])
    assert not wavering.accepts([("verify-token", "x")])
    assert accepts("accepts_missing_token")
    assert not accepts("accepts_missing_token", ("verify-token", "x"))
    assert accepts("accepts_any_token", ("verify-token", "x"))
    assert not accepts("accepts_any_token")
    assert accepts("accepts_token_prefix", ("verify-token", TOKEN[:5]))
    assert not accepts("accepts_token_prefix", ("verify-token", "x"))
    assert not accepts("accepts_token_prefix", ("verify-token", ""))


def test_odd_values_are_told_only_with_the_fault() -> None:
    odd = [[("Verify-Token", f"{TOKEN} ")], [("verify-token", f"bearer {TOKEN}")]]
    assert [Credentials(TOKEN, frozenset({"odd_token_is_500"})).is_odd(one) for one in odd] == [True, True]
    assert [Credentials(TOKEN).is_odd(one) for one in odd] == [False, False]
