"""What becomes of each topic, from ``contracts/notifications/topics.toml``: which changes make it, which entity it
tells of, or why it never comes; and who may read it over which transport."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from understudy.errors import ContractError
from understudy.material import material

FILE: Final = "contracts/notifications/topics.toml"
FATES: Final = ("emitted", "waiting", "entities", "later", "outside")


@dataclass(frozen=True, slots=True)
class Reading:
    """What reads the topics of a pattern: any one permission suffices. ``own``: a user needs none for a topic about
    themselves."""

    pattern: str
    permissions: tuple[str, ...]
    own: bool = False


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a topic: one of ``FATES``, by which row, and the row's value."""

    name: str
    row: str
    value: Any


class Coverage:
    """The file, read. Patterns are those of the catalogue, or end in ``*``."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.fates: Mapping[str, Mapping[str, Any]] = {name: document[name] for name in FATES}
        self.entities: Mapping[str, str] = {str(type_): topic for topic, type_ in document["entities"].items()}
        self.readings = tuple(
            Reading(row["pattern"], tuple(row["any"]), bool(row.get("own"))) for row in document["permission"]
        )
        self.preview: frozenset[str] = frozenset(document["preview"]["topics"])
        self._transports = [(str(row["pattern"]), tuple(row["transports"])) for row in document["transport"]]

    def fate(self, pattern: str) -> Fate | None:
        """What becomes of a topic: the row that names it most exactly."""
        rows = [
            Fate(name, row, value)
            for name, known in self.fates.items()
            for row, value in known.items()
            if fits(row, pattern)
        ]
        return max(rows, key=lambda fate: (not fate.row.endswith("*"), len(fate.row)), default=None)

    def transports(self, pattern: str) -> tuple[str, ...]:
        """The transports that carry a topic."""
        return next((transports for row, transports in self._transports if fits(row, pattern)), ())


def fits(row: str, pattern: str) -> bool:
    """Whether a row's pattern (a ``*`` at its end stands for anything) means a topic's."""
    return pattern.startswith(row[:-1]) if row.endswith("*") else row == pattern


def table(patterns: Iterable[str], coverage: Coverage) -> str:
    """All topics with what becomes of them, as text: one line a topic, and the count of each fate."""
    lines = [(pattern, coverage.fate(pattern)) for pattern in sorted(patterns)]
    told = [f"{fate.name:9} {pattern:90} {_text(fate.value)}" for pattern, fate in lines if fate is not None]
    counts = {name: sum(fate is not None and fate.name == name for _, fate in lines) for name in FATES}
    return "\n".join([*told, "", ", ".join(f"{name} {count}" for name, count in counts.items())])


def _text(value: Any) -> str:
    match value:
        case list():
            return ", ".join(map(str, value))
        case dict():
            return f"{value['change']}: {value['from']}"
    return str(value)


@cache
def coverage() -> Coverage:
    """The coverage of all topics: constant material, so read once a process. Raises ``ContractError``."""
    path = material(FILE)
    try:
        return Coverage(tomllib.loads(path.read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ContractError(f"{path}: not a file of topics ({error!r})") from error
