"""What is of another type counts as absent."""

from __future__ import annotations

import pytest

from understudy.references.vendor_side.values import items, object_of, part, string


@pytest.mark.parametrize("value", [None, 5, "x", {"a": 1}, [None, 5, []]])
def test_only_objects_of_a_list_are_items(value: object) -> None:
    assert list(items(value)) == []


def test_objects_and_texts_are_taken() -> None:
    assert list(items([1, {"a": 1}])) == [{"a": 1}]
    assert (string("x"), string(5)) == ("x", "")
    assert (part({"a": {"b": 1}}, "a"), part({"a": 5}, "a"), part(5, "a")) == ({"b": 1}, {}, {})


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_object_is_none(raw: bytes) -> None:
    assert object_of(raw) is None
    assert object_of(b'{"a": 1}') == {"a": 1}


def test_half_a_character_is_a_question_mark() -> None:
    assert object_of(rb'{"\ud83d": ["a \uDE42", "\ud83d\ude42", "\u00e4"]}') == {"?": ["a ?", "🙂", "ä"]}
