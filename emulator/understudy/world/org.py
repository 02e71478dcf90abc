"""One organisation: configuration, live objects, and ``perform``, the only way to change them.

``perform(command)`` runs to the end without awaiting, so there are no locks. It appends changes, effects and notes;
whoever listens (``listeners``) drains them. The handlers of commands are one literal table, handed in by the emulator.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from understudy.clock import OrgClock
from understudy.conversations.model import Conversation
from understudy.ids import Ids
from understudy.limits import Limits
from understudy.world.changes import Change, Effect, Note
from understudy.world.entities import Entities, Entity
from understudy.world.ring import Ring
from understudy.world.schedule import Schedule
from understudy.world.tokens import Token

CHANGES_KEPT = 20_000  # a waiting test reads within milliseconds; the ring only has to outlive a pause of the reader
WRITES_KEPT = 100  # of one call; nobody is asked to remember the rest

Handler = Callable[["Org", Any], Any]


class Org:
    """What Genesys knows of one customer organisation."""

    def __init__(
        self, id_: str, name: str, *, clock: OrgClock, ids: Ids, limits: Limits, commands: Mapping[type, Handler]
    ) -> None:
        self.id, self.name = id_, name
        self.clock, self.ids, self.limits = clock, ids, limits
        self._commands = commands
        self.entities = Entities()
        self.grants_version = 0  # raised whenever a role or grant changes: cached permission masks go stale
        self.tokens: dict[str, Token] = {}
        self.conversations: dict[str, Conversation] = {}
        self.live: dict[str, Any] = {}  # live objects of one interface, under the interface's name
        self.schedule = Schedule()
        self.changes: Ring[Change] = Ring(CHANGES_KEPT)
        self.effects: dict[str, deque[Effect]] = {}
        self.notes: deque[Note] = deque()
        self.writes: deque[tuple[Entity | None, Entity | None]] = deque(maxlen=WRITES_KEPT)  # (before, after)
        self.listeners: list[Callable[[Org], None]] = []
        self.open_exchanges = 0  # exchanges under way in either direction; ``advance`` waits for none
        self._effect_number = 0
        self._depth = 0  # commands under way: a handler may perform a further command

    def now(self) -> float:
        """The org's time."""
        return self.clock.now()

    def perform(self, command: object) -> Any:
        """Carry out a command; raises ``Refused`` when the platform would. What it returns is the handler's affair.

        A handler may perform a further command; listeners are told once, when the outermost one is done.
        """
        self._depth += 1
        try:
            return self._commands[type(command)](self, command)
        finally:
            self._depth -= 1
            if self._depth == 0:
                self._tell()

    def tick(self, horizon: float = 0.0) -> int:
        """Perform every command that is due by now; returns how many. ``horizon`` is where an advance will end."""
        fired = 0
        now = self.now()
        while due := self.schedule.pop(now, horizon):
            self.perform(due.command)
            fired += 1
        return fired

    def changed(
        self, kind: str, /, *, conversation: str | None = None, customer: str | None = None, **data: Any
    ) -> None:
        """Append a change (handlers only)."""
        self.changes.append(Change(self.changes.end, kind, self.now(), conversation, customer, data))

    def say(
        self, interface: str, kind: str, /, *, conversation: str | None = None, customer: str | None = None, **data: Any
    ) -> int:
        """Append an effect for an interface's driver (handlers only); returns its number."""
        self._effect_number += 1
        effect = Effect(self._effect_number, interface, kind, self.now(), conversation, customer, data)
        self.effects.setdefault(interface, deque()).append(effect)
        return effect.number

    def note(self, name: str, /, *, conversation: str | None = None, customer: str | None = None, **data: Any) -> None:
        """Append a note for the record (handlers and behaviours)."""
        self.notes.append(Note(name, conversation, customer, data, self.changes.end))

    def take_effects(self, interface: str) -> list[Effect]:
        """The effects an interface has not taken yet (its driver only)."""
        waiting = self.effects.get(interface)
        if not waiting:
            return []
        taken = list(waiting)
        waiting.clear()
        return taken

    def is_quiet(self) -> bool:
        """No effect is queued and no exchange is open either way."""
        return self.open_exchanges == 0 and not any(self.effects.values())

    def _tell(self) -> None:
        for listener in self.listeners:
            listener(self)
