"""Secrets of an exported org: they stand in the file as ``${NAME}``, their values beside the text.

What is a secret says ``contracts/redaction.toml`` of the operations of a resource, as it does for the record; of
credentials, every field is one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from understudy.orgfile.writing import Secret
from understudy.record.flags import load_flags
from understudy.world.entities import Entity

EVERY: Final = "*"  # of a path: every key or item


class Variables:
    """The variables of one file; ``values`` by name."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self._flags = load_flags().operations

    def shown(self, section: str, entity: Entity, operations: Iterable[str]) -> dict[str, Any]:
        """The body of an entity with variables for what the resource's operations keep secret."""
        body: Any = entity.body
        paths = [path for id_ in operations if id_ in self._flags for path in self._flags[id_].body]
        for path in dict.fromkeys(paths):
            body = _replaced(body, path, lambda value: self.variable(section, entity, value))
        shown: dict[str, Any] = body
        return shown

    def fields(self, section: str, entity: Entity, fields: Mapping[str, str]) -> dict[str, Secret]:
        """Variables for every one of some fields."""
        return {name: self.variable(section, entity, value) for name, value in fields.items()}

    def variable(self, section: str, entity: Entity, value: str) -> Secret:
        """A new variable, named for the entity: ``CLIENT_VENDOR_SECRET``, ``INTEGRATION_CHAT_SECRET_2``."""
        kind = "CLIENT" if section == "oauth.clients" else "INTEGRATION"
        stem = re.sub(r"[^A-Z0-9]+", "_", f"{kind}_{entity.name}_SECRET".upper()).strip("_")
        name, number = stem, 1
        while name in self.values:
            number += 1
            name = f"{stem}_{number}"
        self.values[name] = value
        return Secret(name)


def _replaced(value: Any, path: tuple[str, ...], made: Callable[[str], Secret]) -> Any:
    """``value`` with each text at and below ``path`` replaced; an empty one tells nothing and stays."""
    if isinstance(value, str):
        return made(value) if not path and value and not isinstance(value, Secret) else value
    step, rest = (path[0], path[1:]) if path else (EVERY, path)
    if isinstance(value, dict):
        return {key: _replaced(one, rest, made) if step in (EVERY, key) else one for key, one in value.items()}
    if isinstance(value, list) and step == EVERY:
        return [_replaced(one, rest, made) for one in value]
    return value
