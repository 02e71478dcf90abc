"""``/api/v2/tokens/timeout``: how long a user's token may lie unused (model IdleTokenTimeout).

The settings document is the engine's; its consequence is ``IdleTime``, which lets tokens really die on the org's clock.
Groups with a time of their own (``inactivityTimeoutGroupBundles``) are stored and have no effect yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.errors import Refused
from understudy.oauth.tokens import TIMEOUT, IdleTime, idle_seconds
from understudy.platform.call import Call
from understudy.platform.lifecycle import Lifecycle
from understudy.world.entities import Entity

SECONDS: Final = "idleTokenTimeoutSeconds"


def check(call: Call, before: Entity | None, after: dict[str, Any] | None) -> None:
    """The length has bounds (limits file); one that is switched on needs it."""
    seconds = (after or {}).get(SECONDS)
    if seconds is None:
        if after is not None and after.get("enableIdleTokenTimeout"):
            raise Refused(400, "required.field.missing", f"{SECONDS} is required", params={"field": SECONDS})
        return
    shortest, longest = (int(call.org.limits.value("oauth", f"idle.seconds.{end}")) for end in ("min", "max"))
    if not shortest <= seconds <= longest:
        message = f"{SECONDS} must be between {shortest} and {longest}"
        raise Refused(400, "invalid.value", message, params={"field": SECONDS, "value": str(seconds)})


def consequence(call: Call, before: Entity | None, after: Entity | None) -> None:
    """Users' tokens, those that live too, take the new time."""
    call.perform(IdleTime(idle_seconds(after.body if after is not None else {})))


RULES: Final[Mapping[str, Lifecycle]] = {TIMEOUT: Lifecycle(None, check, consequence)}
