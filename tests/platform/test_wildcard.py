from __future__ import annotations

import pytest

from understudy.platform.wildcard import wildcard


@pytest.mark.parametrize(
    ("given", "fitting", "others"),
    [
        ("Front door", ["front DOOR"], ["Front", "the front door", "Front door 2"]),
        ("front*", ["Front", "front door"], ["a front"]),
        ("*door", ["Door", "Front door"], ["doors"]),
        ("*ro*do*", ["Front door"], ["door front", "rod"]),
        ("f*f", ["ff", "f of f"], ["f"]),
        ("a*b*a", ["aba", "aXbXa"], ["ab", "aa"]),
        ("*", ["", "anything\nat all"], []),
        ("", [""], ["x"]),
        ("a.c", ["a.c"], ["abc"]),
        ("straße*", ["STRASSE 1"], ["strase"]),
    ],
)
def test_a_star_stands_for_anything_and_case_does_not_count(given: str, fitting: list[str], others: list[str]) -> None:
    fits = wildcard(given)
    assert [text for text in (*fitting, *others) if fits(text)] == fitting


def test_many_stars_cost_no_powers_of_the_length() -> None:
    assert not wildcard("*a" * 200 + "*b")("a" * 100_000)  # a backtracking pattern would not come back
