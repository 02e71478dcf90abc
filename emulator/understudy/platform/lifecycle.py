"""Lifecycle rules: what one resource does beyond the kinds that the engine does for every resource.

Listed by resource name in the literal ``RULES`` of an interface's ``behaviour.py`` (DESIGN: The Platform API).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from understudy.platform.call import Call
from understudy.world.entities import Entity

Defaults = Callable[[Call, dict[str, Any]], "dict[str, Any] | None"]
Check = Callable[[Call, "Entity | None", "dict[str, Any] | None"], None]
Consequence = Callable[[Call, "Entity | None", "Entity | None"], None]
Shown = Callable[[Call, Entity], "dict[str, Any] | None"]
Filter = Callable[[Entity, str], bool]
Deleted = Callable[[Call], Mapping[str, Entity]]


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The hooks of a resource; each may be absent.

    ``defaults(call, body)``: fill in a new entity's ``body`` in place, before it is checked and stored; may return the
    ``hidden`` of the entity. ``check(call, before, after)``: raise ``Refused`` to forbid; ``before`` is None on create,
    ``after`` (the proposed body) None on delete. ``consequence(call, before, after)``: runs once it is stored, with the
    entities; ``after`` is None on delete. It may store the entity anew: the answer is what is stored when it returns.

    For requests with a query: ``shown(call, entity)`` is the body to show instead of the stored one, or None
    (``expand``). ``filters`` are the query parameters of listings that mean more than the field of their name:
    (entity, value) → whether it stays; one with a default counts even if it is not given. ``deleted(call)`` are the
    deleted entities that this request may still see: a GET or listing shows them, a PATCH brings one back.
    ``is_always_shown``: ``shown`` is asked for requests without a query too (a field that is there only with
    ``expand``).
    """

    defaults: Defaults | None = None
    check: Check | None = None
    consequence: Consequence | None = None
    shown: Shown | None = None
    filters: Mapping[str, Filter] = field(default_factory=dict)
    deleted: Deleted | None = None
    is_always_shown: bool = False
