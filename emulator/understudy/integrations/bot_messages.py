"""Messages of the Digital Bot Connector over the Platform API (preview; facts: messaging §3.3).

``incoming`` hands a customer's message to the bot, ``outgoing`` is the bot's asynchronous reply; both answer a message
id. The bodies have passed the gate; what is left to check is what they name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.bot_connector.languages import speaks
from understudy.errors import Refused
from understudy.integrations.bot_sessions import BotAsked, BotReplied
from understudy.integrations.bots import bot_of, version_of
from understudy.integrations.installed import one_of
from understudy.platform.call import Action, Call
from understudy.platform.messages import Answer
from understudy.platform.refusals import invalid_value


def incoming(call: Call) -> Answer:
    """``POST …/botconnectors/incoming/messages`` (IncomingMessageRequest)."""
    body = call.body
    integration = one_of(call, body["integrationId"], {"digital-bot-connector"}, "a Digital Bot Connector")
    bot = bot_of(call, integration.id, body["botId"])
    version = version_of(bot, body["botVersion"])
    if version is None:
        message = f"Bot [{bot.id}] has no version [{body['botVersion']}]"
        raise Refused(404, "not.found", message, params={"version": body["botVersion"]})
    if not speaks(version, body["languageCode"]):
        languages = ", ".join(version["supportedLanguages"])
        raise invalid_value("languageCode", body["languageCode"], f"one of {languages}")
    if body["conversationId"] not in call.org.conversations:
        message = f"Conversation [{body['conversationId']}] was not found"
        raise Refused(404, "conversation.error.conversation.not.found", message)
    asked = BotAsked(
        body["botSessionId"],
        integration.id,
        bot.id,
        body["botVersion"],
        body["automateFlowExecId"],
        _without_null(body),
    )
    return Answer(body={"messageId": call.perform(asked)})


def outgoing(call: Call) -> Answer:
    """``POST …/botconnectors/outgoing/messages`` (OutgoingMessageRequest)."""
    body = call.body
    confidence = body.get("confidence")
    if confidence is not None and not 0 <= confidence <= 1:
        raise invalid_value("confidence", str(confidence), "a number from 0 to 1")
    if body["botState"] != "MoreData" and not body.get("intent"):  # facts: messaging §3.1
        raise invalid_value("intent", "", f"given when botState is {body['botState']}")
    replied = BotReplied(body["botSessionId"], body["botId"], body["botVersion"], _without_null(body))
    return Answer(body={"messageId": call.perform(replied)})


def _without_null(body: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in body.items() if value is not None}


ACTIONS: Final[Mapping[str, Action]] = {
    "postIntegrationsBotconnectorsIncomingMessages": incoming,
    "postIntegrationsBotconnectorsOutgoingMessages": outgoing,
}
