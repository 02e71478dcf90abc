"""One bot session without I/O: a run of a flow's bot action, turn by turn (facts: messaging §3.1, §3.3, §4.1).

``send`` says what the customer or the flow wants, ``data_to_send`` which turns to post now, ``receive`` takes what came
of them, ``events`` says what it means. v1 answers in the response. v2 may acknowledge it and reply later, more than
once; a reply may overtake its acknowledgement. The wait for the bot is real time; one turn is asked at a time. The flow
waits for the customer and keeps what the customer says meanwhile (``architect.bot_turns``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from understudy.bot_connector.answers import BotAnswer, BotState, Reading, judge_answer, read_answer
from understudy.bot_connector.diagnoses import diagnosis_of
from understudy.bot_connector.faults import Fault, Said, shown
from understudy.bot_connector.messages import Utterance, Variant
from understudy.bot_connector.outcome import Ended, ErrorType, Event, Faulted, Outcome, Replied, error_of
from understudy.bot_connector.response import Acknowledged, Response, read_response
from understudy.bot_connector.slots import Declared
from understudy.bot_connector.steps import TRANSITIONS, Callback, Close, Input, Lost, Opening, Say, State, Turn
from understudy.bot_connector.terms import Terms
from understudy.errors import LocalProtocolError

VARIABLES_MAX: Final = 1 << 19  # characters of all session variables, names included; the emulator's own bound
ERROR_MAX: Final = 1000  # characters of an errorInfo's code and message each; the emulator's own bound
INPUTS: Final = {BotState.MORE_DATA: Input.MORE, BotState.COMPLETE: Input.COMPLETE, BotState.FAILED: Input.FAIL}


class BotSession:
    """``opening`` says who talks to whom, ``declared`` what the bot's version may answer. Times are real, monotonic
    seconds."""

    def __init__(self, opening: Opening, declared: Declared, terms: Terms) -> None:
        self.opening, self.declared, self.terms = opening, declared, terms
        self.state = State.READY
        self.turns = 0
        self.variables: dict[str, str] = {}  # what the bot has set; a later value replaces an earlier one
        self._unacknowledged: set[int] = set()  # turns that a reply answered before their response came
        self._answer_by: float | None = None
        self._same = 0
        self._last: tuple[str, Mapping[str, Any]] | None = None
        self._events: list[Event] = []
        self._out: list[Turn] = []

    @property
    def is_over(self) -> bool:
        """Nothing more will be sent."""
        return not TRANSITIONS[self.state]

    def send(self, intention: Say | Close, mono: float) -> None:
        """What the customer says, or the end of it all; raises ``LocalProtocolError`` when the session is over or
        awaits the bot."""
        if isinstance(intention, Say):
            self._ask(intention, mono)
        else:
            self._end(Input.CLOSE, Outcome.CLOSED, message=intention.reason)

    def receive(self, what: Response | Lost | Callback) -> None:
        """What came of a turn, or a reply by ``outgoing/messages``. Never raises for what the peer does."""
        if isinstance(what, Callback):
            self._called_back(what)
        elif what.turn in self._unacknowledged:
            self._acknowledged_late(what)
        elif self.state is State.ASKING and what.turn == self.turns:
            self._responded(what)
        elif not self.is_over:
            raise LocalProtocolError(f"bot session: turn {what.turn} awaits no response in state {self.state.value}")

    def tick(self, mono: float) -> None:
        """Time passed."""
        if self._answer_by is not None and mono >= self._answer_by:
            text = f"within {self.terms.answer:g} s"
            self._fail_by(Fault(rule="BC-01.time", path="", expected=f"there {text}", observed="missing"))

    def next_deadline(self) -> tuple[float, str] | None:
        """(monotonic seconds, "peer") while the bot is awaited, or None."""
        return None if self._answer_by is None else (self._answer_by, "peer")

    def events(self) -> list[Event]:
        """What happened, in order; each is given once."""
        given, self._events = self._events, []
        return given

    def data_to_send(self) -> list[Turn]:
        """The turns to post now; each is given once."""
        given, self._out = self._out, []
        return given

    def _ask(self, say: Say, mono: float) -> None:
        self._move(Input.ASK)
        self.turns += 1
        given = {**self.opening.parameters, **self.variables} if self.terms.repeats_parameters else None
        first = dict(self.opening.parameters) if self.turns == 1 else given
        self._answer_by = mono + self.terms.answer
        self._out.append(Turn(self.turns, bytes(self._utterance(say, first)), self._answer_by))

    def _utterance(self, say: Say, parameters: dict[str, str] | None) -> Utterance:
        opening = self.opening
        return Utterance(
            bot=opening.bot,
            version=opening.version,
            session=opening.session,
            conversation=opening.conversation,
            message=say.message,
            language=opening.language,
            timeout=opening.timeout,
            parameters=parameters,
            message_id=say.message_id if self.terms.variant is Variant.V2 else "",
        )

    def _responded(self, what: Response | Lost) -> None:
        if isinstance(what, Lost):
            self._fail_by(Fault(rule="BC-01.lost", path="", expected="there", observed=what.detail[:200]))
            return
        read = read_response(what, self.terms.variant, self.terms.answer_bytes)
        if what.seconds > self.terms.slow:
            self._slow(what.seconds)
        if isinstance(read, Acknowledged):
            self._report(read.faults.found)
            self._move(Input.ACCEPTED)
        else:
            self._read(read)

    def _slow(self, seconds: float) -> None:
        rule = "BC-02" if self.terms.variant is Variant.V1 else "BC-41.ack"
        expected = f"there within {self.terms.slow:g} s"
        observed = f"there after {seconds:.1f} s"
        self._report([Fault(rule=rule, path="", expected=expected, observed=observed, is_fatal=False)])

    def _acknowledged_late(self, what: Response | Lost) -> None:
        """The response of a turn that a reply has answered already."""
        self._unacknowledged.discard(what.turn)
        if isinstance(what, Response):
            read = read_response(what, self.terms.variant, self.terms.answer_bytes)
            if isinstance(read, Reading) and read.answer is not None:
                self._ignored("BC-41.double", "one answer to a turn", "a second one in the response")
            else:
                self._report(read.faults if isinstance(read, Reading) else read.faults.found)

    def _called_back(self, callback: Callback) -> None:
        if self.terms.variant is Variant.V1:
            self._ignored("BC-41.variant", "in the response (v1)", "sent to outgoing/messages")
        elif self.is_over:
            self._ignored("BC-41.final", "the only final one", f"sent after the session {self.state.value}")
        elif self.state is State.READY:
            self._ignored("BC-41.early", "after a turn", "before the first turn")
        elif (wrong := self._stranger(callback.body)) is not None:
            self._ignored("BC-41.same", *wrong)
        else:
            if self.state is State.ASKING:
                self._unacknowledged.add(self.turns)
            self._read(read_answer(dict(callback.body), Variant.V2))

    def _stranger(self, body: Mapping[str, Any]) -> tuple[str, str] | None:
        """What says that a reply belongs to another session."""
        opening = self.opening
        mine = (("botSessionId", opening.session), ("botId", opening.bot), ("botVersion", opening.version))
        for key, value in mine:
            if body.get(key) != value:
                return f"with {key} {value!r}", f"with {shown(body.get(key))}"
        return None

    def _read(self, reading: Reading) -> None:
        faults = list(reading.faults)
        answer = reading.answer
        if answer is not None:
            judged = judge_answer(answer, self.terms.variant, self.declared)
            faults += judged.faults
            answer = judged.answer
        if answer is None:
            fatal = next(fault for fault in faults if fault.is_fatal)
            self._report(fault for fault in faults if fault is not fatal)
            self._fail_by(fatal)
            return
        self._report(faults)
        self._answered(answer)

    def _answered(self, answer: BotAnswer) -> None:
        self.variables.update(answer.parameters)
        size = sum(len(name) + len(value) for name, value in self.variables.items())
        if size > VARIABLES_MAX:
            expected = f"texts of {VARIABLES_MAX} characters at most over a session"
            self._fail_by(Fault(rule="BC-10", path="parameters", expected=expected, observed=f"{size} characters"))
            return
        if self._is_circling(answer):
            most = self.terms.same_intent
            expected = f"another after {most} turns, or a changed slot"
            self._fail_by(Fault(rule="BC-15", path="intent", expected=expected, observed=shown(answer.intent)))
            return
        self._events.append(Replied(self.turns, answer))
        if answer.state is BotState.COMPLETE:
            self._end(Input.COMPLETE, Outcome.SUCCESS, answer)
        elif answer.state is BotState.FAILED:
            code = answer.error.code[:ERROR_MAX] if answer.error is not None else ""
            text = answer.error.message[:ERROR_MAX] if answer.error is not None else ""
            self._end(Input.FAIL, Outcome.FAILURE, answer, code or ErrorType.FAILED.value, text)
        else:
            self._move(Input.MORE)
            self._answer_by = None

    def _is_circling(self, answer: BotAnswer) -> bool:
        """More turns in a row with one intent and unchanged slots than the loop guard lets pass."""
        if self.terms.same_intent == 0 or answer.state is not BotState.MORE_DATA or answer.intent is None:
            self._same, self._last = 0, None
            return False
        now = (answer.intent, answer.values)
        self._same = self._same + 1 if now == self._last else 1
        self._last = now
        return self._same > self.terms.same_intent

    def _report(self, faults: Iterable[Fault]) -> None:
        self._events.extend(Faulted(self.turns, fault) for fault in faults)

    def _ignored(self, rule: str, expected: str, observed: str) -> None:
        self._report([Fault(rule=rule, path="", expected=expected, observed=Said(observed), is_fatal=False)])

    def _fail_by(self, fault: Fault) -> None:
        self._report([fault])
        self._end(Input.FAIL, Outcome.FAILURE, None, error_of(fault).value, diagnosis_of(fault).text)

    def _end(
        self, input_: Input, outcome: Outcome, answer: BotAnswer | None = None, kind: str = "", message: str = ""
    ) -> None:
        self._move(input_)
        self._answer_by = None
        self._out.clear()
        self._events.append(Ended(outcome, answer, dict(self.variables), kind, message, self.turns))

    def _move(self, input_: Input) -> None:
        following = TRANSITIONS[self.state].get(input_)
        if following is None:
            raise LocalProtocolError(f"bot session: {input_.value} is not possible in state {self.state.value}")
        self.state = following
