"""Declarations of variables: ``- stringVariable: {name: State.X, initialValue, isInput, isOutput}`` (facts §4.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import yaml

from understudy.architect.expression import Expression, Literal, evaluate
from understudy.architect.flow import Declaration
from understudy.architect.grammar import ExpressionError, parse
from understudy.architect.inputs import NOTHING, literal
from understudy.architect.nodes import Fields, line_of, scalar
from understudy.architect.values import TYPES, EvaluationError, Result, fitting
from understudy.errors import FlowError, nearest

KINDS: Final[Mapping[str, str]] = {f"{type_}Variable": type_ for type_ in TYPES} | {"datetimeVariable": "dateTime"}
VARIABLES_MAX: Final = 500  # of one container: the emulator's own bound


def declarations(fields: Fields, scopes: tuple[str, ...]) -> tuple[Declaration, ...]:
    """The variables under ``variables``; ``scopes`` are those that may stand here (``State``, ``Task``, ``Flow``)."""
    found: dict[str, Declaration] = {}
    nodes = fields.sequence("variables")
    if len(nodes) > VARIABLES_MAX:
        fields.fail(f"{fields.what} has more than {VARIABLES_MAX} variables")
    for node in nodes:
        one = _declaration(node, fields.source, scopes)
        if one.name.lower() in found:
            raise FlowError(fields.source, line_of(node), f"variable {one.name!r} is declared twice")
        found[one.name.lower()] = one
    return tuple(found.values())


def _declaration(node: yaml.Node, source: str, scopes: tuple[str, ...]) -> Declaration:
    item = Fields(node, source, "a variable")
    kinds = item.left()
    if len(kinds) != 1 or kinds[0] not in KINDS:
        wrong = ", ".join(kinds) or "nothing"
        item.fail(f"a variable is {wrong}: {nearest(wrong, list(KINDS))}")
    fields, type_ = item.inner(kinds[0]), KINDS[kinds[0]]
    name = fields.text("name")
    scope, mark, rest = name.partition(".")
    if scope not in scopes or not mark or not rest.replace("_", "a").isalnum():
        fields.fail(f"variable {name!r} is not named {' or '.join(f'{one}.name' for one in scopes)}")
    initial = _initial(fields, type_, name)
    flags = [_flag(fields, "isInput"), _flag(fields, "isOutput")]
    fields.drop("description", "isSecure")
    fields.close()
    return Declaration(name, type_, initial, *flags)


def _flag(fields: Fields, key: str) -> bool:
    node = fields.take(key)
    return isinstance(node, yaml.ScalarNode) and scalar(node) is True


def _initial(fields: Fields, type_: str, name: str) -> Result:
    node = fields.take("initialValue")
    if node is None:
        return None
    inner = Fields(node, fields.source, f"'initialValue' of {name!r}")
    kinds = inner.left()
    if len(kinds) != 1 or kinds[0] not in ("lit", "exp", *NOTHING):
        inner.fail(f"{inner.what} has {', '.join(kinds) or 'nothing'}: give lit or exp")
    value = inner.need(kinds[0])
    if kinds[0] in NOTHING:
        return None
    try:
        return fitting(evaluate(_constant(value, kinds[0], inner), {}), type_)
    except (ExpressionError, EvaluationError) as error:
        raise FlowError(fields.source, line_of(value), f"{inner.what}: {error}") from error


def _constant(node: yaml.Node, kind: str, inner: Fields) -> Expression:
    if kind == "exp" and isinstance(node, yaml.ScalarNode):
        return parse(str(node.value), ())
    if isinstance(node, yaml.SequenceNode):
        items = [literal(one, inner.source, inner.what).value for one in node.value]
        return Literal(tuple(one for one in items if not isinstance(one, tuple)))
    return literal(node, inner.source, inner.what)
