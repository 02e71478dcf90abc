"""Operators of expressions: how tightly they bind, and what they do with which values.

Arithmetic takes numbers, comparisons two values of one kind, ``and`` and ``or`` booleans (facts: messaging §4.2 names
comparisons and booleans as needed; spelling, precedence and exact letter case of texts are assumed).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from understudy.architect.values import Duration, EvaluationError, Result, is_number, kind_of

# The higher the tighter; what stands on one level goes from left to right.
LEVELS: Final[Mapping[str, int]] = {
    "or": 1,
    "and": 2,
    **dict.fromkeys(("==", "!="), 4),
    **dict.fromkeys(("<", "<=", ">", ">="), 5),
    **dict.fromkeys(("+", "-"), 6),
    **dict.fromkeys(("*", "/", "%"), 7),
}
NOT: Final = 3  # what "not" takes on its right binds at least so tightly
NEGATIVE: Final = 8
SPELLINGS: Final[Mapping[str, str]] = {"<>": "!=", "&&": "and", "||": "or", "!": "not"}
SIZE_MAX: Final = 2**63  # of a number: what a value of Architect's integer can hold (assumed)

_ARITHMETIC: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
    "%": lambda left, right: left % right,
}
_ORDER: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def binary(operator: str, left: Result, right: Result) -> Result:
    """``left operator right``, but for ``and`` and ``or``, which may not need their right side."""
    if operator in ("==", "!="):
        return _equal(operator, left, right) is (operator == "==")
    if operator in _ORDER:
        return _ordered(operator, left, right)
    return _arithmetic(operator, left, right)


def truth(operator: str, value: Result) -> bool:
    """A side of ``and``, ``or``, ``not``."""
    if not isinstance(value, bool):
        raise EvaluationError(f"{operator!r} takes booleans, not {kind_of(value)}")
    return value


def negative(value: Result) -> Result:
    """``-value``."""
    if not is_number(value):
        raise EvaluationError(f"'-' takes numbers, not {kind_of(value)}")
    return -value  # type: ignore[operator]  # a number, as was just seen


def _equal(operator: str, left: Result, right: Result) -> bool:
    if left is None or right is None:
        return left is right
    if is_number(left) and is_number(right):
        return left == right
    if type(left) is not type(right):
        raise EvaluationError(f"{operator!r} can't compare {kind_of(left)} and {kind_of(right)}")
    return left == right


def _ordered(operator: str, left: Result, right: Result) -> bool:
    if is_number(left) and is_number(right):
        return _ORDER[operator](left, right)
    if isinstance(left, Duration) and isinstance(right, Duration):
        return _ORDER[operator](left.milliseconds, right.milliseconds)
    if isinstance(left, str) and isinstance(right, str):
        return _ORDER[operator](left, right)
    raise EvaluationError(f"{operator!r} can't compare {kind_of(left)} and {kind_of(right)}")


def _arithmetic(operator: str, left: Result, right: Result) -> Result:
    if not (is_number(left) and is_number(right)):
        hint = ": texts are joined by Append" if operator == "+" and isinstance(left, str) else ""
        raise EvaluationError(f"{operator!r} takes numbers, not {kind_of(left)} and {kind_of(right)}{hint}")
    try:
        value: int | float = _ARITHMETIC[operator](left, right)
    except (ZeroDivisionError, OverflowError) as error:
        raise EvaluationError(f"{operator!r}: {error}") from error
    if not -SIZE_MAX < value < SIZE_MAX:
        raise EvaluationError(f"{operator!r} makes a number that is too large")
    return value
