from __future__ import annotations

import pytest

from understudy.architect.functions import FUNCTIONS, apply
from understudy.architect.spelling import functions
from understudy.architect.values import TEXT_MAX, EvaluationError, Result


@pytest.mark.parametrize(
    ("name", "arguments", "value"),
    [
        ("Append", ("a", None, 1), "a1"),
        ("Trim", (" a ",), "a"),
        ("ToInt", ("42.9",), 42),
        ("ToBool", ("TRUE",), True),
        ("Length", ("abc",), 3),
        ("Substring", ("abcdef", 1, 3), "bcd"),
        ("Replace", ("aXa", "X", "-"), "a-a"),
        ("Split", ("a,b,,c", ","), ("a", "b", "c")),
        ("Count", (("a", "b"),), 2),
        ("GetAt", (("a", "b"), 1), "b"),
        ("FindFirst", (("a", "b"), "b"), 1),
        ("FindFirst", (("a",), "z"), -1),
        ("AddItem", (("a",), "b"), ("a", "b")),
        ("MakeList", (), ()),
        ("IsSet", (None,), False),
        ("Contains", ("abc", "b"), True),
    ],
)
def test_functions_do_what_they_are_named_for(name: str, arguments: tuple[Result, ...], value: Result) -> None:
    assert apply(name, arguments) == value


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("ToInt", ("x",)),
        ("GetAt", ((), 0)),
        ("Substring", ("a", -1, 1)),
        ("Split", ("a", "")),
        ("Count", ("a",)),
        ("Append", ("x" * TEXT_MAX, "y")),
        ("Replace", ("a" * 300, "a", "b" * 300)),
        ("ToInt", ("1e999",)),
    ],
)
def test_what_a_function_cannot_take_or_make_is_an_error(name: str, arguments: tuple[Result, ...]) -> None:
    with pytest.raises(EvaluationError):
        apply(name, arguments)


def test_every_function_has_a_certainty() -> None:
    assert dict(functions()).keys() == FUNCTIONS.keys()
    assert set(functions().values()) == {"documented", "assumed"}
