from __future__ import annotations

import pytest

from understudy.bot_connector.variations import Credential, varied

HEADERS = (("Verify-Token", "Zz9-aB"),)


@pytest.mark.parametrize(
    ("credential", "headers"),
    [
        (Credential.GOOD, HEADERS),
        (Credential.NONE, ()),
        (Credential.OTHER, (("Verify-Token", "Aa0-bC"),)),
        (Credential.PREFIX, (("Verify-Token", "Zz9-"),)),
        (Credential.LETTER_CASE, (("vERIFY-tOKEN", "Zz9-aB"),)),
        (Credential.BLANK, (("Verify-Token", "Zz9-aB "),)),
        (Credential.SCHEME, (("Verify-Token", "bearer Zz9-aB"),)),
    ],
)
def test_each_variation_changes_one_thing(credential: Credential, headers: tuple[tuple[str, str], ...]) -> None:
    assert varied(HEADERS, credential) == headers


def test_a_scheme_that_is_there_is_put_in_lower_case() -> None:
    assert varied((("Authorization", "Bearer Abc"),), Credential.SCHEME) == (("Authorization", "bearer Abc"),)


@pytest.mark.parametrize("secret", ["!", "!?", "a", "..."])
def test_a_wrong_secret_has_the_length_of_the_right_one_and_is_another(secret: str) -> None:
    ((_, other),) = varied((("x", secret),), Credential.OTHER)
    assert other != secret
    assert len(other) == len(secret)


def test_without_credentials_there_is_nothing_to_vary() -> None:
    assert {varied((), credential) for credential in Credential} == {()}
