"""Identity resolution of messenger deployments and Open Messaging integrations: a settings document below each.

Nothing is resolved by it: the emulator has no external contacts. What is written is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.platform.call import Call
from understudy.platform.lifecycle import Lifecycle
from understudy.platform.refusals import invalid_value
from understudy.world.entities import Entity

EVERY: Final = "*"  # WritableStarrableDivision: any division
RESOURCES: Final = ("webdeployments.deployments.identityresolution", "messaging.identityresolution.integrations.open")


def _first(call: Call, body: dict[str, Any]) -> None:
    path = call.operation.path
    for name, value in call.path.items():
        path = path.replace("{" + name + "}", value)
    body |= {"resolveIdentities": False, "selfUri": path}


def _check(call: Call, before: Entity | None, after: dict[str, Any] | None) -> None:
    id_ = ((after or {}).get("division") or {}).get("id")
    if id_ and id_ != EVERY and call.org.entities.get("authorization.divisions", id_) is None:
        raise invalid_value("division.id", id_, "* or the id of a division")


RULES: Final[Mapping[str, Lifecycle]] = {name: Lifecycle(defaults=_first, check=_check) for name in RESOURCES}
