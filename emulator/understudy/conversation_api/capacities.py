"""Utilization: how much of each medium an agent takes at once, for the org and for single users (facts: §4.1, §5).

The org's figures are a singleton of the engine (``routing.utilization``); a user's own go before them.
"""

from __future__ import annotations

from typing import Any, Final

from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.lifecycle import Lifecycle
from understudy.platform.listings import named
from understudy.platform.messages import Answer
from understudy.routing.capacity import OF_USERS, UTILIZATION, defaults, utilization
from understudy.world.configuration import forget, store
from understudy.world.entities import Entity

CAPACITY_MAX: Final = 25  # help, "Agent utilization": 0 to 25; not in the facts, so assumed


def org_defaults(call: Call, body: dict[str, Any]) -> None:
    """What an org that has set nothing shows."""
    body.setdefault("utilization", defaults(call.org))


def org_check(call: Call, before: Entity | None, after: dict[str, Any] | None) -> None:
    """Capacities are whole numbers within bounds."""
    check(after or {})


def get_of_user(call: Call) -> Answer:
    """``GET …/routing/users/{userId}/utilization``: ``level`` says whose figures they are."""
    user = named(call, "users", call.path["userId"], "User").id
    own = call.org.entities.get(OF_USERS, user)
    level = "Agent" if own is not None else "Organization"
    return Answer(body={"utilization": dict(utilization(call.org, user)), "level": level})


def put_of_user(call: Call) -> Answer:
    """``PUT …/routing/users/{userId}/utilization``."""
    user = named(call, "users", call.path["userId"], "User").id
    body = call.body if isinstance(call.body, dict) else {}
    check(body)
    store(call.org, OF_USERS, user, {"utilization": body.get("utilization") or {}})
    return get_of_user(call)


def delete_of_user(call: Call) -> Answer:
    """``DELETE …/routing/users/{userId}/utilization``: back to the org's."""
    forget(call.org, OF_USERS, named(call, "users", call.path["userId"], "User").id)
    return Answer()


def check(body: dict[str, Any]) -> None:
    """Refused 400 where a capacity is out of bounds."""
    given = body.get("utilization")
    for media, figures in (given if isinstance(given, dict) else {}).items():
        capacity = figures.get("maximumCapacity") if isinstance(figures, dict) else None
        if capacity is not None and not 0 <= capacity <= CAPACITY_MAX:
            raise Refused(
                400,
                "invalid.value",
                f"maximumCapacity of {media} is {capacity}, not a number from 0 to {CAPACITY_MAX}.",
                params={"field": "maximumCapacity"},
            )


RULES: Final[dict[str, Lifecycle]] = {UTILIZATION: Lifecycle(org_defaults, org_check)}
ACTIONS: Final[dict[str, Action]] = {
    "getRoutingUserUtilization": get_of_user,
    "putRoutingUserUtilization": put_of_user,
    "deleteRoutingUserUtilization": delete_of_user,
}
