"""An org's changes on their way to its sockets: a cursor, and the hold on the org while something waits to be said."""

from __future__ import annotations

from collections.abc import Sequence

from understudy.errors import Lost
from understudy.world.changes import Change
from understudy.world.org import Org


class Feed:
    """Reads from the moment it is made. ``sockets`` counts who needs it."""

    def __init__(self, org: Org) -> None:
        self.org = org
        self.sockets = 0
        self._cursor = org.changes.end
        self._holds = False

    def hold(self) -> bool:
        """The org changed: it is not quiet until ``read``. Returns whether there is something new to read."""
        if self._holds or self.org.changes.end == self._cursor:
            return False
        self._holds = True
        self.org.open_exchanges += 1
        return True

    def release(self) -> None:
        """What was read has been said."""
        if self._holds:
            self._holds = False
            self.org.open_exchanges -= 1

    def read(self) -> tuple[Sequence[Change], int]:
        """The changes since the last call, and how many were lost before they could be read."""
        ring, lost = self.org.changes, 0
        try:
            changes = ring.read(self._cursor)
        except Lost as error:
            lost = error.count
            changes = ring.read(ring.start)
        self._cursor = ring.end
        return changes, lost
