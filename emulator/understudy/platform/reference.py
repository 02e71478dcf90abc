"""The same schemas in ``jsonschema``, the reference engine: slow, for authoring and for the test that both agree.

A module of its own, so that nobody who only judges messages pays for its import.
"""

from __future__ import annotations

from jsonschema import Draft202012Validator, FormatChecker

from understudy.platform.formats import check_of
from understudy.platform.schemas import Form, Schemas


def reference(schemas: Schemas, type_: str, form: Form = Form.GATE) -> Draft202012Validator:
    """The schema of a type in a form, formats checked."""
    checker = FormatChecker(formats=("date", "date-time"))
    for name in schemas.formats(type_, form):
        checker.checks(name)(check_of(name))
    return Draft202012Validator(schemas.document(type_, form), format_checker=checker)
