"""Sessions by ``botSessionId``: what the bot remembers between turns. Bounded: the one quiet for longest goes first.

Turns of a session are taken one at a time. A turn that was delivered twice is one step: with a ``messageId`` whenever
the second comes, without one (v1 has none) only while the first is being answered, for a customer may say the same
thing again.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from .spoken import Spoken
from .turn import PARAMETERS_MAX, Turn

SESSIONS_MAX: Final = 10_000
ANSWERED_MAX: Final = 8  # answers kept per session, for deliveries that are repeated
SAID_MAX: Final = 5  # texts kept for the context of a hand-off
SAID_LENGTH: Final = 1_000  # characters kept of each


@dataclass(slots=True)
class Session:
    """One session. ``stage`` is the question that is open: "", item or quantity."""

    id: str
    parameters: dict[str, str] = field(default_factory=dict)
    slots: dict[str, Any] = field(default_factory=dict)
    stage: str = ""
    said: list[str] = field(default_factory=list)
    turns: int = 0
    intents: list[tuple[str | None, str]] = field(default_factory=list)  # the newest, with what the slots were
    is_over: bool = False
    ends: float = float("inf")  # when it is forgotten unless a turn comes
    stuck: bool = False  # with the fault sticks_when_slow
    at_it: int = 0  # turns that are being answered or wait for it
    answered: OrderedDict[str, Spoken] = field(default_factory=OrderedDict)
    last: tuple[str, float] = ("", 0.0)  # the digest of the newest turn, and when it was answered
    lock: threading.Lock = field(default_factory=threading.Lock)

    def begin_anew(self) -> None:
        """As if it had never been, but for deliveries that may be repeated still."""
        self.parameters, self.slots, self.stage, self.said, self.turns = {}, {}, "", [], 0
        self.intents, self.is_over = [], False


class Sessions:
    """The sessions there are. ``minute`` is how many seconds a minute of ``botSessionTimeout`` takes."""

    def __init__(self, minute: float = 60.0, faults: frozenset[str] = frozenset(), most: int = SESSIONS_MAX) -> None:
        self._minute, self._faults, self._most = minute, faults, most
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._lock = threading.Lock()
        self._ahead = 0.0  # seconds by which a test put the clock forward

    def take(self, turn: Turn, answer: Callable[[Session, Turn], Spoken]) -> Spoken:
        """The answer to a turn, which ``answer`` makes unless the turn is a repeated delivery."""
        arrived = self._now()
        session, others = self._enter(turn.session)
        try:
            if others and "refuses_concurrent" in self._faults:
                raise RuntimeError("the session is busy")
            with session.lock:
                said = session.said
                spoken = self._step(session, turn, arrived, answer)
                if others and "forgets_concurrent" in self._faults:
                    session.said = said
                return spoken
        finally:
            with self._lock:
                session.at_it -= 1

    def find(self, id_: str) -> Session | None:
        """The session, or None."""
        with self._lock:
            return self._sessions.get(id_)

    def other(self, session: Session) -> Session | None:
        """The newest session that had a turn since this one's last."""
        with self._lock:
            since = session.last[1]
            newest = reversed(self._sessions.values())
            return next((one for one in newest if one is not session and one.last[1] > since), None)

    def advance(self, minutes: float) -> None:
        """Let time pass."""
        with self._lock:
            self._ahead += minutes * self._minute

    def __len__(self) -> int:
        return len(self._sessions)

    def _step(self, session: Session, turn: Turn, arrived: float, answer: Callable[[Session, Turn], Spoken]) -> Spoken:
        if (known := self._repeated(session, turn, arrived)) is not None:
            return known
        if session.is_over and "over_is_500" in self._faults:
            raise RuntimeError("the session is over")
        is_late = arrived >= session.ends and "never_expires" not in self._faults
        if is_late or (session.is_over and "remembers_after_end" not in self._faults):
            session.begin_anew()
        session.turns += 1
        if session.turns == 1 or "forgets_context" in self._faults:
            session.parameters = turn.parameters
        else:
            session.parameters = dict(list((session.parameters | turn.parameters).items())[:PARAMETERS_MAX])
        spoken = answer(session, turn)
        session.is_over = spoken.state != "MoreData"
        session.ends = self._now() + turn.timeout * self._minute
        session.answered[turn.message_id or turn.digest] = spoken
        while len(session.answered) > ANSWERED_MAX:
            session.answered.popitem(last=False)
        session.last = (turn.digest, self._now())
        return spoken

    def _repeated(self, session: Session, turn: Turn, arrived: float) -> Spoken | None:
        if "doubles_turns" in self._faults:
            return None
        if turn.message_id:
            return session.answered.get(turn.message_id)
        digest, answered = session.last
        return session.answered.get(digest) if digest == turn.digest and arrived <= answered else None

    def _enter(self, id_: str) -> tuple[Session, int]:
        """The session, made if need be, and how many turns of it are under way already."""
        with self._lock:
            session = self._sessions.get(id_)
            if session is None:
                session = self._sessions[id_] = Session(id_)
            self._sessions.move_to_end(id_)
            while len(self._sessions) > self._most:
                self._sessions.popitem(last=False)
            session.at_it += 1
            return session, session.at_it - 1

    def _now(self) -> float:
        return time.monotonic() + self._ahead
