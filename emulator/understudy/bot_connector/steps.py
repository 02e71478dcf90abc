"""The steps of a bot session: its states, what moves it, and what goes in and out (``session.py`` takes them)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from understudy.bot_connector.messages import InputMessage


class State(Enum):
    """Where a session is."""

    READY = "ready"  # nothing was said yet
    ASKING = "asking"  # a turn is out, its response is awaited
    PENDING = "pending"  # v2: the turn was acknowledged, the reply is awaited
    LISTENING = "listening"  # the bot wants more: the flow waits for the customer
    COMPLETED = "completed"
    FAILED = "failed"
    CLOSED = "closed"  # the conversation ended, or the flow is done with the bot


class Input(Enum):
    """What can happen to it."""

    ASK = "ask"
    ACCEPTED = "accepted"
    MORE = "more"
    COMPLETE = "complete"
    FAIL = "fail"
    CLOSE = "close"


TRANSITIONS: Final[Mapping[State, Mapping[Input, State]]] = {
    State.READY: {Input.ASK: State.ASKING, Input.CLOSE: State.CLOSED},
    State.ASKING: {
        Input.ACCEPTED: State.PENDING,
        Input.MORE: State.LISTENING,
        Input.COMPLETE: State.COMPLETED,
        Input.FAIL: State.FAILED,
        Input.CLOSE: State.CLOSED,
    },
    State.PENDING: {
        Input.MORE: State.LISTENING,
        Input.COMPLETE: State.COMPLETED,
        Input.FAIL: State.FAILED,
        Input.CLOSE: State.CLOSED,
    },
    State.LISTENING: {  # answers here are further replies of v2
        Input.ASK: State.ASKING,
        Input.MORE: State.LISTENING,
        Input.COMPLETE: State.COMPLETED,
        Input.FAIL: State.FAILED,
        Input.CLOSE: State.CLOSED,
    },
    State.COMPLETED: {},
    State.FAILED: {},
    State.CLOSED: {},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What stays the same over a session. ``timeout`` in minutes; ``parameters`` are the flow's session variables."""

    bot: str
    version: str
    session: str
    conversation: str
    language: str
    timeout: int
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Say:
    """Intention: the customer says something. ``message_id`` goes with v2's turns."""

    message: InputMessage
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Close:
    """Intention: it is over, without a branch of the flow."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """Output: post ``body`` (``Address.turn``) and wait for the response until ``deadline`` (monotonic seconds)."""

    number: int
    body: bytes
    deadline: float


@dataclass(frozen=True, slots=True)
class Lost:
    """Input: the peer could not be reached, or hung up without a response."""

    turn: int
    detail: str


@dataclass(frozen=True, slots=True)
class Callback:
    """Input: an ``OutgoingMessageRequest`` that has passed the platform's gate."""

    body: Mapping[str, Any]
