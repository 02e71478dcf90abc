"""What the bot declares: one table, served as v1's PUT body and as v2's ``GET bots``.

``guide`` is the body of the guide to the letter: only intent Success with slot processedTimestamp. ``full`` declares
everything that this bot can say. With ``guide`` the bot keeps to what that declares: it completes with Success and
names no other intent, which would be a failure of the flow (facts: messaging §3.1, undeclared intent).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

NAME: Final = "Cognigy.AI Bot"
VERSION: Final = "1"
LANGUAGES: Final = ("en-us",)
SUCCESS: Final = "Success"
SLOT: Final = "processedTimestamp"
GUIDE: Final[Mapping[str, Mapping[str, str]]] = {SUCCESS: {SLOT: "integer"}}
FULL: Final[Mapping[str, Mapping[str, str]]] = {
    **GUIDE,
    "Handoff": {"reason": "String"},
    "Goodbye": {},
    "Greeting": {},
    "Smalltalk": {},
    "Order": {"item": "String", "quantity": "Integer"},
    "Options": {},
    "Context": {},
    "Fallback": {},
    "More": {},  # stands in where an intent would be said a third time in a row
    "Types": {
        "text": "String",
        "count": "Integer",
        "price": "Decimal",
        "wait": "Duration",
        "wanted": "Boolean",
        "total": "Currency",
        "when": "Datetime",
        "texts": "StringCollection",
        "counts": "IntegerCollection",
        "prices": "DecimalCollection",
        "waits": "DurationCollection",
        "wishes": "BooleanCollection",
        "totals": "CurrencyCollection",
        "times": "DatetimeCollection",
    },
}
LISTS: Final[Mapping[str, Mapping[str, Mapping[str, str]]]] = {"guide": GUIDE, "full": FULL}


class Bots:
    """The one bot there is, under ``id_``."""

    def __init__(self, id_: str, declares: str, faults: frozenset[str] = frozenset()) -> None:
        self._id, self._intents, self._faults = id_, LISTS[declares], faults

    def knows(self, bot: str, version: str) -> bool:
        """Whether this is our bot in a version there is."""
        return bot == self._id and version == VERSION

    def declares(self, intent: str) -> bool:
        """Whether the list has the intent."""
        return intent in self._intents

    def slots(self, intent: str | None) -> dict[str, str]:
        """The declared slots of an intent, of all intents where there is none: name → type."""
        if intent is not None:
            return dict(self._intents.get(intent, {}))
        return {name: kind for slots in self._intents.values() for name, kind in slots.items()}

    def body(self) -> dict[str, Any]:
        """The body of v1's PUT."""
        intents = [
            {"name": intent, "slots": {name: {"name": name, "type": kind} for name, kind in slots.items()}}
            for intent, slots in self._intents.items()
        ]
        if "long_name" in self._faults:
            intents.append({"name": "n" * 101, "slots": {}})
        versions = [{"version": VERSION, "supportedLanguages": list(LANGUAGES), "intents": intents}]
        return {"chatBots": [{"id": self._id, "name": NAME, "versions": versions}]}

    def listing(self) -> dict[str, Any]:
        """v2: all bots."""
        bots = [self.bot(self._id)]
        return {"entities": bots * 2 if "repeats_bot" in self._faults else bots}

    def bot(self, id_: str) -> dict[str, Any] | None:
        """v2: one bot, None where there is none."""
        if id_ != self._id and "any_bot" not in self._faults:
            return None
        intents = [
            {"name": intent, "entities": [{"name": name, "type": kind} for name, kind in slots.items()]}
            for intent, slots in self._intents.items()
        ]
        versions = [{"version": VERSION, "supportedLanguages": list(LANGUAGES), "intents": intents}]
        return {"id": self._id, "name": NAME, "provider": "Cognigy", "description": "", "versions": versions}
