"""Every exception that understudy raises on purpose.

    UnderstudyError
    ├── SettingsError         a setting, argument or file of the user is wrong (exit code 2)
    ├── LocalProtocolError    we asked a session for something its state does not allow
    ├── ContractError         a contract, rule or schema file is malformed
    ├── FlowError             a flow's YAML can't be loaded or published; names source and line
    ├── StartError            the emulator, a reference or a target could not be started or reached (exit code 3)
    ├── RecordError           a record can't be opened or read
    ├── Lost                  a reader fell behind a bounded log; ``count`` items are gone
    └── Refused               Genesys would refuse: carries status, code and message of the error body

A peer's fault is never an exception but an event or a verdict; ``Refused`` is the platform's own answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches


class UnderstudyError(Exception):
    """The root; catch it to catch all of ours."""


class SettingsError(UnderstudyError):
    """A setting is wrong. The text names the thing, the value, and what would be right."""

    def __init__(self, name: str, value: object, remedy: str) -> None:
        self.name, self.value, self.remedy = name, value, remedy
        super().__init__(f"{name} is {value!r}: {remedy}")


class LocalProtocolError(UnderstudyError):
    """Our own misuse of a session."""


class ContractError(UnderstudyError):
    """A contract file is malformed; the text names file, place and remedy."""


class FlowError(UnderstudyError):
    """A flow can't be loaded or published. ``line`` counts from 1; 0 is the whole file."""

    def __init__(self, source: str, line: int, problem: str) -> None:
        self.source, self.line, self.problem = source, line, problem
        super().__init__(f"{source}:{line}: {problem}")


class StartError(UnderstudyError):
    """A process could not be started or a peer could not be reached."""


class RecordError(UnderstudyError):
    """A record can't be opened or read."""


class Lost(UnderstudyError):
    """A cursor fell behind a bounded log."""

    def __init__(self, count: int) -> None:
        self.count = count
        super().__init__(f"{count} entries were dropped before they were read: take the cursor later or read sooner")


class Refused(UnderstudyError):
    """The platform refuses. Becomes Genesys' ErrorBody (facts: platform-api §4).

    ``params`` are the ``messageParams`` of the body, ``details`` its ``details`` list, ``limit`` its limit object.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        params: Mapping[str, str] | None = None,
        details: tuple[Mapping[str, str], ...] = (),
        limit: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status, self.code, self.message = status, code, message
        self.params, self.details, self.limit = dict(params or {}), details, limit
        self.headers = dict(headers or {})
        super().__init__(f"{status} {code}: {message}")


def nearest(word: str, known: list[str]) -> str:
    """The remedy for an unknown name: the nearest known one, or the whole list."""
    close = get_close_matches(word, known, n=1)
    return f"did you mean {close[0]!r}?" if close else "known are " + ", ".join(sorted(known))
