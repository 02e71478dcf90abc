"""Limits of the platform, read from ``contracts/limits/*.toml``: one versioned file drives emulator, tests and docs.

A limit is a table ``[namespace]`` with ``key = {value, unit, source, certainty}``; ``relaxed`` names the value that
``--limits relaxed`` uses where a load test must not meet it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from understudy.errors import SettingsError, nearest
from understudy.material import material

CURRENT = "2026-11.toml"


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit: its value in ``unit``, where it comes from, and how sure that is."""

    namespace: str
    key: str
    value: float
    unit: str
    source: str
    certainty: str


class Limits:
    """All limits in force. ``limits.value("rate", "requests.per.token")`` is a number in the limit's unit."""

    def __init__(self, name: str, limits: dict[tuple[str, str], Limit]) -> None:
        self.name, self._limits = name, limits

    def value(self, namespace: str, key: str) -> float:
        """The value of a limit; a name that the file lacks is a ``SettingsError`` with the nearest one."""
        found = self._limits.get((namespace, key))
        return found.value if found is not None else self.limit(namespace, key).value

    def limit(self, namespace: str, key: str) -> Limit:
        """A limit with its source."""
        found = self._limits.get((namespace, key))
        if found is None:
            known = [".".join(pair) for pair in self._limits]
            raise SettingsError("limit", f"{namespace}.{key}", nearest(f"{namespace}.{key}", known))
        return found

    def all(self) -> list[Limit]:
        """Every limit, in the file's order."""
        return list(self._limits.values())


def load_limits(choice: str = "real") -> Limits:
    """``real``, ``relaxed``, or the path of a file of the same form."""
    named = choice in ("real", "relaxed")
    path = material("contracts") / "limits" / CURRENT if named else Path(choice)
    if not path.is_file():
        raise SettingsError("limits", choice, "give real, relaxed or the path of a limits file")
    try:
        document = tomllib.loads(path.read_text("utf-8"))
        return Limits(choice, _limits(document, relaxed=choice == "relaxed"))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise SettingsError("limits", str(path), f"not a limits file: {error}") from error


def _limits(document: dict[str, dict[str, dict[str, object]]], *, relaxed: bool) -> dict[tuple[str, str], Limit]:
    found: dict[tuple[str, str], Limit] = {}
    for namespace, keys in document.items():
        for key, entry in keys.items():
            value = entry["relaxed"] if relaxed and "relaxed" in entry else entry["value"]
            found[namespace, key] = Limit(
                namespace, key, float(str(value)), str(entry["unit"]), str(entry["source"]), str(entry["certainty"])
            )
    return found
