from __future__ import annotations

import pytest

from understudy.bot_connector.languages import speaks


@pytest.mark.parametrize(
    ("supported", "wanted", "spoken"),
    [
        (["en-us"], "EN-US", True),
        (["en-us"], "en_US", True),
        (["en"], "en-gb", True),
        (["en-us"], "en", True),
        (["en-us"], "en-gb", False),
        (["es", "de-at"], "de", True),
        (["en-us"], "fr", False),
        ([], "fr", True),
        (None, "fr", True),
    ],
)
def test_a_language_is_spoken_in_any_case_and_without_its_region(
    supported: list[str] | None, wanted: str, spoken: bool
) -> None:
    assert speaks({"supportedLanguages": supported}, wanted) is spoken
