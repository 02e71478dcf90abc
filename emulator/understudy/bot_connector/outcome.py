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


class Outcome(StrEnum):
    """How a session ended; ``closed``: the flow is over or done with it, and awaits nothing."""

    SUCCESS = "success"
    FAILURE = "failure"
    CLOSED = "closed"


class ErrorType(StrEnum):
    """``errorType`` of the failure path."""

    NO_MATCH = "NoMatchError"
    FAILED = "BotFailedError"
    TIMEOUT = "BotTimeoutError"
    UNREACHABLE = "BotUnreachableError"
    STATUS = "BotStatusError"
    CREDENTIALS = "BotCredentialsError"
    ENDPOINT = "BotEndpointError"
    INTENT = "UndeclaredIntentError"
    ANSWER = "BotAnswerError"
    INTEGRATION = "BotIntegrationError"
    BOT = "BotNotFoundError"
    VERSION = "BotVersionError"
    LANGUAGE = "BotLanguageError"


ERROR_OF_RULE: Final[Mapping[str, ErrorType]] = {  # any other rule: BotAnswerError
    "BC-01": ErrorType.STATUS,
    "BC-01.lost": ErrorType.UNREACHABLE,
    "BC-01.time": ErrorType.TIMEOUT,
    "BC-12": ErrorType.INTENT,
    "BC-15": ErrorType.NO_MATCH,
}
ERROR_OF_STATUS: Final[Mapping[str, ErrorType]] = {  # where the rule is BC-01
    "401": ErrorType.CREDENTIALS,
    "403": ErrorType.CREDENTIALS,
    "404": ErrorType.ENDPOINT,
    "410": ErrorType.ENDPOINT,
}


def error_of(fault: Fault) -> ErrorType:
    """The ``errorType`` of a fatal fault."""
    found = ERROR_OF_RULE.get(fault.rule, ErrorType.ANSWER)
    return ERROR_OF_STATUS.get(fault.observed, found) if found is ErrorType.STATUS else found


class Unaskable(Exception):
    """Nothing can be sent to a bot: ``type`` for the flow, ``name`` of the diagnosis, ``text`` for people."""

    def __init__(self, type_: ErrorType, name: str, text: str) -> None:
        self.type, self.name, self.text = type_, name, text
        super().__init__(text)


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
    session variables it set."""

    outcome: Outcome
    answer: BotAnswer | None
    variables: Mapping[str, str]
    error_type: str
    error_message: str
    turns: int


Event = Replied | Faulted | Ended
