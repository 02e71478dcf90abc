"""Turns of a bot that a flow called: what the interface reports, what the bot and others say by the Platform API.

facts: messaging §3.1, §3.3, §4.1. One turn is asked at a time: what is said meanwhile waits and is asked next.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.architect import bot_actions
from understudy.architect.actions import CallBot
from understudy.architect.bot_answer import BotAnswered, BotFailed, finished
from understudy.architect.place import Failed, Run, workflow
from understudy.architect.run import ask_next, end_bot, timed_out
from understudy.conversations.commands import SendMessage
from understudy.conversations.model import Conversation, Sender
from understudy.errors import Refused
from understudy.integrations.bot_sessions import (
    WAITING,
    BotAsked,
    BotReplied,
    BotSession,
    PullBots,
    ended,
    keep,
    session_of,
    sessions_of,
)
from understudy.world.org import Handler, Org


def bot_answered(org: Org, command: BotAnswered) -> None:
    """Say what the bot said; ask what waits, wait for the customer, or take the branch of the outcome."""
    conversation, run, session, action = _bot_run(org, command.session, command.turn)
    told = {"session": session.id, "state": command.state, "intent": command.intent}
    org.changed("flow.bot_turn", conversation=conversation.id, customer=conversation.leg.address, **told)
    is_further = run.pending != command.turn
    if (refusal := _say(org, conversation, run, command)) is not None:
        who = {"conversation": conversation.id, "customer": conversation.leg.address}
        org.note("bot_connector.message_refused", **who, session=session.id, type="InvalidMessage", text=refusal)
        end_bot(org, conversation, run, Failed(refusal, {"botState": command.state}, "InvalidMessage"))
    elif session.id not in sessions_of(org):
        return  # what the bot said ended the conversation
    elif command.state.casefold() != "moredata":
        end_bot(org, conversation, run, finished(run, action, command))
    elif is_further or ask_next(org, conversation, run, session):
        return  # a further reply does not restart the wait for the customer: only the customer's does
    elif not bot_actions.await_customer(org, conversation, run, session):
        end_bot(org, conversation, run, timed_out("no answer of the customer is waited for"))


def bot_failed(org: Org, command: BotFailed) -> None:
    """The bot can't be talked to: the failure path (facts: messaging §4.1)."""
    conversation, run, _, _ = _bot_run(org, command.session, command.turn)
    end_bot(org, conversation, run, Failed(command.message, {}, command.type))


def bot_asked(org: Org, command: BotAsked) -> str:
    """A message for the bot waits for its turn; Refused where it is not this session's, 429 where too many wait."""
    session = session_of(org, command.session, command.bot, command.version)
    if (session.integration, session.execution) != (command.integration, command.execution):
        message = f"Bot session [{session.id}] belongs to another integration or flow execution"
        raise Refused(409, "general.conflict", message, params={"id": session.id})
    said = command.message.get("inputMessage") or {}
    id_ = org.ids.uuid("bot.message")
    content = tuple(one for one in said.get("content") or () if isinstance(one, dict))
    if not keep(org, session, {"text": said.get("text") or "", "content": content, "messageId": id_}):
        message = f"Bot session [{session.id}] has {WAITING} messages waiting"
        raise Refused(429, "too.many.requests", message, params={"id": session.id})
    org.changed("bot.asked", conversation=session.conversation, session=session.id, message=id_)
    conversation = org.conversations.get(session.conversation)
    run = conversation.flow.get("run") if conversation is not None else None
    if conversation is not None and isinstance(run, Run) and run.pending.startswith("follow:"):
        ask_next(org, conversation, run, session)
    return id_


def bot_replied(org: Org, command: BotReplied) -> str:
    """A reply of the bot goes to the interface, which judges it; one to a session that is over is a fault of it."""
    id_ = org.ids.uuid("bot.message")
    if (over := ended(org, command.session)) is not None:
        _hand_on(org, over, command.reply)
    session = session_of(org, command.session, command.bot, command.version)
    org.changed("bot.replied", conversation=session.conversation, session=session.id, message=id_)
    _hand_on(org, session, command.reply)
    return id_


def _hand_on(org: Org, session: BotSession, reply: Mapping[str, Any]) -> None:
    conversation = org.conversations.get(session.conversation)
    customer = conversation.leg.address if conversation is not None else None
    who = {"conversation": session.conversation or None, "customer": customer}
    org.say(bot_actions.INTERFACE, "reply", **who, session=session.id, body=dict(reply))


def pull_bots(org: Org, command: PullBots) -> None:
    """The interface asks; what it gets is stored by ``integrations.bots.replace_bots``."""
    org.say(bot_actions.INTERFACE, "pull", integration=command.integration)


def _bot_run(org: Org, id_: str, turn: str) -> tuple[Conversation, Run, BotSession, CallBot]:
    session = sessions_of(org).get(id_)
    conversation = org.conversations.get(session.conversation) if session is not None else None
    run = conversation.flow.get("run") if conversation is not None else None
    if session is None or conversation is None or not isinstance(run, Run) or run.session != id_:
        raise Refused(404, "not.found", f"No flow waits for bot session [{id_}]", params={"id": id_})
    action = run.waiting
    if not isinstance(action, CallBot) or not (run.pending == turn or session.digital):
        raise Refused(404, "not.found", f"No flow waits for turn [{turn}] of bot session [{id_}]", params={"id": id_})
    return conversation, run, session, action


def _say(org: Org, conversation: Conversation, run: Run, answer: BotAnswered) -> str | None:
    communication = workflow(conversation, run).communication.id
    try:
        for one in answer.messages:
            text, content = str(one.get("text") or ""), tuple(one.get("content") or ())
            if text or content:
                _send(org, conversation, communication, text, content)
    except Refused as refused:
        return str(refused)
    return None


def _send(org: Org, conversation: Conversation, communication: str, text: str, content: tuple[Any, ...]) -> None:
    type_ = "Structured" if content else "Text"
    org.perform(SendMessage(conversation.id, communication, Sender.BOT, text=text, type=type_, content=content))


HANDLERS: Final[Mapping[type, Handler]] = {
    BotAnswered: bot_answered,
    BotFailed: bot_failed,
    BotAsked: bot_asked,
    BotReplied: bot_replied,
    PullBots: pull_bots,
}
