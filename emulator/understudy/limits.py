"""Limits of the platform, read from ``contracts/limits/*.toml``: one versioned file drives emulator, tests and docs.

A limit is a table ``[namespace]`` with ``key = {value, unit, source, certainty}``; ``relaxed`` names the value that
``--limits relaxed`` uses where a load test must not meet it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

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
    """``real``, ``relaxed``, or the path of a file of the same form: what it leaves out is as in ``real``, an entry may
    be the value alone. Raises ``SettingsError`` for a file that is none, and for a limit that there is not."""
    current = _read(material("contracts") / "limits" / CURRENT)
    if choice in ("real", "relaxed"):
        return Limits(choice, _limits(current, relaxed=choice == "relaxed"))
    path = Path(choice)
    if not path.is_file():
        raise SettingsError("limits", choice, "give real, relaxed or the path of a limits file")
    known = _limits(current, relaxed=False)
    for (namespace, key), entry in _entries(_read(path)):
        limit = known.get((namespace, key))
        if limit is None:
            names = [".".join(pair) for pair in known]
            raise SettingsError(
                f"limits: {path.name}: limit", f"{namespace}.{key}", nearest(f"{namespace}.{key}", names)
            )
        known[namespace, key] = _own(limit, entry, path)
    return Limits(choice, known)


def _own(limit: Limit, entry: Any, path: Path) -> Limit:
    given = entry if isinstance(entry, dict) else {"value": entry}
    value = given.get("value")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        name = f"limits: {path.name}: {limit.namespace}.{limit.key}"
        raise SettingsError(name, value, f"not a limits file: give a number of {limit.unit}, 0 or more")
    return replace(
        limit, value=float(value), source=str(given.get("source", path.name)),
        certainty=str(given.get("certainty", "assumed")),
    )  # fmt: skip


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError("limits", str(path), f"not a limits file: {error}") from error
    except OSError as error:
        raise SettingsError("limits", str(path), f"can't be read: {error.strerror}") from error


def _entries(document: dict[str, Any]) -> Iterator[tuple[tuple[str, str], Any]]:
    for namespace, keys in document.items():
        if not isinstance(keys, dict):
            raise SettingsError(f"limits: {namespace}", keys, "not a limits file: give a table of limits")
        for key, entry in keys.items():
            yield (namespace, key), entry


def _limits(document: dict[str, Any], *, relaxed: bool) -> dict[tuple[str, str], Limit]:
    return {
        (namespace, key): Limit(
            namespace, key, float(entry["relaxed"] if relaxed and "relaxed" in entry else entry["value"]),
            str(entry["unit"]), str(entry["source"]), str(entry["certainty"]),
        )
        for (namespace, key), entry in _entries(document)
    }  # fmt: skip
