"""Lifecycle rules: what one resource does beyond the kinds that the engine does for every resource.

Listed by resource name in the literal ``RULES`` of an interface's ``behaviour.py`` (DESIGN: The Platform API).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from understudy.platform.call import Call
from understudy.world.entities import Entity

Defaults = Callable[[Call, dict[str, Any]], "dict[str, Any] | None"]
Check = Callable[[Call, "Entity | None", "dict[str, Any] | None"], None]
Consequence = Callable[[Call, "Entity | None", "Entity | None"], None]


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The three hooks of a resource; each may be absent.

    ``defaults(call, body)``: fill in a new entity's ``body`` in place, before it is checked and stored; may return the
    ``hidden`` of the entity. ``check(call, before, after)``: raise ``Refused`` to forbid; ``before`` is None on create,
    ``after`` (the proposed body) None on delete. ``consequence(call, before, after)``: runs once it is stored, with the
    entities; ``after`` is None on delete. It may store the entity anew: the answer is what is stored when it returns.
    """

    defaults: Defaults | None = None
    check: Check | None = None
    consequence: Consequence | None = None
