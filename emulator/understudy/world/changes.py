"""What an org tells the outside: changes (what happened), effects (what must now be said), notes (causes)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Change:
    """Something happened. ``kind`` is dotted (``conversation.started``), ``data`` JSON-able, ``at`` the org's time.

    Waiting tests, notifications and the console read changes through a cursor.
    """

    number: int
    kind: str
    at: float
    conversation: str | None = None
    customer: str | None = None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Effect:
    """Something must now be said to a peer by one interface's driver, which reports the outcome as a command."""

    number: int
    interface: str
    kind: str
    at: float
    conversation: str | None = None
    customer: str | None = None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Note:
    """A cause for the record: flow step, permission decision, fault, clock jump, link to a conversation."""

    name: str
    conversation: str | None = None
    customer: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    place: int = 0  # the number of the change that comes next: notes and changes are told in one order
