"""Turns of a bot that a flow called: what the interface reports back (facts: messaging §3.1, §4.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from understudy.architect import bot_actions
from understudy.architect.actions import CallBot
from understudy.architect.bot_answer import BotAnswered, BotFailed, finished, is_circling
from understudy.architect.place import Failed, Run, workflow
from understudy.architect.run import end_bot, timed_out, waiting_run
from understudy.conversations.commands import SendMessage
from understudy.conversations.model import Conversation, Sender
from understudy.errors import Refused
from understudy.integrations.bot_sessions import BotSession, sessions_of
from understudy.world.org import Handler, Org


def bot_answered(org: Org, command: BotAnswered) -> None:
    """Say what the bot said; wait for the customer, or take the branch of its outcome."""
    conversation, run, session, action = _bot_run(org, command.session, command.turn)
    told = {"session": session.id, "state": command.state, "intent": command.intent}
    org.changed("flow.bot_turn", conversation=conversation.id, customer=conversation.leg.address, **told)
    org.note("flow.bot_turn", conversation=conversation.id, customer=conversation.leg.address, **told)
    if (refusal := _say(org, conversation, run, command)) is not None:
        end_bot(org, conversation, run, Failed(refusal, {"botState": command.state}, "InvalidMessage"))
    elif not workflow(conversation, run).is_live:
        bot_actions.close(org, session.id)
    elif is_circling(org, command):
        end_bot(org, conversation, run, Failed("the bot repeats itself", {"intent": command.intent}, "NoMatchError"))
    elif command.state.casefold() != "moredata":
        end_bot(org, conversation, run, finished(org, run, action, session, command))
    elif not bot_actions.await_customer(org, conversation, run, session):
        end_bot(org, conversation, run, timed_out("no answer of the customer is waited for"))


def bot_failed(org: Org, command: BotFailed) -> None:
    """The callout failed: the failure path, or that of a timeout."""
    conversation, run, _, _ = _bot_run(org, command.session, command.turn)
    step = timed_out(command.message) if command.timeout else Failed(command.message, {}, command.type)
    end_bot(org, conversation, run, step)


def _bot_run(org: Org, id_: str, turn: str) -> tuple[Conversation, Run, BotSession, CallBot]:
    session = sessions_of(org).get(id_)
    conversation = org.conversations.get(session.conversation) if session is not None else None
    run = waiting_run(conversation, turn) if conversation is not None else None
    if session is None or conversation is None or run is None or not isinstance(run.waiting, CallBot):
        raise Refused(404, "not.found", f"No flow waits for bot session [{id_}]", params={"id": id_})
    return conversation, run, session, run.waiting


def _say(org: Org, conversation: Conversation, run: Run, answer: BotAnswered) -> str | None:
    communication = workflow(conversation, run).communication.id
    try:
        for one in answer.messages:
            text, content = str(one.get("text") or ""), tuple(one.get("content") or ())
            kind = "Structured" if content else "Text"
            org.perform(SendMessage(conversation.id, communication, Sender.BOT, text=text, type=kind, content=content))
    except Refused as refused:
        return str(refused)
    return None


HANDLERS: Final[Mapping[type, Handler]] = {BotAnswered: bot_answered, BotFailed: bot_failed}
