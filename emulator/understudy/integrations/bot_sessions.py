"""Bot sessions: one run of a flow's bot action with one bot (facts: messaging §3.1, §3.3).

The seam between the flow that calls a bot and the interface that carries the turns. A flow opens a session;
``BotReplied`` brings an asynchronous reply of a Digital Bot Connector to the interface, ``BotAsked`` a message for the
bot to the flow, which asks one at a time (``architect.bot_turns`` handles both). Where no session waits the platform
has nothing to give them to: 404 (assumed).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from understudy.errors import Refused
from understudy.world.org import Org

LIVE: Final = "bot.sessions"  # org.live[LIVE]: dict[session id, BotSession]
OVER: Final = "bot.sessions.over"  # org.live[OVER]: dict[session id, BotSession] of those that are done, newest last
OVER_MAX: Final = 1000  # a bot may still reply to one of these; the emulator's own bound
WAITING: Final = 50  # messages that wait in one session; the emulator's own bound


@dataclass(slots=True)
class BotSession:
    """``execution`` is the flow's run. ``asked`` waits while the bot is: {text, content, messageId}. ``follow_up`` and
    ``response_timeout`` in seconds; ``turn`` is the last one that was asked."""

    id: str
    integration: str
    bot: str
    version: str
    conversation: str
    execution: str
    language: str = ""
    digital: bool = False
    follow_up: float = 0.0
    response_timeout: float | None = None
    turn: str = ""
    asked: list[Mapping[str, Any]] = field(default_factory=list)


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


@dataclass(frozen=True, slots=True)
class PullBots:
    """Ask the provider of a Digital Bot Connector for its bots."""

    integration: str


def sessions_of(org: Org) -> dict[str, BotSession]:
    """The sessions under way; whoever opens one also closes it."""
    found: dict[str, BotSession] = org.live.setdefault(LIVE, {})
    return found


def close(org: Org, id_: str) -> BotSession | None:
    """The session is done; returns it if it was under way."""
    session = sessions_of(org).pop(id_, None)
    if session is not None:
        session.asked.clear()
        over: dict[str, BotSession] = org.live.setdefault(OVER, {})
        over[id_] = session
        if len(over) > OVER_MAX:
            del over[next(iter(over))]
    return session


def ended(org: Org, id_: str) -> BotSession | None:
    """A session that is done, not long ago."""
    found: BotSession | None = org.live.get(OVER, {}).get(id_)
    return found


def session_of(org: Org, id_: str, bot: str, version: str) -> BotSession:
    """The session under way; Refused 404 where there is none, 409 where it is with another bot."""
    session = sessions_of(org).get(id_)
    if session is None:
        raise Refused(404, "not.found", f"Bot session with id [{id_}] was not found", params={"id": id_})
    if (session.bot, session.version) != (bot, version):
        message = f"Bot session [{id_}] is with bot {session.bot} in version {session.version}"
        raise Refused(409, "general.conflict", message, params={"id": id_})
    return session


def keep(org: Org, session: BotSession, message: Mapping[str, Any]) -> bool:
    """Let a message wait for its turn; ``False`` where too many do already."""
    if len(session.asked) >= WAITING:
        return False
    session.asked.append(message)
    return True
