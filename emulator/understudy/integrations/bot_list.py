"""A list of bots as v1 is given it (``BotList``): what is kept of it, and what the SDK's text forbids.

facts: messaging §3.2. A slot's key may differ from its name, and slot types come in any letter case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from understudy.limits import Limits

NAMESPACE: Final = "bot-connector"
SCALARS: Final = ("String", "Integer", "Decimal", "Duration", "Boolean", "Currency", "Datetime")
SLOT_TYPES: Final[Mapping[str, str]] = {  # folded → as v2 spells it
    f"{name}{suffix}".casefold(): f"{name}{suffix}" for name in SCALARS for suffix in ("", "Collection")
}
LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")  # a W3C tag like en-us or es


def known(bot: Mapping[str, Any]) -> dict[str, Any]:
    """The bot without what its model does not know and without nulls."""
    kept = {key: bot[key] for key in ("id", "name", "description") if bot.get(key) is not None}
    versions = [
        {
            "version": one["version"],
            "supportedLanguages": one["supportedLanguages"],
            "intents": [_known_intent(intent) for intent in one["intents"]],
        }
        for one in bot["versions"]
    ]
    return {**kept, "versions": versions}


def _known_intent(intent: Mapping[str, Any]) -> dict[str, Any]:
    slots = {key: {"name": slot["name"], "type": slot["type"]} for key, slot in (intent.get("slots") or {}).items()}
    return {"name": intent["name"], "slots": slots}


def problems_of(limits: Limits, bots: list[dict[str, Any]]) -> Iterator[str]:
    """Each problem as "path says what": counts, lengths, blanks at either end, names that stand twice, languages."""
    yield from _count(limits, "chatBots", bots, "bots.max")
    yield from _twice("chatBots", [bot["id"] for bot in bots])
    for i, bot in enumerate(bots):
        here = f"chatBots[{i}]"
        if not bot["id"].strip():
            yield f"{here}.id must not be empty"
        if len(bot.get("description", "")) > (most := int(limits.value(NAMESPACE, "description.max"))):
            yield f"{here}.description must not be longer than {most} characters"
        yield from _count(limits, f"{here}.versions", bot["versions"], "versions.max")
        yield from _twice(f"{here}.versions", [one["version"] for one in bot["versions"]])
        for j, version in enumerate(bot["versions"]):
            yield from _version_problems(limits, f"{here}.versions[{j}]", version)


def _version_problems(limits: Limits, here: str, version: Mapping[str, Any]) -> Iterator[str]:
    yield from _name(limits, f"{here}.version", version["version"])
    for language in version["supportedLanguages"]:
        if not LANGUAGE.fullmatch(language):
            yield f"{here}.supportedLanguages has {language[:50]!r}, which is no language tag"
    yield from _count(limits, f"{here}.intents", version["intents"], "intents.max")
    yield from _twice(f"{here}.intents", [intent["name"] for intent in version["intents"]])
    for k, intent in enumerate(version["intents"]):
        yield from _name(limits, f"{here}.intents[{k}].name", intent["name"])
        yield from _count(limits, f"{here}.intents[{k}].slots", intent["slots"], "slots.max")
        for key, slot in intent["slots"].items():
            yield from _name(limits, f"{here}.intents[{k}].slots[{key}].name", slot["name"])
            if slot["type"].casefold() not in SLOT_TYPES:
                yield f"{here}.intents[{k}].slots[{key}].type is {slot['type'][:50]!r}, which is no slot type"


def _count(limits: Limits, where: str, found: Any, limit: str) -> Iterator[str]:
    most = int(limits.value(NAMESPACE, limit))
    if len(found) > most:
        yield f"{where} must not have more than {most} items"


def _twice(where: str, names: list[str]) -> Iterator[str]:
    if again := sorted({name for name in names if names.count(name) > 1}):
        yield f"{where} names twice: {', '.join(again)}"


def _name(limits: Limits, where: str, name: str) -> Iterator[str]:
    most = int(limits.value(NAMESPACE, "name.max"))
    if not name or name != name.strip() or len(name) > most or not name.isprintable():
        yield f"{where} must be 1 to {most} displayable characters without blanks at either end"
