"""Bots of bot connectors: the list that v1 is given (``PUT …/bots``), read back by v1, v2 and the flows.

facts: messaging §3.2: a full replace, answered 204; the limits are those of the SDK's text. Bots are entities of
``BOTS/{integration}``. For a Digital Bot Connector the platform asks the provider (facts: messaging §3.3): who makes
that call stores what it got with ``replace_bots``; until then such an integration has no bots.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from understudy.errors import Refused
from understudy.integrations.bot_list import SLOT_TYPES, known, problems_of
from understudy.integrations.installed import BOTS, one_of
from understudy.integrations.types import BOT_CONNECTORS
from understudy.platform.call import Action, Call
from understudy.platform.listings import page
from understudy.platform.messages import Answer
from understudy.world.configuration import forget, store
from understudy.world.entities import Entity
from understudy.world.org import Org

V1: Final = "/api/v2/integrations/botconnector"
V2: Final = "/api/v2/integrations/botconnectors"


def bots_of(org: Org, integration: str) -> dict[str, Entity]:
    """The bots of an integration by id, in the order in which they were given."""
    return org.entities.of(f"{BOTS}/{integration}")


def replace_bots(org: Org, integration: str, bots: Iterable[Mapping[str, Any]]) -> None:
    """These bots (``BotConnectorBot``) and no others."""
    given = {str(bot["id"]): bot for bot in bots}
    for id_ in [id_ for id_ in bots_of(org, integration) if id_ not in given]:
        forget(org, f"{BOTS}/{integration}", id_)
    for id_, bot in given.items():
        store(org, f"{BOTS}/{integration}", id_, {**bot, "selfUri": f"{V1}/{integration}/bots/{id_}"})


def version_of(bot: Entity, version: str) -> dict[str, Any] | None:
    """One version of a bot, or None."""
    return next((one for one in bot.body["versions"] if one["version"] == version), None)


def bot_of(call: Call, integration: str, id_: str) -> Entity:
    """The bot; Refused 404 where the integration has none of that id."""
    found = bots_of(call.org, integration).get(id_)
    if found is None:
        message = f"Bot with id [{id_}] was not found in integration [{integration}]"
        raise Refused(404, "not.found", message, params={"id": id_})
    return found


def put_bots(call: Call) -> Answer:
    """``PUT …/botconnector/{integrationId}/bots`` (BotList); 204 (facts: messaging §3.2)."""
    integration = one_of(call, call.path["integrationId"], {"bot-connector"}, "a Genesys Bot Connector")
    bots = [known(bot) for bot in call.body["chatBots"]]
    problems = list(problems_of(call.org.limits, bots))
    if problems:
        detail = tuple({"errorCode": "invalid.value", "fieldName": text.partition(" ")[0]} for text in problems)
        raise Refused(400, "invalid.value", "; ".join(problems), details=detail)
    replace_bots(call.org, integration.id, bots)
    return Answer(204)


def get_bots(call: Call) -> Answer:
    """``GET …/botconnector/{integrationId}/bots``: all of them, as they were given."""
    return Answer(body={"chatBots": [bot.body for bot in _bots(call)]})


def list_summaries(call: Call) -> Answer:
    """``GET …/botconnector/{integrationId}/bots/summaries``."""
    return page(call, [_summary(bot) for bot in _bots(call)])


def get_bot(call: Call) -> Answer:
    """``GET …/botconnector/{integrationId}/bots/{botId}?version=``: with a version, that one only."""
    return Answer(body=_one(call).body if "version" not in call.query else _narrowed(call))


def list_versions(call: Call) -> Answer:
    """``GET …/botconnector/{integrationId}/bots/{botId}/versions``."""
    bot = _one(call)
    return page(call, [{**_summary(bot), "version": one["version"]} for one in bot.body["versions"]])


def list_bots_v2(call: Call) -> Answer:
    """``GET …/botconnectors/{integrationId}/bots`` (preview)."""
    return page(call, [_as_v2(call, bot.body) for bot in _bots(call)])


def list_summaries_v2(call: Call) -> Answer:
    """``GET …/botconnectors/{integrationId}/bots/summaries`` (preview)."""
    return page(
        call,
        [
            {**_summary(bot), "versions": [{"version": one["version"]} for one in bot.body["versions"]]}
            for bot in _bots(call)
        ],
    )


def get_bot_v2(call: Call) -> Answer:
    """``GET …/botconnectors/{integrationId}/bots/{botId}?version=`` (preview)."""
    body = _one(call).body if "version" not in call.query else _narrowed(call)
    return Answer(body=_as_v2(call, body))


def _integration(call: Call) -> Entity:
    return one_of(call, call.path["integrationId"], BOT_CONNECTORS, "a bot connector")


def _bots(call: Call) -> list[Entity]:
    return list(bots_of(call.org, _integration(call).id).values())


def _one(call: Call) -> Entity:
    return bot_of(call, _integration(call).id, call.path["botId"])


def _narrowed(call: Call) -> dict[str, Any]:
    bot, wanted = _one(call), call.query["version"]
    found = version_of(bot, wanted)
    if found is None:
        raise Refused(404, "not.found", f"Bot [{bot.id}] has no version [{wanted}]", params={"version": wanted})
    return {**bot.body, "versions": [found]}


def _summary(bot: Entity) -> dict[str, Any]:
    return {"id": bot.id, "name": bot.name} | {k: v for k, v in bot.body.items() if k == "description"}


def _as_v2(call: Call, bot: Mapping[str, Any]) -> dict[str, Any]:
    """v2 has ``entities`` [{name, type}] where v1 has a map of slots."""
    versions = [
        {
            "version": one["version"],
            "supportedLanguages": one["supportedLanguages"],
            "intents": [
                {"name": intent["name"], "entities": [_entity(slot) for slot in (intent.get("slots") or {}).values()]}
                for intent in one["intents"]
            ],
        }
        for one in bot["versions"]
    ]
    self_uri = f"{V2}/{call.path['integrationId']}/bots/{bot['id']}"
    kept = {key: bot[key] for key in ("id", "name", "description") if key in bot}
    return {**kept, "versions": versions, "selfUri": self_uri}


def _entity(slot: Mapping[str, Any]) -> dict[str, Any]:
    """The API spells entity types ``String``, ``StringCollection``; v1 takes any letter case (facts: §3.2)."""
    return {"name": slot["name"], "type": SLOT_TYPES[slot["type"].casefold()]}


ACTIONS: Final[Mapping[str, Action]] = {
    "putIntegrationsBotconnectorIntegrationIdBots": put_bots,
    "getIntegrationsBotconnectorIntegrationIdBots": get_bots,
    "getIntegrationsBotconnectorIntegrationIdBotsSummaries": list_summaries,
    "getIntegrationsBotconnectorIntegrationIdBot": get_bot,
    "getIntegrationsBotconnectorIntegrationIdBotVersions": list_versions,
    "getIntegrationsBotconnectorBots": list_bots_v2,
    "getIntegrationsBotconnectorBotsSummaries": list_summaries_v2,
    "getIntegrationsBotconnectorBot": get_bot_v2,
}
