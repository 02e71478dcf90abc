"""What a v2 provider answers to ``GET …/bots`` and ``GET …/bots/{id}`` (facts: messaging §3.3), read totally.

A bot that can't be read is a fault and left out. What is read has the form in which the platform keeps bots
(``BotConnectorBot`` of v1: intents with a map of ``slots``), so that ``replace_bots`` and ``Declared.of`` take it.
"""

from __future__ import annotations

from typing import Any, Final

from understudy.bot_connector.answers import object_in
from understudy.bot_connector.faults import Faults
from understudy.bot_connector.slots import COLLECTION, SCALARS

RULE: Final = "BC-38"
TYPES: Final = frozenset(f"{name}{end}" for name in SCALARS for end in ("", COLLECTION))


def read_bots(body: bytes, faults: Faults) -> list[dict[str, Any]]:
    """The bots of ``{"entities": […]}``."""
    data = object_in(body, faults)
    if data is None:
        return []
    given = data.get("entities")
    if not isinstance(given, list):
        faults.add(RULE, "entities", "an array", given)
        return []
    found: dict[str, dict[str, Any]] = {}
    for i, item in enumerate(given):
        bot = _bot(item, f"entities[{i}]", faults)
        if bot is not None and bot["id"] in found:
            faults.add(RULE, f"entities[{i}].id", "an id that stands once", bot["id"])
        elif bot is not None:
            found[bot["id"]] = bot
    return list(found.values())


def read_bot(body: bytes, faults: Faults) -> dict[str, Any] | None:
    """One bot, or None."""
    data = object_in(body, faults)
    return None if data is None else _bot(data, "", faults)


def _bot(item: Any, path: str, faults: Faults) -> dict[str, Any] | None:
    if not isinstance(item, dict):
        faults.add(RULE, path, "an object", item)
        return None
    id_, name = (_word(item, key, path, faults) for key in ("id", "name"))
    given = item.get("versions")
    if not isinstance(given, list) or not given:
        faults.add(RULE, f"{path}.versions", "an array that is not empty", given)
        return None
    versions = [_version(one, f"{path}.versions[{i}]", faults) for i, one in enumerate(given)]
    kept = [version for version in versions if version is not None]
    if id_ is None or name is None or not kept:
        return None
    description = item.get("description")
    told = {"description": description} if isinstance(description, str) else {}
    return {"id": id_, "name": name, **told, "versions": kept}


def _version(item: Any, path: str, faults: Faults) -> dict[str, Any] | None:
    if not isinstance(item, dict):
        faults.add(RULE, path, "an object", item)
        return None
    version = _word(item, "version", path, faults)
    languages, intents = item.get("supportedLanguages"), item.get("intents")
    if not isinstance(languages, list) or not all(isinstance(one, str) for one in languages):
        faults.add(RULE, f"{path}.supportedLanguages", "an array of strings", languages)
        return None
    if not isinstance(intents, list):
        faults.add(RULE, f"{path}.intents", "an array", intents)
        return None
    read = [_intent(one, f"{path}.intents[{i}]", faults) for i, one in enumerate(intents)]
    if version is None:
        return None
    return {"version": version, "supportedLanguages": languages, "intents": [one for one in read if one is not None]}


def _intent(item: Any, path: str, faults: Faults) -> dict[str, Any] | None:
    if not isinstance(item, dict):
        faults.add(RULE, path, "an object", item)
        return None
    name = _word(item, "name", path, faults)
    given = item.get("entities")
    if given is not None and not isinstance(given, list):
        faults.add(RULE, f"{path}.entities", "an array", given)
        return None
    slots: dict[str, dict[str, str]] = {}
    for i, entity in enumerate(given or ()):
        here = f"{path}.entities[{i}]"
        if not isinstance(entity, dict):
            faults.add(RULE, here, "an object", entity)
            continue
        slot, kind = (_word(entity, key, here, faults) for key in ("name", "type"))
        if kind is not None and kind.casefold() not in TYPES:
            faults.add(RULE, f"{here}.type", "an entity type", kind)
        elif slot is not None and kind is not None:
            slots[slot] = {"name": slot, "type": kind}
    return None if name is None else {"name": name, "slots": slots}


def _word(data: dict[str, Any], key: str, path: str, faults: Faults) -> str | None:
    value = data.get(key)
    if isinstance(value, str) and value:
        return value
    faults.add(RULE, f"{path}.{key}".lstrip("."), "a string that is not empty", value)
    return None
