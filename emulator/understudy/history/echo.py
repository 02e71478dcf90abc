"""Parts of a request that an answer shows again, brought into the form of responses.

A request may hold ``null``, fields that nobody knows, and times in any ISO 8601 form; a response holds none of these.
"""

from __future__ import annotations

from typing import Any

from understudy.history.interval import stamp
from understudy.platform.catalogue import Models


def echo(value: Any, type_: str, models: Models, field: str = "") -> Any:
    """``value`` of a type expression (``AuditQueryFilter[]``) as a response may show it."""
    if type_.endswith("[]"):
        return (
            [echo(item, type_[:-2], models, field) for item in value if item is not None]
            if isinstance(value, list)
            else []
        )
    if type_ == "date-time" and isinstance(value, str):
        return stamp(value, field)
    fields = models.get(type_)
    if fields is None or not isinstance(value, dict):
        return value
    return {
        name: echo(value[name], fields[name]["type"], models, name)
        for name in value
        if name in fields and value[name] is not None
    }
