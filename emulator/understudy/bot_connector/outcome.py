"""What a bot session tells the flow: replies, faults, and the branch on which it goes on.

Of the error types only ``NoMatchError`` is known (Google README, facts: messaging §3.1); the others are our names.
Where the bot fails by itself its ``errorCode`` is the type (assumed).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from understudy.bot_connector.answers import BotAnswer
from understudy.bot_connector.faults import Fault
from understudy.bot_connector.messages import InputMessage


class Outcome(StrEnum):
    """The output of the flow's action; ``closed`` has none, for the flow is over."""

    SUCCESS = "success"
    FAILURE = "failure"
    TIMEOUT = "timeout"
    CLOSED = "closed"


class ErrorType(StrEnum):
    """``errorType`` of the failure path."""

    NO_MATCH = "NoMatchError"
    FAILED = "BotFailedError"
    TIMEOUT = "BotTimeoutError"
    UNREACHABLE = "BotUnreachableError"
    STATUS = "BotStatusError"
    INTENT = "UndeclaredIntentError"
    ANSWER = "BotAnswerError"


ERROR_OF_RULE: Final[Mapping[str, ErrorType]] = {  # any other rule: BotAnswerError
    "BC-01": ErrorType.STATUS,
    "BC-01.lost": ErrorType.UNREACHABLE,
    "BC-01.time": ErrorType.TIMEOUT,
    "BC-12": ErrorType.INTENT,
    "BC-15": ErrorType.NO_MATCH,
}


@dataclass(frozen=True, slots=True)
class Replied:
    """The bot answered: send its messages to the customer, in order."""

    turn: int
    answer: BotAnswer


@dataclass(frozen=True, slots=True)
class Faulted:
    """The bot's provider broke a rule; a fatal fault is followed by ``Ended``."""

    turn: int
    fault: Fault

    def to_json(self) -> dict[str, Any]:
        """For the note ``bot_connector.fault``, which the rules of contracts/bot_connector count."""
        fault = self.fault
        shown = {"rule": fault.rule, "path": fault.path, "expected": fault.expected, "observed": fault.observed}
        return {**shown, "fatal": fault.is_fatal, "turn": self.turn}


@dataclass(frozen=True, slots=True)
class Ended:
    """The session is over. ``answer`` is the bot's last where it gave one, with its intent and slots; ``variables`` the
    session variables it set; ``left`` what the customer said that was never asked."""

    outcome: Outcome
    answer: BotAnswer | None
    variables: Mapping[str, str]
    error_type: str
    error_message: str
    turns: int
    left: tuple[InputMessage, ...]


Event = Replied | Faulted | Ended
