"""The audit trail: who changed what through the API, one entry a change, bounded in number and bytes (oldest out).

The pipeline calls ``witness`` after every call that is no GET. An entry costs a few references: the encoded bytes of
the entity before and after, which are compared only when somebody asks. Actions that store no entity (grants, members,
tokens, publishing) are listed in ``contracts/platform_api/audit.toml``; their entry carries the request's own fields.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

import orjson

from understudy.history.auditable import Act, load_auditable
from understudy.platform.call import Call
from understudy.world.org import Org
from understudy.world.ring import Ring

LIVE: Final = "audit"  # org.live[LIVE]: Trail
KEPT: Final = ("audit", "entries.kept")
BYTES_MAX: Final = 32 * 1024 * 1024  # of the bodies that one org's entries refer to; the emulator's own bound

# An entry as it is kept: (at, operation, client, user, correlation, resource, id, name, before, after, act). A plain
# tuple of plain values costs the pipeline and the garbage collector a fraction of what an object would.
Row: TypeAlias = tuple[float, str, str, str | None, str, str, str, str, bytes, bytes, Act | None]


@dataclass(frozen=True, slots=True)
class Entry:
    """One change. ``before`` and ``after`` are JSON bodies (empty for none), ``resource`` is the entity's type with us,
    and ``act`` says what an action is called that the change alone does not tell."""

    number: int
    at: float
    operation: str
    client: str
    user: str | None
    correlation: str
    resource: str
    id: str
    name: str
    before: bytes
    after: bytes
    act: Act | None = None


class Trail(Ring[Row]):
    """The newest rows: at most ``capacity``, and no more than ``bytes_max`` of bodies unless one alone has more."""

    def __init__(self, capacity: int, bytes_max: int = BYTES_MAX) -> None:
        super().__init__(capacity)
        self._capacity, self._bytes_max, self._bytes = capacity, bytes_max, 0

    def append(self, item: Row) -> int:
        """Add a row and return its number."""
        self._bytes += _size(item)
        while self._items and (len(self._items) >= self._capacity or self._bytes > self._bytes_max):
            self._bytes -= _size(self._items.popleft())
        return super().append(item)


def _size(row: Row) -> int:
    return len(row[8]) + len(row[9])


def entries(org: Org) -> list[Entry]:
    """The trail of an org, oldest first."""
    rows = _rows(org)
    return [Entry(number, *row) for number, row in enumerate(rows.read(rows.start), rows.start)]


def kept(org: Org, numbers: Iterable[int]) -> list[Entry]:
    """The entries with these numbers, less those that are forgotten."""
    rows = _rows(org)
    return [Entry(number, *rows.read(number, 1)[0]) for number in numbers if number >= rows.start]


def witness(call: Call) -> None:
    """Append what a call that succeeded has changed."""
    org = call.org
    act = load_auditable().acts.get(call.operation.id)
    if org.writes:
        for before, after in org.writes:
            entity = after or before
            if entity is not None:
                old, new = before.encoded if before else b"", after.encoded if after else b""
                _append(call, entity.type, entity.id, entity.name, old, new, act)
            act = None  # the call's own word is for the first change; what followed from it is told by itself
        org.writes.clear()
    elif act is not None:
        _append_act(call, act)


def _append_act(call: Call, act: Act) -> None:
    named = call.path.get(act.variable) or call.query.get(act.variable)
    id_ = named or call.token.user or call.token.client
    entity = call.org.entities.get(act.resource, id_) if act.resource else None
    body = call.body if isinstance(call.body, dict) else {act.property: call.body} if call.body is not None else {}
    resource, name = act.resource or call.operation.resource, entity.name if entity else id_
    _append(call, resource, id_, name, b"", orjson.dumps(body) if body else b"", act)


def _append(call: Call, resource: str, id_: str, name: str, before: bytes, after: bytes, act: Act | None) -> None:
    org, token = call.org, call.token
    rows = _rows(org)
    client, user, correlation = token.client, token.user, call.correlation
    rows.append((org.now(), call.operation.id, client, user, correlation, resource, id_, name, before, after, act))


def _rows(org: Org) -> Trail:
    found: Trail | None = org.live.get(LIVE)
    if found is None:
        found = org.live[LIVE] = Trail(int(org.limits.value(*KEPT)))
    return found
