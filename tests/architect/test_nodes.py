from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.architect.load import load
from understudy.architect.nodes import SIZE_MAX, Fields, compose, scalar
from understudy.errors import FlowError


@given(st.text(max_size=200) | st.text(alphabet="{}[]:,&*!|>-\n \"'a0#%@`", max_size=80))
def test_no_text_does_anything_but_load_or_fail_as_a_flow(text: str) -> None:
    with pytest.raises(FlowError):
        load(text, "fuzz")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "the file is empty"),
        ("[" * 5000, "nested too deeply"),
        ("a: " + "x" * SIZE_MAX, f"the file has more than {SIZE_MAX} characters"),
        ("a: &x [1]\nb: *x", "aliases are not supported"),
    ],
)
def test_a_text_that_would_cost_too_much_is_refused(text: str, problem: str) -> None:
    with pytest.raises(FlowError, match=problem):
        compose(text, "big")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5),
        ("1.5", 1.5),
        ("true", True),
        ("no", False),
        ("~", None),
        ('"5"', "5"),
        ("1:30", "1:30"),
        ("word", "word"),
    ],
)
def test_scalars_are_what_yaml_means(text: str, value: object) -> None:
    found = scalar(compose(text, "s"))
    assert (found, type(found)) == (value, type(value))


def test_what_was_not_taken_is_an_error_with_its_line() -> None:
    fields = Fields(compose("a: 1\nb: 2\nc: 3", "f"), "f", "the thing")
    fields.drop("c")
    assert fields.text("a") == "1"
    with pytest.raises(FlowError) as error:
        fields.close()
    assert str(error.value) == "f:2: the thing has 'b', which is not supported"


def test_what_must_be_there_is_named() -> None:
    fields = Fields(compose("a: [1]", "f"), "f", "the thing")
    with pytest.raises(FlowError, match="f:1: the thing lacks 'b'"):
        fields.need("b")
    with pytest.raises(FlowError, match="'a' of the thing is not a text"):
        fields.text("a")
