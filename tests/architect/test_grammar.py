from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.architect.expression import evaluate
from understudy.architect.grammar import ExpressionError, parse
from understudy.architect.values import EvaluationError, Result, display

VALUES: dict[str, Result] = {
    "Message.Message.body": "hello",
    "Message.IsNewConversation": True,
    "Message.ConversationId": "c",
}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "it ends too early"),
        ('"open', "'\"open' is not supported"),
        ('"a" "b"', "'\"b\"' is not expected here"),
        ("IfElse(1)", "function IfElse is not supported"),
        ('Append("a")', "Append takes 2 to 100 arguments, not 1"),
        ('Append("a", "b"', "Append is not closed"),
        ('Append("a",)', "')' is not supported here"),
        ("(1", "a parenthesis is not closed"),
        ("1 = 1", "'=' is not supported"),
        ("1 +", "it ends too early"),
        ("ToDisplayString(" * 60 + "1" + ")" * 60, "it is nested too deeply"),
        ("+".join(["1"] * 200), "it is nested too deeply"),
        ("+".join(["1"] * 2000), "it has more than 2000 parts"),
    ],
)
def test_what_is_not_supported_is_named(text: str, problem: str) -> None:
    with pytest.raises(ExpressionError) as error:
        parse(text)
    assert str(error.value) == problem


def test_a_variable_that_is_not_declared_is_named() -> None:
    with pytest.raises(ExpressionError, match=r"variable 'State.cuont' is not known here: did you mean 'State.count'"):
        parse("State.cuont", ("State.count",))


@given(st.text(alphabet='Append("), .ToDisplayString0-+*/<>=!andor\\\n', max_size=60))
def test_any_text_is_an_expression_or_an_error(text: str) -> None:
    try:
        value = evaluate(parse(text), VALUES)
    except (ExpressionError, EvaluationError):
        return
    assert isinstance(display(value), str)
