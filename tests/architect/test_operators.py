from __future__ import annotations

import pytest

from understudy.architect.operators import binary
from understudy.architect.values import Duration, EvaluationError


def test_values_of_one_kind_are_compared() -> None:
    assert binary("==", 1, 1.0) is True
    assert binary("==", "a", "A") is False
    assert binary("!=", None, "a") is True
    assert binary("<", Duration(1), Duration(2)) is True
    assert binary(">=", "b", "a") is True


def test_a_number_that_is_too_large_is_an_error() -> None:
    with pytest.raises(EvaluationError, match="too large"):
        binary("*", 2**40, 2**40)
    with pytest.raises(EvaluationError, match="can't compare"):
        binary("<", 1, "a")
