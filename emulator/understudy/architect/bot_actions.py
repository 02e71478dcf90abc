"""Calling a bot: opening a session, one effect ``ask`` a turn for the interface ``bot_connector`` (facts: §3.1, §4.1).

The run waits for the bot (``bot:…``), answered by a command of ``bot_turns``, and between turns for the customer
(``follow:…``), answered by a message or by the follow-up timeout. What the effect holds is what a callout needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.architect.actions import CallBot, CallDigitalBot
from understudy.architect.control_actions import timer_key
from understudy.architect.expression import evaluate
from understudy.architect.place import Await, Executor, Failed, Run, Step
from understudy.architect.values import Duration, EvaluationError, Result, as_json, display, kind_of
from understudy.conversations.commands import FlowTimer
from understudy.conversations.model import Conversation
from understudy.integrations.bot_sessions import BotSession, sessions_of
from understudy.world.entities import Entity
from understudy.world.org import Org

INTERFACE: Final = "bot_connector"
INTEGRATIONS: Final = "integrations"
BOTS: Final = "integrations.botconnector.bots"  # kept by integration: entities.of(f"{BOTS}/{id}")
SESSIONS_MAX: Final = 1000  # from here on those of conversations that ended are let go: the emulator's own bound
SETTINGS: Final = "bot.session.settings"  # org.live: session id → what a later turn needs of the first


def _call_bot(org: Org, conversation: Conversation, run: Run, action: CallBot) -> Step:
    variables = run.variables(conversation)
    text = evaluate(action.text, variables)
    follow_up = evaluate(action.follow_up, variables)
    parameters = _parameters(action, variables)
    inputs = {
        "botIntegration": action.integration,
        "botName": action.bot,
        "botVersion": action.version,
        "botInputText": as_json(text),
        "followUpResponseTimeout": as_json(follow_up),
        "sessionVariables": parameters,
    }
    if not (follow_up is None or isinstance(follow_up, Duration)):
        raise EvaluationError(f"followUpResponseTimeout is {kind_of(follow_up)}, not duration")
    if isinstance(action, CallDigitalBot) and (follow_up is None or follow_up.milliseconds <= 0):
        return Failed("the follow-up response timeout is not positive", inputs)  # facts: messaging §3.3
    integration = org.entities.named(INTEGRATIONS, action.integration)
    if integration is None:
        return Failed(f"there is no integration {action.integration!r}", inputs)
    bot = find_bot(org, integration.id, action.bot)
    if bot is None or not _has_version(bot, action.version):
        return Failed(f"integration {action.integration!r} has no bot {action.bot!r} {action.version}", inputs)
    run.session = org.ids.uuid("bot.session")
    session = BotSession(run.session, integration.id, bot.id, action.version, conversation.id, run.execution)
    _prune(org)
    sessions_of(org)[session.id] = session
    seconds = follow_up.seconds if follow_up is not None else 0.0
    settings_of(org)[session.id] = {"digital": isinstance(action, CallDigitalBot), "followUp": seconds} | _timeout(
        action, variables
    )
    message = next((m for m in reversed(conversation.messages.values()) if m.direction == "inbound"), None)
    content = message.content if message is not None and message.text == text else ()
    return Await(
        ask(org, conversation, run, session, "" if text is None else display(text), content, parameters), inputs
    )


def _timeout(action: CallBot, variables: Mapping[str, Result]) -> dict[str, Any]:
    if action.response_timeout is None:
        return {}
    value = evaluate(action.response_timeout, variables)
    if not isinstance(value, Duration) or value.seconds < 1:  # facts: messaging §3.3: min 1 s
        raise EvaluationError(f"botResponseTimeout is {display(value)}, not a duration of at least 1 s")
    return {"responseTimeout": value.seconds}


def _parameters(action: CallBot, variables: Mapping[str, Result]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in action.session:
        key, held = evaluate(name, variables), evaluate(value, variables)
        if not isinstance(key, str) or not key:
            raise EvaluationError(f"a session variable's name is {kind_of(key)}, not a text")
        if held is not None:
            found[key] = display(held)
    return found


def ask(
    org: Org,
    conversation: Conversation,
    run: Run,
    session: BotSession,
    text: str,
    content: tuple[dict[str, Any], ...] = (),
    parameters: Mapping[str, str] | None = None,
) -> str:
    """Say one turn to the interface; returns what the run then waits for. Later turns have no parameters (§3.1)."""
    settings = settings_of(org)[session.id]
    pending = run.next_pending("bot")
    org.say(
        INTERFACE,
        "ask",
        conversation=conversation.id,
        customer=conversation.leg.address,
        session=session.id,
        turn=pending,
        integration=session.integration,
        bot=session.bot,
        version=session.version,
        execution=session.execution,
        text=text,
        content=list(content),
        parameters=None if parameters is None else dict(parameters),
        followUp=settings["followUp"],
        responseTimeout=settings.get("responseTimeout"),
        digital=settings["digital"],
    )
    return pending


def await_customer(org: Org, conversation: Conversation, run: Run, session: BotSession) -> bool:
    """Wait for the customer's next message; ``False`` where the timeout is NOT_SET or negative: none is waited for."""
    seconds = float(settings_of(org)[session.id]["followUp"])
    if seconds <= 0:
        return False
    run.pending = run.next_pending("follow")
    org.schedule.at(org.now() + seconds, timer_key(conversation), FlowTimer(conversation.id, run.pending))
    return True


def settings_of(org: Org) -> dict[str, dict[str, Any]]:
    """What each session was opened with: ``digital``, ``followUp`` and ``responseTimeout`` in seconds."""
    found: dict[str, dict[str, Any]] = org.live.setdefault(SETTINGS, {})
    return found


def close(org: Org, session: str) -> None:
    """The run is done with its bot."""
    sessions_of(org).pop(session, None)
    settings_of(org).pop(session, None)


def find_bot(org: Org, integration: str, name: str) -> Entity | None:
    """A bot of an integration by its name, or by its id."""
    bots = org.entities.of(f"{BOTS}/{integration}")
    return next((bot for bot in bots.values() if bot.name == name), bots.get(name))


def _has_version(bot: Entity, version: str) -> bool:
    return any(one.get("version") == version for one in bot.body.get("versions") or ())


def _prune(org: Org) -> None:
    sessions = sessions_of(org)
    if len(sessions) < SESSIONS_MAX:
        return
    for id_, session in list(sessions.items()):
        conversation = org.conversations.get(session.conversation)
        if conversation is None or conversation.ended is not None:
            close(org, id_)


EXECUTORS: Final[dict[type, Executor]] = {CallBot: _call_bot, CallDigitalBot: _call_bot}
