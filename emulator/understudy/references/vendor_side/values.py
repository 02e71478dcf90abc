"""Reading JSON whose types nobody promised: what is of another type counts as absent."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any


def items(value: object) -> Iterable[dict[str, Any]]:
    """The objects in a list; nothing where it is none."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def string(value: object) -> str:
    """The text, or nothing where it is none."""
    return value if isinstance(value, str) else ""


def part(value: object, name: str) -> dict[str, Any]:
    """The object under ``name``; an empty one where there is none."""
    inner = value.get(name) if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else {}


def object_of(raw: bytes) -> dict[str, Any] | None:
    """The JSON object in a body, or None where it is something else. Half of a surrogate pair is no character and
    can't be sent as UTF-8: it becomes a question mark."""
    try:
        value = json.loads(raw)
        if b"\\u" in raw:
            value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
