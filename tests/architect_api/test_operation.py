from __future__ import annotations

from collections.abc import Callable
from typing import Any

Ask = Callable[..., tuple[int, Any]]


def test_a_failed_operation_is_complete_and_says_why(ask: Ask, flow: str) -> None:
    ask("POST", f"/api/v2/flows/{flow}/versions", {"yaml": "broken"})
    operation = ask("POST", f"/api/v2/flows/actions/publish?flow={flow}")[1]
    assert (operation["complete"], operation["actionStatus"]) == (True, "FAILURE")
    assert operation["errorCode"] == "architect.flow.validate.failed"
    assert operation["errorMessage"]
