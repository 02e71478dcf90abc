"""Which word makes the bot do what: the one table, and how an utterance is looked up in it.

A *phrase* can be set (an environment variable of that name, a named setting of a suite); a *word* can't. Letter case
and blanks at the ends don't count. Whatever is in neither table is repeated: "You said: …".
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Act(StrEnum):
    """What the bot can be made to do."""

    GREET = "greet"
    TALK = "talk"
    ORDER = "order"
    COMPLETE = "complete"
    HAND_OFF = "hand_off"
    END = "end"
    FAIL = "fail"
    TELL = "tell"
    TYPES = "types"
    ALL_STRUCTURES = "all_structures"
    QUICK_REPLIES = "quick_replies"
    CARD = "card"
    CAROUSEL = "carousel"
    UNSUPPORTED = "unsupported"
    SLOW = "slow"
    LATER = "later"
    REPEAT = "repeat"


PHRASES: Final[Mapping[str, tuple[str, Act, str]]] = {  # setting → (default, act, what it does)
    "HANDOFF_PHRASE": ("agent please", Act.HAND_OFF, "Complete with intent Handoff; also within a longer text"),
    "END_PHRASE": ("bye", Act.END, "Complete with intent Goodbye"),
    "FAIL_PHRASE": ("fail please", Act.FAIL, "Failed with errorInfo"),
    "COMPLETE_PHRASE": ("done", Act.COMPLETE, "Complete with intent Success and slot processedTimestamp"),
    "ORDER_PHRASE": ("order", Act.ORDER, "asks for an item and a number, then as COMPLETE_PHRASE; may name the item"),
    "STRUCTURED_PHRASE": ("show options", Act.ALL_STRUCTURES, "quick replies, a card and a carousel"),
    "CONTEXT_PHRASE": ("what do you know", Act.TELL, "tells the session variables that turn 1 brought"),
    "TYPES_PHRASE": ("all types", Act.TYPES, "Complete with intent Types and a slot of every type"),
    "UNSUPPORTED_PHRASE": ("show unsupported", Act.UNSUPPORTED, "an output type that the channel does not have"),
    "SLOW_PHRASE": ("take your time", Act.SLOW, "answers after SLOW_SECONDS"),
    "ASYNC_PHRASE": ("think about it", Act.LATER, "v2: acknowledges, and replies by the Platform API"),
}
WORDS: Final[Mapping[str, Act]] = {
    "hi": Act.GREET,
    "hello": Act.GREET,
    "weather": Act.TALK,
    "joke": Act.TALK,
    "quick replies": Act.QUICK_REPLIES,
    "card": Act.CARD,
    "carousel": Act.CAROUSEL,
}


def defaults() -> dict[str, str]:
    """The phrases as they are where nobody set them."""
    return {name: default for name, (default, _, _) in PHRASES.items()}


class Words:
    """Looks utterances up."""

    def __init__(self, phrases: Mapping[str, str]) -> None:
        self._acts = dict(WORDS) | {folded(phrases[name]): act for name, (_, act, _) in PHRASES.items()}
        self.hand_off, self.order = folded(phrases["HANDOFF_PHRASE"]), folded(phrases["ORDER_PHRASE"])

    def look_up(self, utterance: str) -> tuple[Act, str]:
        """(what to do, the rest of the utterance where there is a rest that counts)."""
        said = folded(utterance)
        if not said:
            return Act.GREET, ""
        if act := self._acts.get(said):
            return act, ""
        if self.hand_off in said:
            return Act.HAND_OFF, ""
        if said.startswith(f"{self.order} "):
            return Act.ORDER, utterance.strip()[len(self.order) :].strip()
        return Act.REPEAT, ""


def folded(text: str) -> str:
    """Without what does not count."""
    return text.strip().casefold()
