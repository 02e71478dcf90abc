"""What counts as a time for the gate, and values in any case."""

from __future__ import annotations

import pytest

from understudy.platform.formats import ISO, any_case, check_of, choices


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21T09:30:00Z",
        "2026-11-21T09:30:00.123Z",
        "2026-11-21T09:30:00.123456+01:00",
        "2026-11-21T09:30:00+0000",
        "2026-11-21T09:30:00",
        "2026-11-21",
    ],
)
def test_every_iso_8601_form_is_a_time(text: str) -> None:
    assert check_of(ISO)(text)


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2026-13-01T00:00:00Z", "2026-11-21T25:00:00Z", "1763717400", "2026-11-21T09:30:00Z\n", "\ud800"],
)
def test_other_text_is_none(text: str) -> None:
    assert not check_of(ISO)(text)


def test_any_case_takes_its_values_in_any_case_and_no_other() -> None:
    check = check_of(any_case(["Email", "Opaque"]))
    assert all(check(text) for text in ("Email", "email", "OPAQUE", "oPaque"))
    assert not any(check(text) for text in ("", "Phone", "Email\n", "Email|Opaque"))


def test_name_of_a_format_carries_its_values() -> None:
    assert choices(any_case(["Email", "Phone"])) == ["Email", "Phone"]


@pytest.mark.parametrize("value", [None, 1, [], {}])
def test_what_is_no_text_is_left_to_the_type(value: object) -> None:
    assert check_of(ISO)(value)
    assert check_of(any_case(["A"]))(value)
