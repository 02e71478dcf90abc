"""What is missing or wrong is named with its remedy."""

from __future__ import annotations

import pytest

from understudy.references.vendor_side.settings import WrongSetting, choice, given, number, origin

NAMES = {"A": (None, "an a"), "B": (None, "a b"), "C": ("7", "a c"), "D": ("", "nothing")}


def test_all_that_is_missing_is_named_at_once_and_empty_counts_as_missing() -> None:
    with pytest.raises(WrongSetting) as caught:
        given(NAMES, {"A": "", "C": "8"})
    assert str(caught.value).splitlines() == ["A is not set: give an a", "B is not set: give a b"]
    assert given(NAMES, {"A": "1", "B": "2"}) == {"A": "1", "B": "2", "C": "7", "D": ""}


def test_what_is_right_is_read() -> None:
    assert origin("A", "http://127.0.0.1:8080/") == "http://127.0.0.1:8080"
    assert number("A", "1.5", 2) == 1.5
    assert choice("A", "x", ("x", "y")) == "x"


@pytest.mark.parametrize("value", ["x", "-1", "3", "nan", "inf", "1.5"])
def test_what_is_wrong_is_named(value: str) -> None:
    with pytest.raises(WrongSetting, match=f"A is '{value}'"):
        number("A", value, 2, whole=True)
    with pytest.raises(WrongSetting, match="not one of x, y"):
        choice("A", value + "!", ("x", "y"))
    with pytest.raises(WrongSetting, match="not an address"):
        origin("A", value)
