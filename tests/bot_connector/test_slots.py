"""Slot and entity values of all types, and the declarations they are read by."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.bot_connector.slots import SCALARS, Declared, Unreadable, read_value
from understudy.integrations.bot_list import SLOT_TYPES

GOOD: list[tuple[str, Any, Any]] = [
    ("String", "", ""), ("string", "x", "x"), ("Integer", 42, 42), ("integer", "42", 42), ("Integer", "-7", -7),
    ("Decimal", 42.5, 42.5), ("Decimal", "42.5", 42.5), ("Decimal", 1, 1.0), ("Boolean", True, True),
    ("Boolean", "false", False), ("Duration", "P1D", "P1D"), ("Duration", "PT1H30M", "PT1H30M"),
    ("Duration", "P2W", "P2W"), ("Datetime", "1955-11-05T12:00:00", "1955-11-05T12:00:00"),
    ("datetime", "1955-11-05T12:00:00.000Z", "1955-11-05T12:00:00.000Z"),
    ("Currency", {"amount": 17, "code": "USD"}, {"amount": 17.0, "code": "USD"}),
    ("Currency", "17.00|USD", {"amount": 17.0, "code": "USD"}),
    ("Currency", '{"amount":10.50,"code":"USD"}', {"amount": 10.5, "code": "USD"}),
]  # fmt: skip
BAD: list[tuple[str, Any]] = [
    ("String", 1), ("String", ["a"]), ("Integer", 1.5), ("Integer", True), ("Integer", "4x"), ("Integer", "9" * 5000),
    ("Integer", ""), ("Integer", "٣"), ("Decimal", "1e400"), ("Decimal", "nan"), ("Decimal", False),
    ("Decimal", 10**400), ("Decimal", ""), ("Boolean", "yes"), ("Boolean", 1), ("Duration", "P"),
    ("Duration", "PT"), ("Duration", "P1H"),
    ("Duration", 5), ("Datetime", "1955-13-05T12:00:00"), ("Datetime", "1955-11-05"), ("Datetime", 0),
    ("Currency", "17.00"), ("Currency", {"amount": "x", "code": "USD"}), ("Currency", {"amount": 1, "code": "usd"}),
    ("Currency", {}), ("Currency", "\ud800"), ("Currency", "..|USD"), ("Wish", "a"), ("", "a"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "value", "read"), GOOD)
def test_a_value_is_read_by_its_type_and_so_is_a_collection(kind: str, value: Any, read: Any) -> None:
    assert read_value(kind, value, as_text=False) == read
    assert read_value(f"{kind}Collection", [value, value], as_text=False) == [read, read]
    assert read_value(f"{kind}COLLECTION", [], as_text=False) == []


@pytest.mark.parametrize(("kind", "value"), BAD)
def test_a_value_of_another_type_is_unreadable_alone_and_in_a_collection(kind: str, value: Any) -> None:
    with pytest.raises(Unreadable):
        read_value(kind, value, as_text=False)
    with pytest.raises(Unreadable):
        read_value(f"{kind}Collection", [value], as_text=False)


@pytest.mark.parametrize(("kind", "value", "read"), GOOD)
def test_v2_takes_strings_only(kind: str, value: Any, read: Any) -> None:
    if isinstance(value, str):
        assert read_value(kind, value, as_text=True) == read
    else:
        with pytest.raises(Unreadable, match="a string"):
            read_value(kind, value, as_text=True)


def test_a_collection_is_an_array_and_a_scalar_is_none() -> None:
    with pytest.raises(Unreadable, match="an array"):
        read_value("StringCollection", "a", as_text=False)


def test_the_types_are_those_that_a_bot_list_may_declare() -> None:
    assert {f"{name}{end}" for name in SCALARS for end in ("", "collection")} == set(SLOT_TYPES)


def test_a_slot_is_known_by_key_and_by_name() -> None:
    v1 = {"intents": [{"name": "Order", "slots": {"size ": {"name": "size", "type": "Integer"}}}, {"name": "Bye"}]}
    declared = Declared.of(v1)
    assert declared.type_of("Order", "size ") == declared.type_of("Order", "size") == "Integer"
    assert declared.type_of("Bye", "size") is None
    assert declared.type_of("Unknown", "size") is None
    assert declared.type_of(None, "size") == "Integer"


def test_v2_declares_entities_in_a_list() -> None:
    declared = Declared.of({"intents": [{"name": "Order", "entities": [{"name": "size", "type": "Integer"}]}]})
    assert declared.intents == {"Order": {"size": "Integer"}}
    assert Declared.of({}).intents == {}
