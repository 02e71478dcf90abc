"""Flow outcomes: like milestones, but a change answers an Operation, which the outcome keeps (SDK: putFlowsOutcome)."""

from __future__ import annotations

from typing import Any, Final

from understudy.architect_api.operation import operation
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.lifecycle import Lifecycle
from understudy.platform.listings import named
from understudy.platform.messages import Answer
from understudy.world.configuration import store
from understudy.world.entities import Entity

OUTCOMES: Final = "flows.outcomes"
MILESTONES: Final = "flows.milestones"


def put_outcome(call: Call) -> Answer:
    """``PUT /flows/outcomes/{flowOutcomeId}``: name and description."""
    before = named(call, OUTCOMES, call.path["flowOutcomeId"], "FlowOutcome")
    given = call.body or {}
    name = str(given.get("name") or "")
    _check_name(call, before, {"name": name})
    other = call.org.entities.named(OUTCOMES, name)
    if other is not None and other.id != before.id:
        detail = {"errorCode": "general.conflict", "fieldName": "name", "entityId": other.id}
        message = f"A FlowOutcome with name [{name}] already exists"
        raise Refused(409, "general.conflict", message, params={"name": name}, details=(detail,))
    done = operation(call, "UPDATE")
    body: dict[str, Any] = {**before.body, "name": name, "currentOperation": done}
    body.pop("description", None)
    if given.get("description") is not None:
        body["description"] = given["description"]
    store(call.org, OUTCOMES, before.id, body)
    return Answer(body=done)


def _new(call: Call, body: dict[str, Any]) -> None:
    body.pop("currentOperation", None)


def _check_name(call: Call, before: Entity | None, after: dict[str, Any] | None) -> None:
    if after is not None and not str(after.get("name") or "").strip():
        detail = {"errorCode": "required.field.missing", "fieldName": "name"}
        raise Refused(400, "required.field.missing", "name is required", params={"field": "name"}, details=(detail,))


RULES: Final[dict[str, Lifecycle]] = {
    OUTCOMES: Lifecycle(defaults=_new, check=_check_name),
    MILESTONES: Lifecycle(check=_check_name),
}
ACTIONS: Final[dict[str, Action]] = {"putFlowsOutcome": put_outcome}
