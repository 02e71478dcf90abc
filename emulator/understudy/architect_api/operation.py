"""Operation bodies: what Architect answers where it works on something. All work is done at once (assumed)."""

from __future__ import annotations

from typing import Any

from understudy.architect_api.actor import who
from understudy.platform.call import Call


def operation(call: Call, action: str, code: str = "", message: str = "") -> dict[str, Any]:
    """A complete Operation; with ``code`` it failed. ``action`` is one of Operation.actionName."""
    body: dict[str, Any] = {
        "id": call.org.ids.uuid("operation"),
        "complete": True,
        "actionName": action,
        "actionStatus": "FAILURE" if code else "SUCCESS",
        **who(call),
    }
    return {**body, "errorCode": code, "errorMessage": message} if code else body
