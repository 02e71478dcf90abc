from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.architect.expression import ExpressionError, evaluate, parse

VALUES = {"Message.Message.body": "hello"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"a text"', "a text"),
        (r'"say \"hi\" \\ now"', r'say "hi" \ now'),
        ("5", 5),
        ("-2.5", -2.5),
        ("True", True),
        ("Message.Message.body", "hello"),
        ("message.message.BODY", "hello"),
        ('Append("a", "b", "c")', "abc"),
        ('append("n = ", ToDisplayString(7), "; ", ToDisplayString(true))', "n = 7; true"),
        ('  Append( "<" , Append(Message.Message.body, ">") )  ', "<hello>"),
    ],
)
def test_expressions_have_their_value(text: str, value: object) -> None:
    found = evaluate(parse(text), VALUES)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "it ends too early"),
        ('"open', "'\"open' is not supported"),
        ('"a" + "b"', "'+' is not supported"),
        ('"a" "b"', "'\"b\"' is not expected here"),
        ("Flow.x", "'Flow.x' is not supported"),
        ("Trim(1)", "function Trim is not supported"),
        ('Append("a")', "Append takes 2 to 100 arguments, not 1"),
        ("ToDisplayString()", "ToDisplayString takes 1 to 1 arguments, not 0"),
        ('Append("a", "b"', "Append is not closed"),
        ('Append("a",)', "')' is not supported"),
        ("ToDisplayString(" * 60 + "1" + ")" * 60, "it is nested too deeply"),
    ],
)
def test_what_is_not_supported_is_named(text: str, problem: str) -> None:
    with pytest.raises(ExpressionError) as error:
        parse(text)
    assert str(error.value) == problem


@given(st.text(alphabet='Apend("), .ToDisplayString0-\\\n', max_size=60))
def test_any_text_is_an_expression_or_an_error(text: str) -> None:
    try:
        expression = parse(text)
    except ExpressionError:
        return
    assert evaluate(expression, VALUES) is not None
