"""Flow executions: launching a workflow over the API.

Only workflows are launched so (SDK: postFlowsExecutions, "flow types that support it"). No flow of that type can be
published here yet (``architect.load.FLOW_TYPES``), so every launch is refused, and there is no execution to look at.
"""

from __future__ import annotations

from typing import Final

from understudy.architect.publish import published
from understudy.architect_api.flows import find
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.messages import Answer

LAUNCHED: Final = "WORKFLOW"


def launch(call: Call) -> Answer:
    """``POST /flows/executions``: Refused 400 for a flow that isn't launched or isn't published (code assumed)."""
    flow = find(call, str(call.body.get("flowId") or ""))
    type_ = str(flow.body.get("type") or "").upper()
    if type_ != LAUNCHED:
        raise _refused(flow.id, f"Flow {flow.name!r} is of type {type_}; only {LAUNCHED} flows can be launched.")
    if published(call.org, flow.id) is None:
        raise _refused(flow.id, f"Flow {flow.name!r} is not published.")
    raise Refused(501, "not.implemented", "Workflows can't be run by this emulator.")


def show(call: Call) -> Answer:
    """``GET /flows/executions/{flowExecutionId}``."""
    id_ = call.path["flowExecutionId"]
    raise Refused(404, "not.found", f"There is no flow execution {id_}.", params={"id": id_})


def _refused(id_: str, message: str) -> Refused:
    detail = {"errorCode": "invalid.flow", "fieldName": "flowId", "entityId": id_}
    return Refused(400, "invalid.flow", message, params={"flowId": id_}, details=(detail,))


ACTIONS: Final[dict[str, Action]] = {"postFlowsExecutions": launch, "getFlowsExecution": show}
