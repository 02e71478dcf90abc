"""Faults are bounded, shown short, and never lose the one that counts."""

from __future__ import annotations

import pytest

from understudy.bot_connector.faults import MOST, Fault, Faults, Said, shown, strings_of, text_of


def test_a_fault_says_rule_place_expected_and_observed() -> None:
    fault = Fault(rule="BC-07", path="botState", expected="Complete", observed="'Done'")
    assert str(fault) == "BC-07: botState is 'Done', not Complete"
    assert (
        str(Fault(rule="BC-01", path="", expected="JSON", observed="empty")) == "BC-01: the answer is empty, not JSON"
    )


def test_faults_are_bounded_and_the_fatal_one_stays() -> None:
    faults = Faults()
    for number in range(MOST * 2):
        faults.add("BC-37", f"{number}", "x", 1, is_fatal=False)
    assert len(faults.found) == MOST
    assert faults.first_fatal is None
    faults.add("BC-09", "late", "x", 1)
    faults.add("BC-09", "later", "x", 1)
    assert len(faults.found) == MOST
    assert faults.first_fatal is not None
    assert faults.first_fatal.path == "late"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"), (True, "true"), (False, "false"), ([1], "an array of 1"), ({}, "an object of 0"), (3, "3"),
        ("a", "'a'"), (Said("empty"), "empty"),
    ],
)  # fmt: skip
def test_a_value_is_shown_for_people(value: object, text: str) -> None:
    assert shown(value) == text


def test_a_huge_value_is_shown_short() -> None:
    assert len(shown("x" * 1_000_000)) <= 82
    assert len(shown(Said("x" * 1000))) == 80


def test_a_string_field_may_be_absent_and_nothing_else() -> None:
    faults = Faults()
    assert text_of({}, "intent", "", "BC-12", faults) is None
    assert text_of({"intent": "a"}, "intent", "", "BC-12", faults) == "a"
    assert faults.found == []
    assert text_of({"intent": 1}, "intent", "", "BC-12", faults) is None
    assert [str(fault) for fault in faults.found] == ["BC-12: intent is 1, not a string"]


def test_a_map_of_strings_names_each_wrong_entry() -> None:
    faults = Faults()
    given = {"parameters": {"a": "1", "b": 2, "c": None}}
    assert strings_of(given, "parameters", "BC-10", faults) == {"a": "1"}
    assert [fault.path for fault in faults.found] == ["parameters.b", "parameters.c"]
    assert strings_of({"parameters": []}, "parameters", "BC-10", faults) == {}
    assert faults.found[-1].observed == "an array of 0"
