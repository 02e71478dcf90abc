"""How telephony refuses: 400 for a field, 409 for a conflict (facts: platform-api §4, other specific codes)."""

from __future__ import annotations

from understudy.errors import Refused
from understudy.world.entities import Entity


def invalid(field: str, message: str, code: str = "invalid.value") -> Refused:
    """400 about a field."""
    return Refused(400, code, message, params={"field": field}, details=({"errorCode": code, "fieldName": field},))


def missing(field: str) -> Refused:
    """400 ``required.field.missing``."""
    return invalid(field, f"{field} is required", "required.field.missing")


def conflict(field: str, message: str, other: Entity) -> Refused:
    """409 ``general.conflict`` that names the other one."""
    detail = {
        "errorCode": "general.conflict",
        "fieldName": field,
        "entityId": other.id,
        "entityName": other.name,
    }
    return Refused(409, "general.conflict", message, params={"field": field}, details=(detail,))
