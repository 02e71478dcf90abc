"""Calling a bot: opening a session, one effect ``ask`` a turn for the interface ``bot_connector`` (facts: §3.1, §4.1).

The run waits for the bot (``bot:…``), answered by a command of ``bot_turns``, and between turns for the customer
(``follow:…``), answered by a message or by the follow-up timeout. What the effect holds is what a callout needs. What
is wrong before anything is asked (the integration, the bot, its version, the language) takes the failure path with a
type and a note of its own; the names are ours (``bot_connector.outcome``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.architect.actions import CallBot, CallDigitalBot
from understudy.architect.control_actions import timer_key
from understudy.architect.expression import evaluate
from understudy.architect.place import Await, Executor, Failed, Run, Step, last_said
from understudy.architect.values import Duration, EvaluationError, Result, as_json, display, kind_of
from understudy.bot_connector.languages import speaks
from understudy.bot_connector.messages import Variant
from understudy.bot_connector.outcome import ErrorType, Unaskable
from understudy.bot_connector.terms import Terms
from understudy.conversations.commands import FlowTimer
from understudy.conversations.model import Conversation
from understudy.errors import SettingsError
from understudy.integrations import bot_sessions
from understudy.integrations.bot_sessions import BotSession, sessions_of
from understudy.world.entities import Entity
from understudy.world.org import Org

INTERFACE: Final = "bot_connector"
INTEGRATIONS: Final = "integrations"
BOTS: Final = "integrations.botconnector.bots"  # kept by integration: entities.of(f"{BOTS}/{id}")


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
    try:
        terms = _terms(org, action, follow_up, variables)
        session = _opened(org, conversation, run, action)
    except SettingsError as error:
        return Failed(str(error), inputs)
    except Unaskable as error:
        told = {"type": error.type.value, "text": error.text, "integration": action.integration, "bot": action.bot}
        org.note(f"{INTERFACE}.{error.name}", conversation=conversation.id, customer=conversation.leg.address, **told)
        return Failed(error.text, inputs, error.type.value)
    session.follow_up = terms.follow_up
    session.response_timeout = terms.answer if action.response_timeout is not None else None
    said = _said(org, conversation, session, "" if text is None else display(text))
    return Await(ask(org, conversation, run, session, said, parameters), inputs)


def _said(org: Org, conversation: Conversation, session: BotSession, text: str) -> Mapping[str, Any]:
    """The first turn: with all of the customer's message where the text is that message's."""
    message = last_said(conversation)
    if message is not None and message.text == text:
        return {"text": text, "content": message.content, "messageId": message.id}
    id_ = org.ids.uuid("bot.message") if session.digital else ""  # facts: messaging §3.3: v2 adds messageId
    return {"text": text, "content": (), "messageId": id_}


def _terms(org: Org, action: CallBot, follow_up: Result, variables: Mapping[str, Result]) -> Terms:
    """How long the bot and the customer are waited for; raises ``SettingsError`` for what v2 does not take."""
    if not (follow_up is None or isinstance(follow_up, Duration)):
        raise EvaluationError(f"followUpResponseTimeout is {kind_of(follow_up)}, not duration")
    terms = Terms.of(org.limits, Variant.V2 if isinstance(action, CallDigitalBot) else Variant.V1)
    terms = terms.with_follow_up(None if follow_up is None else follow_up.seconds)
    if action.response_timeout is None:
        return terms
    value = evaluate(action.response_timeout, variables)
    if not isinstance(value, Duration):
        raise EvaluationError(f"botResponseTimeout is {kind_of(value)}, not duration")
    return terms.with_answer(value.seconds)


def _opened(org: Org, conversation: Conversation, run: Run, action: CallBot) -> BotSession:
    """A new session with the bot that the action names; raises ``Unaskable``."""
    integration = _integration(org, action.integration)
    bot = find_bot(org, integration.id, action.bot)
    where = f"integration {action.integration!r}"
    if bot is None:
        raise Unaskable(ErrorType.BOT, "bot_missing", f"{where} has no bot {action.bot!r}")
    version = next((one for one in bot.body.get("versions") or () if one.get("version") == action.version), None)
    if version is None:
        text = f"bot {action.bot!r} of {where} has no version {action.version!r}"
        raise Unaskable(ErrorType.VERSION, "version_missing", text)
    if run.language and not speaks(version, run.language):
        known = ", ".join(version.get("supportedLanguages") or ())
        text = f"bot {action.bot!r} {action.version} does not speak {run.language}, but {known}"
        raise Unaskable(ErrorType.LANGUAGE, "language_unsupported", text)
    session = BotSession(
        id=org.ids.uuid("bot.session"),
        integration=integration.id,
        bot=bot.id,
        version=action.version,
        conversation=conversation.id,
        execution=run.execution,
        language=run.language or next(iter(version.get("supportedLanguages") or ()), "en-us"),
        digital=isinstance(action, CallDigitalBot),
    )
    run.session = session.id
    sessions_of(org)[session.id] = session
    return session


def _integration(org: Org, name: str) -> Entity:
    """The integration of that name or id, which is active; a deleted one is none."""
    integration = org.entities.named(INTEGRATIONS, name) or org.entities.get(INTEGRATIONS, name)
    intended = integration.body.get("intendedState") if integration is not None else "DELETED"
    if integration is None or intended == "DELETED":
        text = f"there is no integration {name!r}"
        raise Unaskable(ErrorType.INTEGRATION, "integration_missing", text)
    reported = integration.body.get("reportedState") or {}
    if intended != "ENABLED" or reported.get("code", "ACTIVE") != "ACTIVE":
        reason = (reported.get("detail") or {}).get("message") or f"its state is {intended}"
        text = f"integration {name!r} is not active: {reason}"
        raise Unaskable(ErrorType.INTEGRATION, "integration_inactive", text)
    return integration


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
    said: Mapping[str, Any],
    parameters: Mapping[str, str] | None = None,
) -> str:
    """Say one turn ({text, content, messageId}) to the interface; returns what the run then waits for. Only the first
    turn has parameters: the interface knows them then (facts: messaging §3.1)."""
    session.turn = run.next_pending("bot")
    org.say(
        INTERFACE,
        "ask",
        conversation=conversation.id,
        customer=conversation.leg.address,
        session=session.id,
        turn=session.turn,
        integration=session.integration,
        bot=session.bot,
        version=session.version,
        execution=session.execution,
        language=session.language,
        text=said["text"],
        content=list(said["content"]),
        messageId=said["messageId"],
        parameters=None if parameters is None else dict(parameters),
        followUp=session.follow_up,
        responseTimeout=session.response_timeout,
        digital=session.digital,
    )
    return session.turn


def await_customer(org: Org, conversation: Conversation, run: Run, session: BotSession) -> bool:
    """Wait for the customer's next message; ``False`` where the timeout is NOT_SET or negative: none is waited for."""
    if session.follow_up <= 0:
        return False
    run.pending = run.next_pending("follow")
    org.schedule.at(org.now() + session.follow_up, timer_key(conversation), FlowTimer(conversation.id, run.pending))
    return True


def close(org: Org, id_: str) -> None:
    """The run is done with its bot: the interface lets go of the session, too."""
    session = sessions_of(org).get(id_)
    if session is None:
        return
    if left := len(session.asked):
        text = f"{left} messages of the customer were not asked: the run with the bot is over"
        org.note(f"{INTERFACE}.left", conversation=session.conversation, session=id_, text=text)
    bot_sessions.close(org, id_)
    org.say(INTERFACE, "close", conversation=session.conversation, session=id_)


def find_bot(org: Org, integration: str, name: str) -> Entity | None:
    """A bot of an integration by its name, or by its id."""
    bots = org.entities.of(f"{BOTS}/{integration}")
    return next((bot for bot in bots.values() if bot.name == name), bots.get(name))


EXECUTORS: Final[dict[type, Executor]] = {CallBot: _call_bot, CallDigitalBot: _call_bot}
