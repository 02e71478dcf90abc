"""What the platform refuses before any behaviour is asked; codes and message forms of facts: platform-api §4."""

from __future__ import annotations

from understudy.errors import Refused
from understudy.platform.catalogue import Operation


def no_route(method: str, path: str, allowed: tuple[str, ...], nearest: str) -> Refused:
    """404 that names the nearest known path, or 405 with ``Allow`` (no code of the platform is known for it)."""
    if allowed:
        listed = ", ".join(allowed)
        message = f"Method {method} is not allowed on {path}: use {listed}"
        return Refused(405, "method.not.allowed", message, headers={"Allow": listed})
    remedy = f"; the nearest known path is {nearest}" if nearest else ""
    return Refused(404, "not.found", f"The requested resource {path} was not found{remedy}", params={"path": path})


def forbidden(operation: Operation, missing: list[str]) -> Refused:
    """403; the list of permissions stands at the end of the sentence behind ``assigned: ``."""
    listed = ", ".join(missing)
    every = operation.permission_mode == "ALL"
    amount = "all" if every else "at least one"
    message = (
        f"Unable to perform the requested action. You must have {amount} of these permissions assigned: [{listed}]"
    )
    code = "missing.permissions" if every else "missing.any.permissions"
    return Refused(403, code, message, params={"permissions": listed})


def not_a_user() -> Refused:
    """400: a client-credentials token on an operation that needs a user."""
    return Refused(400, "not.a.user", "This request requires a user context; client credentials have none")


def not_implemented(operation: Operation) -> Refused:
    """501 for an operation without a behaviour. The code is ours: no operation of the platform documents a 501."""
    message = f"Understudy has no behaviour for {operation.id} ({operation.method} {operation.path}) yet"
    return Refused(501, "not.implemented", message, params={"operation": operation.id})


def own_mistake() -> Refused:
    """500: the emulator's own mistake; the correlation id leads to its note."""
    message = "The server encountered an unexpected condition which prevented it from fulfilling the request."
    return Refused(500, "internal.server.error", message)


def invalid_value(field: str, value: str, expected: str) -> Refused:
    """400 for a field of the body that is of the right type and yet wrong; ``expected`` says what it must be."""
    message = f"Value [{value}] is not valid for field [{field}]: it must be {expected}"
    detail = {"errorCode": "invalid.value", "fieldName": field}
    return Refused(400, "invalid.value", message, params={"field": field, "value": value}, details=(detail,))
