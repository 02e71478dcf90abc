"""Inputs of actions: values (``lit``, ``exp``, ``var``, ``noValue``), variables to write, branches, references.

Exactly one of the kinds stands under an input (facts: messaging §4.2). A value is an ``Expression`` in any case.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, NoReturn

import yaml

from understudy.architect.actions import Action, Targets
from understudy.architect.expression import Expression, Literal
from understudy.architect.flow import Declaration
from understudy.architect.grammar import ExpressionError, parse
from understudy.architect.nodes import Fields, line_of, scalar
from understudy.architect.values import Duration
from understudy.errors import FlowError, nearest

NOTHING: Final = ("noValue", "none")
UNITS: Final[Mapping[str, int]] = {  # of a duration, in milliseconds
    "days": 86_400_000,
    "hours": 3_600_000,
    "minutes": 60_000,
    "seconds": 1000,
    "ms": 1,
    "milliseconds": 1,
}
_REFERENCE: Final = re.compile(r"\[([^\[\]]*)\]\s*$")

BuildActions = Callable[[Fields, str, "Scope"], tuple[Action, ...]]


@dataclass(frozen=True, slots=True)
class Scope:
    """What an action may name: the flow's type and the variables that are known in its container."""

    flow_type: str
    built_in: tuple[str, ...]
    variables: Mapping[str, Declaration]
    actions: BuildActions

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that an expression may use."""
        return (*self.built_in, *self.variables)

    def value(self, fields: Fields, key: str, default: Expression | None = None) -> Expression:
        """The value under ``key``; without a default it must be there and be one."""
        if key not in fields.left() and default is not None:
            return default
        inner = fields.inner(key)
        kinds = inner.left()
        if len(kinds) != 1 or kinds[0] not in ("lit", "exp", "var", *NOTHING):
            inner.fail(f"{key!r} of {fields.what} has {', '.join(kinds) or 'nothing'}: give lit or exp")
        node = inner.need(kinds[0])
        if kinds[0] in NOTHING:
            if default is None:
                inner.fail(f"{key!r} of {fields.what} needs a value")
            return default
        if kinds[0] == "lit":
            return literal(node, fields.source, f"{key!r} of {fields.what}")
        return self.expression(node, fields.source, f"{key!r} of {fields.what}")

    def expression(self, node: yaml.Node, source: str, what: str) -> Expression:
        """The expression in a scalar."""
        if not isinstance(node, yaml.ScalarNode):
            raise FlowError(source, line_of(node), f"{what} is not a single value")
        try:
            return parse(str(node.value), self.names)
        except ExpressionError as error:
            raise FlowError(source, line_of(node), f"{what}: {error}") from error

    def target(self, node: yaml.Node, source: str, what: str) -> str:
        """The variable that an output is written to, by its canonical name; "" for ``noValue``."""
        if isinstance(node, yaml.ScalarNode):
            name: yaml.Node = node
        else:
            inner = Fields(node, source, what)
            kinds = inner.left()
            if len(kinds) != 1 or kinds[0] not in ("var", *NOTHING):
                inner.fail(f"{what} has {', '.join(kinds) or 'nothing'}: give var")
            name = inner.need(kinds[0])
            if kinds[0] in NOTHING:
                return ""
        folded = {known.lower(): known for known in self.variables}
        text = str(name.value)
        if not isinstance(name, yaml.ScalarNode) or text.lower() not in folded:
            remedy = nearest(text, list(self.variables)) if self.variables else "none is declared"
            raise FlowError(source, line_of(name), f"{what} names variable {text!r}, which is not known here: {remedy}")
        return folded[text.lower()]

    def targets(self, fields: Fields, key: str, known: tuple[str, ...] = ()) -> Targets:
        """A mapping of outputs to variables; ``known`` are the names that there are, where they are fixed."""
        what = f"{key!r} of {fields.what}"
        inner = Fields(fields.take(key), fields.source, what)
        found: dict[str, str] = {}
        for name in inner.left():
            node = inner.need(name)
            if known and name not in known:
                raise FlowError(fields.source, line_of(node), f"{what} has {name!r}, which is not supported")
            variable = self.target(node, fields.source, f"{name!r} of {what}")
            if variable and name.startswith("error") and known and self.variables[variable].type != "string":
                raise FlowError(fields.source, line_of(node), f"{name!r} of {what} is written to no string variable")
            if variable:
                found[name] = variable
        return found

    def branch(self, node: yaml.Node | None, source: str, what: str) -> tuple[Action, ...]:
        """The actions of one branch: ``{actions: […]}``."""
        fields = Fields(node, source, what)
        actions = self.actions(fields, "actions", self)
        fields.close()
        return actions

    def branches(self, fields: Fields, *outputs: str) -> dict[str, tuple[Action, ...]]:
        """The branches under ``outputs``; another name is an error."""
        inner = Fields(fields.take("outputs"), fields.source, f"'outputs' of {fields.what}")
        found = {
            name: self.branch(inner.take(name), fields.source, f"{name!r} of {fields.what}")
            for name in inner.left()
            if name in outputs
        }
        inner.close()
        return found


def literal(node: yaml.Node, source: str, what: str) -> Literal:
    """A ``lit``: a scalar, a duration ``{hours: 1}``, or a name ``{name: X}``."""
    if isinstance(node, yaml.ScalarNode):
        value = scalar(node)
        return Literal("" if value is None else value)
    if not isinstance(node, yaml.MappingNode):
        raise FlowError(source, line_of(node), f"{what} is not a single value")
    fields = Fields(node, source, what)
    total = 0
    for unit in fields.left():
        if unit not in UNITS:
            fields.fail(f"{what} has {unit!r}, which is no unit of a duration")
        amount = fields.need(unit)
        number = scalar(amount) if isinstance(amount, yaml.ScalarNode) else None
        if isinstance(number, bool) or not isinstance(number, int) or abs(number) > 10**9:
            raise FlowError(source, line_of(amount), f"{unit!r} of {what} is not a whole number")
        total += number * UNITS[unit]
    return Literal(Duration(total))


def named(fields: Fields, key: str) -> str:
    """The name of a thing: ``{lit: {name: X}}`` or ``{lit: X}``. It is known when the flow is loaded."""
    inner = fields.inner(key)
    node = inner.need("lit")
    inner.close()
    if isinstance(node, yaml.ScalarNode) and str(node.value).strip():
        return str(node.value)
    about = Fields(node, fields.source, f"'lit' of {key!r} of {fields.what}")
    name = about.text("name")
    about.close()
    return name


def reference(text: str) -> str:
    """The reference id of ``/inboundCall/tasks/task[Main_10]``: what stands in the last brackets."""
    match = _REFERENCE.search(text)
    return match.group(1) if match else text


def is_nothing(node: yaml.Node | None) -> bool:
    """Whether an input only says that it has no value."""
    if node is None or (isinstance(node, yaml.SequenceNode) and not node.value):
        return True
    if isinstance(node, yaml.ScalarNode):
        return scalar(node) is None
    keys = [str(key.value) for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []
    return len(keys) == 1 and keys[0] in NOTHING


def refuse(fields: Fields, node: yaml.Node, key: str) -> NoReturn:
    """An input that is not supported."""
    raise FlowError(fields.source, line_of(node), f"{key!r} of {fields.what} is not supported")
