from __future__ import annotations

import pytest

from understudy.architect.expression import evaluate
from understudy.architect.grammar import parse
from understudy.architect.values import EvaluationError, Result

VALUES: dict[str, Result] = {
    "Message.Message.body": "hello",
    "Message.IsNewConversation": True,
    "Message.ConversationId": "c",
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"a text"', "a text"),
        (r'"say \"hi\" \\ now"', r'say "hi" \ now'),
        ("5", 5),
        ("-2.5", -2.5),
        ("True", True),
        ("NOT_SET", None),
        ("message.message.BODY", "hello"),
        ('append("n = ", ToDisplayString(7), "; ", ToDisplayString(true))', "n = 7; true"),
        ("1 + 2 * 3 - 4", 3),
        ("(1 + 2) * -3", -9),
        ("10 / 4", 2.5),
        ("not True or 1 < 2 and 3 >= 3", True),
        ('Message.Message.body <> "x"', True),
        ("False and 1 / 0 == 1", False),
        ('If(True, "yes", 1 / 0)', "yes"),
        ("If(IsNotSetOrEmpty(NOT_SET), 1, 2)", 1),
    ],
)
def test_expressions_have_their_value(text: str, value: object) -> None:
    found = evaluate(parse(text), VALUES)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('"a" + "b"', "'+' takes numbers, not string and string: texts are joined by Append"),
        ("1 / 0", "'/': division by zero"),
        ('1 == "1"', "'==' can't compare integer and string"),
        ('not "x"', "'not' takes booleans, not string"),
        ("1 and True", "'and' takes booleans, not integer"),
        ("Trim(1)", "argument 1 of Trim is integer, not string"),
        ("-Message.Message.body", "'-' takes numbers, not string"),
    ],
)
def test_a_value_of_the_wrong_type_is_named(text: str, problem: str) -> None:
    with pytest.raises(EvaluationError) as error:
        evaluate(parse(text), VALUES)
    assert str(error.value) == problem
