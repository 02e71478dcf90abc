from __future__ import annotations

import pytest

from understudy.architect.values import (
    Currency,
    Duration,
    EvaluationError,
    Queue,
    as_json,
    display,
    fitting,
    kind_of,
    read,
    received,
)


@pytest.mark.parametrize(
    ("text", "type_", "value"),
    [
        ("text", "string", "text"),
        ("42", "integer", 42),
        ("42.5", "decimal", 42.5),
        ("True", "boolean", True),
        ("P1D", "duration", Duration(86_400_000)),
        ("PT1H0.5S", "duration", Duration(3_600_500)),
        ("17.00|USD", "currency", Currency(17.0, "USD")),
        ("1955-11-05T12:00:00", "dateTime", "1955-11-05T12:00:00"),
    ],
)
def test_a_slot_s_text_is_read_by_its_type(text: str, type_: str, value: object) -> None:
    assert read(text, type_) == value


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("x", "integer"),
        ("9" * 5000, "integer"),
        ("P", "duration"),
        ("PT", "duration"),
        ("17", "currency"),
        ("maybe", "boolean"),
        ("today", "dateTime"),
        ("x", "decimal"),
    ],
)
def test_a_text_of_another_type_is_an_error(text: str, type_: str) -> None:
    with pytest.raises(EvaluationError):
        read(text, type_)


def test_a_variable_takes_only_its_type() -> None:
    assert fitting(3, "decimal") == 3.0
    assert fitting(None, "integer") is None
    assert fitting(("a", "b"), "stringCollection") == ("a", "b")
    for value, type_ in (
        ("3", "integer"),
        (True, "integer"),
        (1, "string"),
        (("a",), "string"),
        ("a", "stringCollection"),
    ):
        with pytest.raises(EvaluationError):
            fitting(value, type_)


def test_values_are_shown_as_text() -> None:
    assert [display(v) for v in (None, True, Duration(90_500), Currency(1.5, "EUR"), ("a", 1))] == [
        *("NOT_SET", "true", "PT1M30.500S", "1.50 EUR", "a, 1")
    ]
    assert as_json((Duration(0), 1)) == ["PT0S", 1]
    assert [kind_of(v) for v in ((), ("a",), 1.5)] == ["Collection", "stringCollection", "decimal"]


def test_a_value_of_json_is_taken_by_the_variable_s_type() -> None:
    assert received("7", "integer") == 7
    assert received(7, "decimal") == 7.0
    assert received(["1", 2], "integerCollection") == (1, 2)
    assert received(None, "string") is None
    for raw, type_ in (({}, "string"), (["x"], "string"), ("x", "queue"), (7, "string"), ([[1]], "integerCollection")):
        with pytest.raises(EvaluationError):
            received(raw, type_)


def test_a_queue_is_shown_by_its_name() -> None:
    queue = Queue("q1", "Support")
    assert (display(queue), as_json(queue), kind_of(queue), fitting(queue, "queue")) == (
        "Support", "Support", "queue", queue,
    )  # fmt: skip
    with pytest.raises(EvaluationError, match="string does not take queue"):
        fitting(queue, "string")
