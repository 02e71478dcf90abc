"""The form of a table of faults: ways in which an endpoint can be broken on purpose (``--fault NAME``).

A fault is a branch at the place it breaks; search for its name. What the Genesys client does wrong stands in
``genesys`` and is there for every endpoint that lists it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import Any


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to be wrong: what it does, and which checks and rows it must turn red, and nothing beside them."""

    summary: str
    checks: tuple[str, ...]
    rows: tuple[str, ...] = ()


def listing_of(faults: Mapping[str, Fault]) -> list[dict[str, Any]]:
    """The table as ``--list-faults`` prints it."""
    return [{"name": name, **asdict(fault)} for name, fault in faults.items()]


def nearest(name: str, faults: Mapping[str, Fault]) -> str:
    """What may have been meant."""
    close = get_close_matches(name, faults, n=1)
    return f"did you mean {close[0]!r}?" if close else "--list-faults shows them"
