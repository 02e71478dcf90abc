"""Bot sessions: one run of a flow's bot action with one bot (facts: messaging §3.1, §3.3).

The seam between the flow that calls a bot and the interface that carries the turns. A flow opens a session and waits
for replies; ``BotReplied`` brings the asynchronous reply of a Digital Bot Connector into it, ``BotAsked`` a message of
the customer. Where no session waits the platform has nothing to give them to: 404 (assumed).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from understudy.errors import Refused
from understudy.world.org import Handler, Org

LIVE: Final = "bot.sessions"  # org.live[LIVE]: dict[session id, BotSession]
WAITING: Final = 50  # messages that wait either way in one session; the emulator's own bound


@dataclass(slots=True)
class BotSession:
    """``execution`` is the flow's run. ``asked`` and ``replies`` wait for the interface and for the flow."""

    id: str
    integration: str
    bot: str
    version: str
    conversation: str
    execution: str
    asked: list[Mapping[str, Any]] = field(default_factory=list)
    replies: list[Mapping[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class BotAsked:
    """A message for the bot (``IncomingMessageRequest``). Returns its message id."""

    session: str
    integration: str
    bot: str
    version: str
    execution: str
    message: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BotReplied:
    """A reply of the bot (``OutgoingMessageRequest``). Returns its message id."""

    session: str
    bot: str
    version: str
    reply: Mapping[str, Any]


def sessions_of(org: Org) -> dict[str, BotSession]:
    """The sessions under way; whoever opens one also takes it away."""
    found: dict[str, BotSession] = org.live.setdefault(LIVE, {})
    return found


def _asked(org: Org, command: BotAsked) -> str:
    session = _session(org, command.session, command.bot, command.version)
    if (session.integration, session.execution) != (command.integration, command.execution):
        message = f"Bot session [{session.id}] belongs to another integration or flow execution"
        raise Refused(409, "general.conflict", message, params={"id": session.id})
    return _kept(org, session, session.asked, "bot.asked", command.message)


def _replied(org: Org, command: BotReplied) -> str:
    session = _session(org, command.session, command.bot, command.version)
    return _kept(org, session, session.replies, "bot.replied", command.reply)


def _kept(org: Org, session: BotSession, waiting: list[Mapping[str, Any]], kind: str, body: Mapping[str, Any]) -> str:
    if len(waiting) >= WAITING:
        message = f"Bot session [{session.id}] has {WAITING} messages waiting"
        raise Refused(429, "too.many.requests", message, params={"id": session.id})
    message_id = org.ids.uuid("bot.message")
    waiting.append({**body, "messageId": message_id})
    org.changed(kind, conversation=session.conversation, session=session.id, message=message_id)
    return message_id


def _session(org: Org, id_: str, bot: str, version: str) -> BotSession:
    session = sessions_of(org).get(id_)
    if session is None:
        raise Refused(404, "not.found", f"Bot session with id [{id_}] was not found", params={"id": id_})
    if (session.bot, session.version) != (bot, version):
        message = f"Bot session [{id_}] is with bot {session.bot} in version {session.version}"
        raise Refused(409, "general.conflict", message, params={"id": id_})
    return session


HANDLERS: Final[Mapping[type, Handler]] = {BotAsked: _asked, BotReplied: _replied}
