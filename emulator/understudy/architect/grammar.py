"""The grammar of expressions: text → ``Expression``. Own grammar, no ``eval`` (facts: messaging §4.2).

    expression = operand { operator operand }          by the levels of ``operators.LEVELS``
    operand    = "text" | number | True | False | NOT_SET | Function(expression, …) | Variable.Name
               | "(" expression ")" | "not" operand | "-" operand

Names are case-insensitive. Anything else is an error when the flow is loaded, never a silent empty value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from understudy.architect.expression import Binary, Expression, Function, Literal, Unary, Variable
from understudy.architect.functions import FUNCTIONS
from understudy.architect.operators import LEVELS, NEGATIVE, NOT, SPELLINGS
from understudy.architect.values import Result
from understudy.errors import nearest

DEPTH_MAX: Final = 50
HEIGHT_MAX: Final = 100  # of what is evaluated: a chain of operators leans to one side
TOKENS_MAX: Final = 2000
BUILT_IN: Final[Mapping[str, tuple[str, ...]]] = {  # by flow type (facts: messaging §4.2)
    "inboundShortMessage": ("Message.Message.body", "Message.IsNewConversation", "Message.ConversationId"),
    "inboundCall": ("Call.CalledAddressOriginal", "Call.ConversationId"),
}
_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<string>"(?:[^"\\]|\\.)*")|(?P<number>\d{1,18}(?:\.\d{1,18})?)|(?P<name>[A-Za-z_]\w*(?:\.\w+)*)
    |(?P<mark>&&|\|\||==|!=|<>|<=|>=|[-+*/%<>!(),]))""",
    re.VERBOSE | re.DOTALL,
)
_CONSTANTS: Final[Mapping[str, Result]] = {"true": True, "false": False, "not_set": None}
_FUNCTION_NAMES: Final = {name.lower(): name for name in FUNCTIONS}
_END: Final = ("end", "")


class ExpressionError(ValueError):
    """An expression is malformed or uses what is not supported; the text says what."""


def parse(text: str, names: tuple[str, ...] = BUILT_IN["inboundShortMessage"]) -> Expression:
    """The expression of an ``exp:``; ``names`` are the variables it may use. Raises ``ExpressionError``."""
    reader = _Reader(text, names)
    expression = reader.expression(0, 0)
    if reader.token != _END:
        raise ExpressionError(f"{reader.token[1]!r} is not expected here")
    _check_height(expression)
    return expression


def _check_height(expression: Expression) -> None:
    pending: list[tuple[Expression, int]] = [(expression, 1)]
    while pending:
        one, height = pending.pop()
        if height > HEIGHT_MAX:
            raise ExpressionError("it is nested too deeply")
        match one:
            case Function(_, arguments):
                pending += [(argument, height + 1) for argument in arguments]
            case Binary(_, left, right):
                pending += [(left, height + 1), (right, height + 1)]
            case Unary(_, operand):
                pending.append((operand, height + 1))


class _Reader:
    """The tokens of one text, read from left to right."""

    def __init__(self, text: str, names: tuple[str, ...]) -> None:
        self._tokens = [*_tokens(text), _END]
        self._at = 0
        self._names = {name.lower(): name for name in names}

    @property
    def token(self) -> tuple[str, str]:
        return self._tokens[self._at]

    def _next(self) -> tuple[str, str]:
        token = self.token
        self._at += token != _END
        return token

    def _operator(self) -> str:
        kind, text = self.token
        if kind == "mark":
            return SPELLINGS.get(text, text)
        return text.lower() if kind == "name" and text.lower() in ("and", "or", "not") else ""

    def expression(self, level: int, depth: int) -> Expression:
        """Operands and the operators that bind at least as tightly as ``level``."""
        if depth > DEPTH_MAX:
            raise ExpressionError("it is nested too deeply")
        left = self._operand(depth)
        while (operator := self._operator()) in LEVELS and LEVELS[operator] >= level:
            self._next()
            left = Binary(operator, left, self.expression(LEVELS[operator] + 1, depth + 1))
        return left

    def _operand(self, depth: int) -> Expression:
        operator = self._operator()
        if operator in ("not", "-"):
            self._next()
            operand = self.expression(NOT if operator == "not" else NEGATIVE, depth + 1)
            if operator == "-" and isinstance(operand, Literal) and type(operand.value) in (int, float):
                return Literal(-operand.value)  # type: ignore[operator]  # a number, as was just seen
            return Unary(operator, operand)
        kind, text = self._next()
        if kind == "end":
            raise ExpressionError("it ends too early")
        if kind == "string":
            return Literal(re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL))
        if kind == "number":
            return Literal(float(text) if "." in text else int(text))
        if text == "(":
            inner = self.expression(0, depth + 1)
            if self._next()[1] != ")":
                raise ExpressionError("a parenthesis is not closed")
            return inner
        if kind == "name":
            return self._function(text, depth) if self.token == ("mark", "(") else self._name(text)
        raise ExpressionError(f"{text!r} is not supported here")

    def _name(self, text: str) -> Expression:
        if text.lower() in _CONSTANTS:
            return Literal(_CONSTANTS[text.lower()])
        if text.lower() not in self._names:
            raise ExpressionError(f"variable {text!r} is not known here: {nearest(text, list(self._names.values()))}")
        return Variable(self._names[text.lower()])

    def _function(self, text: str, depth: int) -> Expression:
        name = _FUNCTION_NAMES.get(text.lower())
        if name is None:
            raise ExpressionError(f"function {text} is not supported")
        self._next()
        arguments: list[Expression] = []
        while self.token != ("mark", ")") or arguments:
            arguments.append(self.expression(0, depth + 1))
            if self.token != ("mark", ","):
                break
            self._next()
        if self._next() != ("mark", ")"):
            raise ExpressionError(f"{name} is not closed")
        definition = FUNCTIONS[name]
        if not definition.needs <= len(arguments) <= definition.most:
            takes = f"{definition.needs} to {definition.most}"
            raise ExpressionError(f"{name} takes {takes} arguments, not {len(arguments)}")
        return Function(name, tuple(arguments))


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    text, at = text.rstrip(), 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise ExpressionError(f"{text[at:].split()[0]!r} is not supported")
        tokens.append((match.lastgroup, match.group(match.lastgroup)))
        at = match.end()
        if len(tokens) > TOKENS_MAX:
            raise ExpressionError(f"it has more than {TOKENS_MAX} parts")
    return tokens
