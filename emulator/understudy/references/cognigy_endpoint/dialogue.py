"""The bot: what it answers, from the words of an utterance and what the session remembers.

It repeats what it does not understand as plain text, it names no intent a third time in a row while the slots stay the
same (the loop guard of v1: facts messaging §3.1), and it says nothing that its list does not declare.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from . import spoken as form
from .bots import LANGUAGES, SLOT, SUCCESS, Bots
from .careless import follow, shaped
from .sessions import SAID_LENGTH, SAID_MAX, Session
from .spoken import Spoken, text
from .turn import Turn
from .words import Act, Words, folded

REPEATED_MAX: Final = 1_000  # characters that are repeated
QUANTITY: Final = re.compile(r"[1-9][0-9]?")
GREETING: Final = "Hello, I am the assistant. What can I do for you?"
UNDECLARED: Final = "Finished"  # with the fault undeclared_intent
FALLBACK_LANGUAGE: Final = LANGUAGES[0]


class Bot:
    """Answers turns. ``other`` is a session that had a turn between two of this one, which only a fault asks
    for."""

    def __init__(
        self,
        words: Words,
        bots: Bots,
        stopping: threading.Event,
        slow: float,
        faults: frozenset[str],
        other: Callable[[Session], Session | None],
    ) -> None:
        self._words, self._bots, self._stopping, self._slow = words, bots, stopping, slow
        self._faults, self._other = faults, other
        self._acts: dict[Act, Callable[[Session, Turn, str], Spoken]] = {
            Act.GREET: self._greet,
            Act.TALK: self._talk,
            Act.ORDER: self._order,
            Act.COMPLETE: self._complete,
            Act.HAND_OFF: self._hand_off,
            Act.END: self._end,
            Act.FAIL: self._fail,
            Act.TELL: self._tell,
            Act.TYPES: self._types,
            Act.ALL_STRUCTURES: self._structures,
            Act.QUICK_REPLIES: self._structures,
            Act.CARD: self._structures,
            Act.CAROUSEL: self._structures,
            Act.UNSUPPORTED: self._unsupported,
            Act.SLOW: self._slowly,
            Act.LATER: self._later,
            Act.REPEAT: self._repeat,
        }

    def answer(self, session: Session, turn: Turn) -> Spoken:
        """What the bot says; changes what the session remembers."""
        if session.stuck:
            raise RuntimeError("the session never came back")
        self._trip(turn)
        if "follows_links" in self._faults:
            follow(turn.text)
        if turn.files and not turn.text:
            spoken = self._thank(turn)
        else:
            act, rest = self._words.look_up(turn.utterance)
            if self._is_deaf_to(act):
                act = Act.REPEAT
            spoken = self._acts[act](session, turn, rest)
        session.said = [*session.said, turn.text[-SAID_LENGTH:]][-SAID_MAX:]
        return self._declared(session, self._in_language(turn, spoken))

    def _trip(self, turn: Turn) -> None:
        """Faults that fail for what a turn is like."""
        failures = {
            "empty_is_500": not turn.utterance.strip() and not turn.files,
            "attachment_is_500": bool(turn.files),
            "long_is_500": len(turn.text) > REPEATED_MAX,
            "language_is_500": folded(turn.language) not in (*LANGUAGES, ""),
            "spelling_is_500": turn.language not in LANGUAGES and folded(turn.language) in LANGUAGES,
        }
        for name, fails in failures.items():
            if fails and name in self._faults:
                raise RuntimeError(name)

    def _is_deaf_to(self, act: Act) -> bool:
        return (act is Act.HAND_OFF and "no_handoff" in self._faults) or (act is Act.END and "no_end" in self._faults)

    def _greet(self, session: Session, turn: Turn, rest: str) -> Spoken:
        return Spoken(state="MoreData", intent="Greeting", messages=(text(GREETING),))

    def _talk(self, session: Session, turn: Turn, rest: str) -> Spoken:
        return Spoken(state="MoreData", intent="Smalltalk", messages=(text("The sun shines where the servers are."),))

    def _thank(self, turn: Turn) -> Spoken:
        names = ", ".join(name for name in turn.files if name) or "the file"
        words = f"Thank you for {names}. I can't open files, but a person can."
        return Spoken(state="MoreData", intent="Fallback", messages=(text(words),))

    def _order(self, session: Session, turn: Turn, rest: str) -> Spoken:
        session.slots = {}
        session.stage = "item"
        return self._ordered(session, rest) if rest else self._ask("What would you like to order?", session)

    def _ordered(self, session: Session, said: str) -> Spoken:
        """The answer to the open question."""
        said = said.strip()[:REPEATED_MAX]
        if session.stage == "item":
            session.slots, session.stage = {"item": said}, "quantity"
            return self._ask(f"How many of {said}?", session)
        if not QUANTITY.fullmatch(said):
            return self._ask("Please give a number from 1 to 99.", session)
        order = f"{said} x {self._own(session).slots.get('item', '')}"
        return self._completed(f"Thank you, that is {order}.", {"order": order})

    def _ask(self, question: str, session: Session) -> Spoken:
        return Spoken(state="MoreData", intent="Order", slots=dict(session.slots), messages=(text(question),))

    def _complete(self, session: Session, turn: Turn, rest: str) -> Spoken:
        return self._completed("That is done.", {})

    def _completed(self, words: str, parameters: dict[str, str]) -> Spoken:
        value: Any = "soon" if "wrong_slot_type" in self._faults else time.time_ns() // 1_000_000
        is_declared = "undeclared_intent" not in self._faults
        return Spoken(
            state="Complete",
            intent=SUCCESS if is_declared else UNDECLARED,
            slots={SLOT: value} if is_declared and "no_slots" not in self._faults else {},
            parameters=parameters,
            messages=(text(words),),
        )

    def _hand_off(self, session: Session, turn: Turn, rest: str) -> Spoken:
        summary = " / ".join([*session.said, turn.text])[-REPEATED_MAX:]
        context = {"reason": "The customer asked for a person.", "summary": summary}
        return Spoken(
            state="Complete",
            intent="Handoff",
            slots={"reason": "asked"},
            parameters={} if "no_handoff_context" in self._faults else context,
            messages=(text("I am getting a person for you."),),
        )

    def _end(self, session: Session, turn: Turn, rest: str) -> Spoken:
        return Spoken(state="Complete", intent="Goodbye", messages=(text("Goodbye."),))

    def _fail(self, session: Session, turn: Turn, rest: str) -> Spoken:
        if "fails_as_success" in self._faults:
            return self._completed("That did not work.", {})
        error = None if "fails_silently" in self._faults else ("ORDERS_DOWN", "The order system does not answer.")
        return Spoken(state="Failed", error=error, messages=(text("I can't do that now."),))

    def _tell(self, session: Session, turn: Turn, rest: str) -> Spoken:
        known = ", ".join(f"{name}={value}" for name, value in sorted(self._own(session).parameters.items()))
        return Spoken(state="MoreData", intent="Context", messages=(text(f"I know: {known or 'nothing'}"),))

    def _own(self, session: Session) -> Session:
        """Whose memory is asked."""
        other = self._other(session) if "leaks_between_sessions" in self._faults else None
        return other or session

    def _types(self, session: Session, turn: Turn, rest: str) -> Spoken:
        values: dict[str, Any] = {
            "text": "tea",
            "count": 42,
            "price": 42.5,
            "wait": "P1D",
            "wanted": True,
            "total": {"amount": 17.5, "code": "USD"},
            "when": "1955-11-05T12:00:00",
        }
        plural = {"texts": "text", "counts": "count", "prices": "price", "waits": "wait", "wishes": "wanted"}
        plural |= {"totals": "total", "times": "when"}
        slots = values | {name: [values[one]] * 2 for name, one in plural.items()}
        return Spoken(state="Complete", intent="Types", slots=slots, messages=(text("One of every type."),))

    def _structures(self, session: Session, turn: Turn, rest: str) -> Spoken:
        act = self._words.look_up(turn.utterance)[0]
        made = {Act.QUICK_REPLIES: form.quick_replies, Act.CARD: form.card, Act.CAROUSEL: form.carousel}
        phrases = (self._words.order, self._words.hand_off)
        wanted = tuple(make(*phrases) for one, make in made.items() if act in (one, Act.ALL_STRUCTURES))
        if "bad_structures" in self._faults:
            wanted = tuple(form.spoilt(message) for message in wanted)
        return Spoken(state="MoreData", intent="Options", messages=wanted)

    def _unsupported(self, session: Session, turn: Turn, rest: str) -> Spoken:
        words = "" if "no_fallback_text" in self._faults else "A form."
        message = {"type": "Structured", "text": words, "content": [{"contentType": "AdaptiveCard"}]}
        return Spoken(state="MoreData", intent="Options", messages=(message,))

    def _slowly(self, session: Session, turn: Turn, rest: str) -> Spoken:
        session.stuck = "sticks_when_slow" in self._faults
        self._stopping.wait(self._slow)
        return Spoken(state="MoreData", intent="Smalltalk", messages=(text("That took a while."),))

    def _later(self, session: Session, turn: Turn, rest: str) -> Spoken:
        words = text("I have thought about it.")
        return Spoken(state="MoreData", intent="Smalltalk", messages=(words,), is_later=True)

    def _repeat(self, session: Session, turn: Turn, rest: str) -> Spoken:
        if session.stage:
            return self._ordered(session, turn.utterance)
        words = shaped(turn.utterance, self._faults)
        if len(words) > REPEATED_MAX:
            words = f"{words[:REPEATED_MAX]}… That was long: {len(words)} characters."
        return Spoken(state="MoreData", intent="Fallback", messages=(text(f"You said: {words}"),))

    def _in_language(self, turn: Turn, spoken: Spoken) -> Spoken:
        """The bot speaks one language and says so to whoever asks in another."""
        if folded(turn.language) in (*LANGUAGES, ""):
            return spoken
        return replace(spoken, parameters=spoken.parameters | {"languageFallback": FALLBACK_LANGUAGE})

    def _declared(self, session: Session, spoken: Spoken) -> Spoken:
        """The same with an intent that the list has, and that is not said too often."""
        if spoken.intent in (None, UNDECLARED):
            return spoken
        intent: str | None = spoken.intent
        if spoken.state == "Complete":
            if not self._bots.declares(spoken.intent):
                return self._completed_as_declared(spoken)
        elif not self._bots.declares(spoken.intent):
            intent = None
        now = (intent, json.dumps(spoken.slots, sort_keys=True))
        if intent is not None and session.intents[-2:] == [now, now] and "loops" not in self._faults:
            now = (intent := "More", now[1])
        session.intents = [*session.intents, now][-2:]
        known = self._bots.slots(intent)
        return replace(spoken, intent=intent, slots={name: v for name, v in spoken.slots.items() if name in known})

    def _completed_as_declared(self, spoken: Spoken) -> Spoken:
        own = self._completed("", spoken.parameters | {"intent": spoken.intent or ""})
        return replace(own, messages=spoken.messages)
