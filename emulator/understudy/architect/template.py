"""Placeholders of a flow's file: ``{{name}}``, put in before it is read as YAML (facts: messaging §4.2).

Public flows have them in keys too, so this works on the text, as mustache does. Values are put in as they are, without
escaping; sections, partials and comments of mustache are no part of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from understudy.errors import FlowError, nearest

HIDDEN: Final = "variables"  # in the hidden part of a flow entity: what its file's placeholders stand for
_PLACE: Final = re.compile(r"\{\{\{[ \t]*([^{}\n]*?)[ \t]*\}\}\}|\{\{[ \t]*([^{}\n]*?)[ \t]*\}\}")
_NAME: Final = re.compile(r"[A-Za-z_][\w.-]*")


def fill(text: str, variables: Mapping[str, Any], source: str) -> str:
    """The text with every placeholder filled; ``FlowError`` with the line of one that has no value."""

    def value(match: re.Match[str]) -> str:
        name = match.group(1) or match.group(2) or ""
        line = text.count("\n", 0, match.start()) + 1
        if not _NAME.fullmatch(name):
            raise FlowError(source, line, f"placeholder {match.group()!r} is not supported: only {{{{name}}}} is")
        if name not in variables:
            known = list(variables)
            remedy = nearest(name, known) if known else "none is given (understudy: variables: of the flow)"
            raise FlowError(source, line, f"placeholder {name!r} has no value: {remedy}")
        return _plain(variables[name])

    return _PLACE.sub(value, text) if "{{" in text else text


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
