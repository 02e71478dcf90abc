"""Sessions and turns of bot flows (catalogue: analytics, botflows).

A bot flow's session is a participant of purpose ``botflow``: what an Architect bot does inside a conversation. No flow
of the emulator runs one, so the lists are empty; a flow that there is none of is 404.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.history.cursor import piece
from understudy.history.interval import parse_interval
from understudy.platform.call import Action, Call
from understudy.platform.listings import named
from understudy.platform.messages import Answer

PAGE_DEFAULT: Final = 50  # catalogue: default of pageSize
PAGE_MAX: Final = 250  # not documented


def list_empty(call: Call) -> Answer:
    """``GET …/botflows/{botFlowId}/{sessions,reportingturns,divisions/reportingturns}``."""
    flow = named(call, "flows", call.path["botFlowId"], "Flow")
    if call.query.get("interval"):
        parse_interval(call.query["interval"])
    none: list[dict[str, Any]] = []
    entities, _ = piece(call, none, flow.id, default=PAGE_DEFAULT, most=PAGE_MAX, parameter="after")
    path = call.operation.path.replace("{botFlowId}", flow.id)
    return Answer(body={"entities": list(entities), "selfUri": path})


ACTIONS: Final[Mapping[str, Action]] = {
    "getAnalyticsBotflowSessions": list_empty,
    "getAnalyticsBotflowReportingturns": list_empty,
    "getAnalyticsBotflowDivisionsReportingturns": list_empty,
}
