"""Who has a number or an extension: IVRs by their ``dnis``, users and groups by their addresses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from understudy.world.entities import Entity
from understudy.world.org import Org

IVRS: Final = "architect.ivrs"
TYPES: Final = {"users": "USER", "groups": "GROUP"}  # resource → ownerType


@dataclass(frozen=True, slots=True)
class Owner:
    """``type`` is one of DID.ownerType."""

    number: str
    type: str
    entity: Entity

    def reference(self) -> dict[str, Any]:
        """DomainEntityRef."""
        body = {"id": self.entity.id, "name": self.entity.name}
        return body | ({"selfUri": self.entity.body["selfUri"]} if self.entity.body.get("selfUri") else {})


def owners(org: Org, kind: str) -> Iterator[Owner]:
    """Everybody who has a number of a ``kind`` (number or extension), IVRs first; one number may have several."""
    for ivr in org.entities.of(IVRS).values():
        for dnis in ivr.body.get("dnis") or ():
            if str(dnis).startswith("+") == (kind == "number"):
                yield Owner(str(dnis), "IVR_CONFIG", ivr)
    field = "address" if kind == "number" else "extension"
    for resource, type_ in TYPES.items():
        for entity in org.entities.of(resource).values():
            for number in _numbers(entity.body, field):
                yield Owner(number, type_, entity)


def _numbers(body: dict[str, Any], field: str) -> list[str]:
    found = []
    for name in ("addresses", "primaryContactInfo"):
        for address in body.get(name) or ():
            if isinstance(address, dict) and address.get("mediaType", "PHONE") == "PHONE" and address.get(field):
                found.append(str(address[field]))
    return list(dict.fromkeys(found))
