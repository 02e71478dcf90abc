"""Text bots: which bots there are, and running one over the API.

``search`` finds the bots of bot connectors and the flows that are bots. A session needs a published bot flow and a turn
needs a session; the emulator runs no bot flows and calls no bots from here yet, so that what passes every check answers
501.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from understudy.errors import Refused
from understudy.integrations.bots import bot_of, bots_of
from understudy.integrations.installed import installed, one_of
from understudy.integrations.types import BOT_CONNECTORS, type_of
from understudy.platform.call import Action, Call
from understudy.platform.listings import named
from understudy.platform.messages import Answer
from understudy.platform.paging import page_size
from understudy.platform.refusals import not_implemented
from understudy.world.entities import Entity

FLOWS: Final = "flows"
BOT_FIELDS: Final = ("id", "description", "selfUri")
FLOW_FIELDS: Final = ("id", "description", "selfUri", "virtualAgentEnabled")
BOT_FLOWS: Final[Mapping[str, str]] = {  # a flow's type, folded → the bot's type
    "bot": "GenesysBotFlow",
    "digitalbot": "GenesysDigitalBotFlow",
    "voicesurvey": "GenesysVoiceSurveyFlow",
}
CONNECTED: Final[Mapping[str, str]] = {  # role of an integration → the bot's type
    "bot-connector": "GenesysBotConnector",
    "digital-bot-connector": "GenesysDigitalBotConnector",
}


def search(call: Call) -> Answer:
    """``GET …/textbots/bots/search``: filters ``botType``, ``botName`` (a part), ``botId``; ``pageSize`` at most."""
    query = call.query
    types, ids = _words(query.get("botType", "")), _words(query.get("botId", ""))
    part = query.get("botName", "").casefold()
    found = [
        bot
        for bot in _bots(call)
        if (not types or bot["botType"] in types)
        and (not ids or bot["id"] in ids)
        and part in bot["name"].casefold()
        and (query.get("virtualAgentEnabled", "").casefold() != "true" or bot.get("virtualAgentEnabled"))
    ]
    return Answer(body={"entities": found[: page_size(call)]})


def launch(call: Call) -> Answer:
    """``POST …/textbots/botflows/sessions`` (TextBotFlowLaunchRequest)."""
    flow = named(call, FLOWS, call.body["flow"]["id"], "Flow")
    if str(flow.body.get("type", "")).casefold() not in BOT_FLOWS:
        message = f"Flow [{flow.id}] is of type {flow.body.get('type')}, not a bot flow"
        raise Refused(400, "invalid.value", message, params={"id": flow.id})
    if not flow.body.get("publishedVersion"):
        raise Refused(400, "invalid.value", f"Flow [{flow.id}] is not published", params={"id": flow.id})
    raise not_implemented(call.operation)


def turn(call: Call) -> Answer:
    """``POST …/textbots/botflows/sessions/{sessionId}/turns``: no session was ever launched."""
    id_ = call.path["sessionId"]
    raise Refused(404, "not.found", f"Bot flow session with id [{id_}] was not found", params={"id": id_})


def execute(call: Call) -> Answer:
    """``POST …/textbots/bots/execute`` (PostTextRequest)."""
    body = call.body
    integration = one_of(call, body["integrationId"], BOT_CONNECTORS, "a bot connector")
    bot_of(call, integration.id, body["botId"])
    raise not_implemented(call.operation)


def _bots(call: Call) -> Iterator[dict[str, Any]]:
    for integration in installed(call.org, CONNECTED):
        for bot in bots_of(call.org, integration.id).values():
            yield {**_part(bot, BOT_FIELDS), "name": bot.name, "botType": CONNECTED[type_of(integration.body).role]}
    for flow in call.org.entities.of(FLOWS).values():
        kind = BOT_FLOWS.get(str(flow.body.get("type", "")).casefold())
        if kind:
            yield {**_part(flow, FLOW_FIELDS), "name": flow.name, "botType": kind}


def _part(entity: Entity, fields: tuple[str, ...]) -> dict[str, Any]:
    return {name: entity.body[name] for name in fields if entity.body.get(name)}


def _words(text: str) -> list[str]:
    return [word for word in text.split(",") if word]


ACTIONS: Final[Mapping[str, Action]] = {
    "getTextbotsBotsSearch": search,
    "postTextbotsBotflowsSessions": launch,
    "postTextbotsBotflowsSessionTurns": turn,
    "postTextbotsBotsExecute": execute,
}
