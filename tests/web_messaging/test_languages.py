from __future__ import annotations

import pytest

from understudy.web_messaging.languages import wanted_languages


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("", ()),
        ("de-AT", ("de-AT",)),
        ("en;q=0.5, de-AT, fr;q=0.7", ("de-AT", "fr", "en")),
        ("de, *;q=0.1", ("de",)),
        ("de;q=0, en;q=x, fr;q=7, es;q=nan, it ; q=0.3", ("it",)),
        (",,;;=", ()),
    ],
)
def test_a_browsers_languages_go_by_their_weight(header: str, wanted: tuple[str, ...]) -> None:
    assert wanted_languages(header) == wanted


def test_a_header_without_end_is_read_in_part() -> None:
    assert len(wanted_languages("de," * 1000)) == 20
