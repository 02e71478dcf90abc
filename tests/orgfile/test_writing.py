from __future__ import annotations

import subprocess
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from understudy.orgfile.document import read_document
from understudy.orgfile.writing import Secret, write_variables, write_yaml

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | TEXTS | st.sampled_from(["${A}", "$${A}", "yes", "1e3"])
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4), max_leaves=10
)


@given(st.dictionaries(TEXTS.filter(bool), VALUES, max_size=4))
@example({"a": {"b": "x\n\n", "c": "\n", "d": " \n"}, "e": None})
@example({"${A}": {"$${A}": "${A} $${A}", "\x85": "\u2028", "a\n": "b\r\n "}})
def test_what_is_written_is_read_as_it_was(document: dict[str, Any]) -> None:
    text = write_yaml(document)
    assert (read_document(text, {}, "x").data or {}) == document


def test_a_secret_is_a_variable_and_stays_a_text() -> None:
    text = write_yaml({"a": {"b": Secret("NAME")}})
    assert text == 'a:\n  b: "${NAME}"\n'
    assert read_document(text, {"NAME": "0123"}, "x").data == {"a": {"b": "0123"}}


def test_texts_of_several_lines_are_blocks_and_lists_are_indented() -> None:
    assert write_yaml({"a": [{"yaml": "b:\n  c\n"}], "d": 1}) == "a:\n  - yaml: |\n      b:\n        c\n\nd: 1\n"


@pytest.mark.parametrize("value", ["plain", "o'brien", "a b", "$x`y`", 'quo"te', "two\nlines", ""])
def test_variables_are_read_by_a_shell(value: str) -> None:
    script = f'{write_variables({"NAME": value})}printf %s "$NAME"'
    assert subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout == value
