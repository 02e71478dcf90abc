"""A parsed expression, and its value (facts: messaging §4.2). ``grammar.parse`` makes one from an ``exp:``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from understudy.architect.functions import apply
from understudy.architect.operators import binary, negative, truth
from understudy.architect.values import Result


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant."""

    value: Result


@dataclass(frozen=True, slots=True)
class Variable:
    """A value that the run supplies, by its canonical name."""

    name: str


@dataclass(frozen=True, slots=True)
class Function:
    """A call of one of ``FUNCTIONS``, by its canonical name."""

    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Binary:
    """An operator between two sides."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Unary:
    """``not`` or ``-`` before its operand."""

    operator: str
    operand: Expression


Expression = Literal | Variable | Function | Binary | Unary


def evaluate(expression: Expression, variables: Mapping[str, Result]) -> Result:
    """Its value; ``variables`` holds every name that the text may use. Raises ``EvaluationError``."""
    match expression:
        case Literal(value):
            return value
        case Variable(name):
            return variables[name]
        case Function("If", (condition, yes, no)):  # the side that is not taken is not looked at (assumed)
            return evaluate(yes if truth("If", evaluate(condition, variables)) else no, variables)
        case Function(name, arguments):
            return apply(name, tuple(evaluate(argument, variables) for argument in arguments))
        case Binary(("and" | "or") as operator, left, right):
            first = truth(operator, evaluate(left, variables))
            return first if first is (operator == "or") else truth(operator, evaluate(right, variables))
        case Binary(operator, left, right):
            return binary(operator, evaluate(left, variables), evaluate(right, variables))
        case Unary("not", operand):
            return not truth("not", evaluate(operand, variables))
        case Unary(_, operand):
            return negative(evaluate(operand, variables))
