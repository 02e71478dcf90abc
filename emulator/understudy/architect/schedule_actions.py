"""Evaluating a schedule group: its form and how it is carried out.

Keys as public flows have them: ``scheduleGroup``, ``emergencyGroup``, ``evaluate: {now: true}``,
``inServiceSchedules``, outputs ``closed`` and ``holiday``. Outputs ``open``, ``emergency`` and another moment than now
are assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import yaml

from understudy.architect.actions import Action, EvaluateScheduleGroup
from understudy.architect.expression import Expression, evaluate
from understudy.architect.forms import Form
from understudy.architect.inputs import Scope, is_nothing, named
from understudy.architect.nodes import Fields, scalar
from understudy.architect.opening import EMERGENCIES, GROUPS, is_emergency, state_of
from understudy.architect.place import Executor, Next, Run, Step
from understudy.architect.values import EvaluationError, fitting
from understudy.conversations.model import Conversation
from understudy.world.entities import Entity
from understudy.world.org import Org

OUTPUTS: Final = ("open", "closed", "holiday", "emergency")
COLLECTION: Final = "stringCollection"


def _form(fields: Fields, scope: Scope, name: str, line: int) -> Action:
    in_service = ""
    if not is_nothing(fields.look("inServiceSchedules")):
        in_service = scope.target(fields.need("inServiceSchedules"), fields.source, "'inServiceSchedules'")
        if in_service and scope.variables[in_service].type != COLLECTION:
            fields.fail(f"'inServiceSchedules' of {fields.what} needs a {COLLECTION} variable")
    fields.drop("inServiceSchedules")
    emergency = "" if is_nothing(fields.look("emergencyGroup")) else named(fields, "emergencyGroup")
    fields.drop("emergencyGroup")
    return EvaluateScheduleGroup(
        name=name,
        line=line,
        group=named(fields, "scheduleGroup"),
        emergency_group=emergency,
        at=_at(fields, scope),
        in_service=in_service,
        branches=scope.branches(fields, *OUTPUTS),
    )


def _at(fields: Fields, scope: Scope) -> Expression | None:
    """``evaluate: {now: true}``, ``{dateTime: VALUE}``, or nothing: now."""
    if is_nothing(fields.look("evaluate")):
        fields.drop("evaluate")
        return None
    inner = fields.inner("evaluate")
    now = inner.take("now")
    at = scope.value(inner, "dateTime") if now is None else None
    if now is not None and not (isinstance(now, yaml.ScalarNode) and scalar(now) is True):
        inner.fail(f"'now' of {inner.what} is not true")
    inner.close()
    return at


def _evaluate(org: Org, conversation: Conversation, run: Run, action: EvaluateScheduleGroup) -> Step:
    inputs: dict[str, Any] = {"scheduleGroup": action.group}
    at = org.now()
    if action.at is not None:
        value = evaluate(action.at, run.variables(conversation))
        inputs["dateTime"] = value
        at = _moment(value)
    group = _named(org, GROUPS, "schedule group", action.group)
    state, names = state_of(org, group, at)
    if action.emergency_group:
        inputs["emergencyGroup"] = action.emergency_group
        if is_emergency(_named(org, EMERGENCIES, "emergency group", action.emergency_group)):
            state, names = "emergency", ()
    if action.in_service:
        run.assign(action.in_service, names)
    return Next(state, {**inputs, "schedules": list(names)})


def _moment(value: object) -> float:
    if not isinstance(value, str):
        raise EvaluationError("the moment of a schedule group's evaluation is no dateTime")
    fitting(value, "dateTime")
    given = datetime.fromisoformat(value)
    return (given if given.tzinfo is not None else given.replace(tzinfo=UTC)).timestamp()


def _named(org: Org, type_: str, what: str, name: str) -> Entity:
    found = org.entities.named(type_, name)
    if found is None:
        raise EvaluationError(f"there is no {what} {name!r}")
    return found


FORMS: Final[Mapping[str, Form]] = {"evaluateScheduleGroup": Form(_form)}
EXECUTORS: Final[dict[type, Executor]] = {EvaluateScheduleGroup: _evaluate}
