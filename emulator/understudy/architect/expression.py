"""Architect expressions, as far as flows of the current issue use them (facts: messaging §4.2).

    expression = string | number | True | False | Function(expression, …) | Variable.Name

Functions are Append and ToDisplayString, the variable is Message.Message.body; names are case-insensitive. Anything
else is an error when the flow is loaded, never a silent empty value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

Result = str | int | float | bool

VARIABLES: Final = ("Message.Message.body",)
DEPTH_MAX: Final = 50
_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<string>"(?:[^"\\]|\\.)*")|(?P<number>-?\d+(?:\.\d+)?)|(?P<name>[A-Za-z_][\w.]*)|(?P<mark>[(),]))"""
)


class ExpressionError(ValueError):
    """An expression is malformed or uses what is not supported; the text says what."""


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


Expression = Literal | Variable | Function


def display(value: Result) -> str:
    """How Architect turns a value into text."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _append(*values: Result) -> Result:
    return "".join(display(value) for value in values)


# Canonical name → (fewest arguments, most arguments, what it does).
FUNCTIONS: Final[dict[str, tuple[int, int, Callable[..., Result]]]] = {
    "Append": (2, 100, _append),
    "ToDisplayString": (1, 1, display),
}
_FUNCTION_NAMES: Final = {name.lower(): name for name in FUNCTIONS}
_VARIABLE_NAMES: Final = {name.lower(): name for name in VARIABLES}
_CONSTANTS: Final[dict[str, Result]] = {"true": True, "false": False}


def parse(text: str) -> Expression:
    """The expression of an ``exp:``; raises ``ExpressionError``."""
    tokens = _tokens(text)
    expression, rest = _expression(tokens, 0, 0)
    if rest != len(tokens):
        raise ExpressionError(f"{tokens[rest][1]!r} is not expected here")
    return expression


def evaluate(expression: Expression, variables: Mapping[str, Result]) -> Result:
    """Its value; ``variables`` holds every name of ``VARIABLES``."""
    match expression:
        case Literal(value):
            return value
        case Variable(name):
            return variables[name]
        case Function(name, arguments):
            return FUNCTIONS[name][2](*(evaluate(argument, variables) for argument in arguments))


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    text, at = text.rstrip(), 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise ExpressionError(f"{text[at:].split()[0]!r} is not supported")
        tokens.append((match.lastgroup, match.group(match.lastgroup)))
        at = match.end()
    return tokens


def _expression(tokens: list[tuple[str, str]], at: int, depth: int) -> tuple[Expression, int]:
    if at >= len(tokens) or depth > DEPTH_MAX:
        raise ExpressionError("it ends too early" if at >= len(tokens) else "it is nested too deeply")
    kind, text = tokens[at]
    if kind == "string":
        return Literal(re.sub(r"\\(.)", r"\1", text[1:-1])), at + 1
    if kind == "number":
        return Literal(float(text) if "." in text else int(text)), at + 1
    if kind == "name" and tokens[at + 1 : at + 2] == [("mark", "(")]:
        return _function(tokens, at, depth)
    if kind == "name" and text.lower() in _CONSTANTS:
        return Literal(_CONSTANTS[text.lower()]), at + 1
    if kind == "name" and text.lower() in _VARIABLE_NAMES:
        return Variable(_VARIABLE_NAMES[text.lower()]), at + 1
    raise ExpressionError(f"{text!r} is not supported")


def _function(tokens: list[tuple[str, str]], at: int, depth: int) -> tuple[Expression, int]:
    name = _FUNCTION_NAMES.get(tokens[at][1].lower())
    if name is None:
        raise ExpressionError(f"function {tokens[at][1]} is not supported")
    arguments: list[Expression] = []
    at += 1  # the opening parenthesis, and then the comma before each further argument
    while True:
        if not arguments and tokens[at + 1 : at + 2] == [("mark", ")")]:
            at += 1
            break
        argument, at = _expression(tokens, at + 1, depth + 1)
        arguments.append(argument)
        if tokens[at : at + 1] == [("mark", ")")]:
            break
        if tokens[at : at + 1] != [("mark", ",")]:
            raise ExpressionError(f"{name} is not closed")
    fewest, most, _ = FUNCTIONS[name]
    if not fewest <= len(arguments) <= most:
        raise ExpressionError(f"{name} takes {fewest} to {most} arguments, not {len(arguments)}")
    return Function(name, tuple(arguments)), at + 1
