"""Validators of the catalogue's models, compiled when first asked for and kept in a bounded cache.

``jsonschema-rs`` is the engine of every call; ``reference`` gives the same schema to ``jsonschema``, and a differential
test shows that the two agree. All 6,438 models compiled at once cost 130 MiB, hence the bound.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import jsonschema_rs

from understudy.platform.corrections import Corrections, load_corrections
from understudy.platform.formats import check_of
from understudy.platform.problem import Problem, problems_of, too_deep
from understudy.platform.schema import Form, Schema, schema_of

__all__ = ["Form", "Problem", "Schemas", "Validator"]

KEPT: Final = 192  # validators: more than the suites of one run touch
MOST: Final = 20  # problems reported of one value
LARGE: Final = 2_000  # values within values; bodies of integrations have some hundreds


class Validator:
    """A compiled schema. Neither method raises for what a peer sent."""

    __slots__ = ("_corrections", "_engine", "_form")

    def __init__(self, schema: Schema, form: Form, corrections: Corrections) -> None:
        self._form, self._corrections = form, corrections
        formats = {name: check_of(name) for name in schema.formats}
        self._engine = jsonschema_rs.Draft202012Validator(schema.document, formats=formats, validate_formats=True)

    def is_valid(self, value: Any) -> bool:
        """Whether the value fits."""
        try:
            return bool(self._engine.is_valid(value))
        except ValueError:  # nested too deep for the engine
            return False

    def problems(self, value: Any) -> list[Problem]:
        """What is wrong with the value, at most ``MOST`` problems; none where it fits."""
        exactly_one = partial(self._corrections.exactly_one, form=self._form)
        try:
            errors = self._errors(value)
        except ValueError as error:
            return [too_deep(str(error))]
        return [problem for error in errors for problem in problems_of(error, exactly_one)][:MOST]

    def _errors(self, value: Any) -> list[jsonschema_rs.ValidationError]:
        """All errors of a value of usual size. Of a large one only the first: the engine collects every error before it
        gives one, and half a million of them, from 1 MiB, take 5 s and 700 MiB."""
        if not _is_large(value):
            return list(self._engine.iter_errors(value))
        try:
            self._engine.validate(value)
        except jsonschema_rs.ValidationError as error:
            return [error]
        return []


class Schemas:
    """Validators by type expression (``Queue``, ``QueueMember[]``) and form."""

    def __init__(self, models: Mapping[str, Any], corrections: Corrections | None = None, kept: int = KEPT) -> None:
        self._models = models
        self._corrections = load_corrections() if corrections is None else corrections
        self._kept = kept
        self._validators: OrderedDict[tuple[Form, str], Validator] = OrderedDict()

    def gate(self, type_: str) -> Validator:
        """What Genesys refuses with 400."""
        return self._validator(type_, Form.GATE)

    def judge(self, type_: str) -> Validator:
        """The gate, with unknown fields reported."""
        return self._validator(type_, Form.JUDGE)

    def response(self, type_: str) -> Validator:
        """What the platform may answer."""
        return self._validator(type_, Form.RESPONSE)

    def document(self, type_: str, form: Form) -> dict[str, Any]:
        """The JSON Schema document of a type in a form."""
        return self._schema(type_, form).document

    def formats(self, type_: str, form: Form) -> frozenset[str]:
        """The formats of our own that a schema names (``formats.py``); the reference engine has to be taught them."""
        return frozenset(self._schema(type_, form).formats)

    def __len__(self) -> int:
        return len(self._validators)

    def _validator(self, type_: str, form: Form) -> Validator:
        key = (form, type_)
        validator = self._validators.get(key)
        if validator is None:
            validator = self._validators[key] = Validator(self._schema(type_, form), form, self._corrections)
            if len(self._validators) > self._kept:
                self._validators.popitem(last=False)
        else:
            self._validators.move_to_end(key)
        return validator

    def _schema(self, type_: str, form: Form) -> Schema:
        return schema_of(type_, form, self._models, self._corrections)


def _is_large(value: Any) -> bool:
    """Whether more than ``LARGE`` values are within a value."""
    count = 0
    waiting = [value]
    while waiting and count <= LARGE:
        current = waiting.pop()
        if isinstance(current, dict):
            current = current.values()
        elif not isinstance(current, (list, tuple)):
            continue
        count += len(current)
        if count <= LARGE:
            waiting.extend(current)
    return count > LARGE
