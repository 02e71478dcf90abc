"""Deleted users: they keep their e-mail address, are found by state, and can be brought back.

So the Terraform provider works: a create that is refused with ``general.conflict`` makes it search for a deleted user
with the address and PATCH its state to active (observed in its source). How long the platform keeps them is not
documented; here the newest ``KEPT``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from understudy.platform.call import Call
from understudy.world.entities import Entity
from understudy.world.org import Org

USERS: Final = "users"
LIVE: Final = "users.deleted"  # org.live[LIVE]: dict[user id, {"body", "hidden"}]
KEPT: Final = 1000


def keep(org: Org, user: Entity) -> None:
    """Remember a user who has just been deleted."""
    known: dict[str, dict[str, Any]] = org.live.setdefault(LIVE, {})
    known[user.id] = {"body": {**user.body, "state": "deleted"}, "hidden": dict(user.hidden)}
    while len(known) > KEPT:
        del known[next(iter(known))]


def bring_back(org: Org, user: str) -> None:
    """A user lives again: he is no longer among the deleted."""
    org.live.get(LIVE, {}).pop(user, None)


def deleted(org: Org) -> dict[str, Entity]:
    """All that are remembered, by id."""
    return {id_: _entity(id_, kept) for id_, kept in org.live.get(LIVE, {}).items()}


def find(org: Org, user: str) -> Entity | None:
    """One of them."""
    kept = org.live.get(LIVE, {}).get(user)
    return _entity(user, kept) if kept else None


def has_email(org: Org, email: str) -> bool:
    """Whether a deleted user has this address."""
    folded = email.casefold()
    return any(str(one["body"].get("email", "")).casefold() == folded for one in org.live.get(LIVE, {}).values())


def seen_by(call: Call) -> Mapping[str, Entity]:
    """The deleted users that a request may see: by ``state=deleted`` or ``any``, or to make one active again."""
    sent = call.body if isinstance(call.body, dict) else {}
    if call.query.get("state") in ("deleted", "any") or sent.get("state") == "active":
        return deleted(call.org)
    return {}


def _entity(id_: str, kept: Mapping[str, Any]) -> Entity:
    return Entity(USERS, id_, kept["body"], encoded=orjson.dumps(kept["body"]), hidden=dict(kept["hidden"]))
