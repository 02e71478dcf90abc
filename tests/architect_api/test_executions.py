from __future__ import annotations

from collections.abc import Callable
from typing import Any

Ask = Callable[..., tuple[int, Any]]
PATH = "/api/v2/flows/executions"


def test_only_published_workflows_are_launched(ask: Ask, published: str) -> None:
    status, refusal = ask("POST", PATH, {"flowId": published})
    assert (status, refusal["code"]) == (400, "invalid.flow")
    assert "only WORKFLOW flows can be launched" in refusal["message"]
    workflow = ask("POST", "/api/v2/flows", {"name": "Work", "type": "WORKFLOW"})[1]["id"]
    assert "is not published" in ask("POST", PATH, {"flowId": workflow})[1]["message"]
    assert ask("POST", PATH, {"flowId": "nope"})[1]["code"] == "architect.flow.not.found"


def test_an_unknown_execution_is_not_found(ask: Ask) -> None:
    assert ask("GET", f"{PATH}/nope")[0] == 404
