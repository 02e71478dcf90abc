"""Architect's operations, lifecycle rules and commands: the tables of the modules of this package, joined.

The rule of message recipients stands here because it is about flows: only a published one is attached to an address.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.architect.publish import published
from understudy.architect_api import (
    datatables,
    dependency_api,
    executions,
    flow_actions,
    flows,
    history,
    ivrs,
    jobs,
    outcomes,
    prompt_resources,
    prompts,
    schedules,
    table_jobs,
    versions,
)
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.lifecycle import Lifecycle
from understudy.world.entities import Entity
from understudy.world.org import Handler


def _check_recipient(call: Call, before: Entity | None, after: dict[str, Any] | None) -> None:
    id_ = str(((after or {}).get("flow") or {}).get("id") or "")
    if id_ and call.org.entities.get("flows", id_) is None:
        raise Refused(400, "bad.flow.id", f"There is no flow {id_}.", params={"flowId": id_})
    if id_ and published(call.org, id_) is None:
        raise Refused(400, "invalid.flow", f"Flow {id_} is not published.", params={"flowId": id_})


HANDLERS: Final[Mapping[type, Handler]] = table_jobs.HANDLERS
ACTIONS: Final[Mapping[str, Action]] = {
    **flows.ACTIONS,
    **versions.ACTIONS,
    **flow_actions.ACTIONS,
    **history.ACTIONS,
    **jobs.ACTIONS,
    **executions.ACTIONS,
    **outcomes.ACTIONS,
    **table_jobs.ACTIONS,
    **prompts.ACTIONS,
    **prompt_resources.ACTIONS,
    **dependency_api.ACTIONS,
}
RULES: Final[Mapping[str, Lifecycle]] = {
    **flows.RULES,
    **outcomes.RULES,
    **datatables.RULES,
    **schedules.RULES,
    **ivrs.RULES,
    **prompts.RULES,
    **prompt_resources.RULES,
    "routing.message.recipients": Lifecycle(check=_check_recipient),
}
