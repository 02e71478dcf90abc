"""Sites: where telephony lives. A new one has the number plans and the route of ``…/telephony/sites.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from understudy.clock import iso
from understudy.material import material
from understudy.platform.call import Call
from understudy.platform.grants import home_division
from understudy.platform.in_use import ids_at
from understudy.platform.lifecycle import Filter, Lifecycle
from understudy.regions import regions
from understudy.telephony.number_plans import replace_plans
from understudy.telephony.refusal import invalid, missing
from understudy.telephony.trunks import EDGES, ROUTES, SITES
from understudy.world.configuration import store
from understudy.world.entities import Entity

FILE: Final = "contracts/platform_api/telephony/sites.toml"
PATH: Final = "/api/v2/telephony/providers/edges/sites"
MODELS: Final = ("Premises", "Cloud")


@cache
def defaults() -> Mapping[str, Any]:
    """``number_plan`` (list), ``outbound_route`` and ``mediaregions`` of the file."""
    return tomllib.loads(material(FILE).read_text("utf-8"))


def _check(call: Call, before: Entity | None, after: dict[str, Any] | None) -> None:
    if after is None:
        return
    if not str(after.get("name") or "").strip():
        raise missing("name")
    if not isinstance(after.get("location"), dict) or not after["location"].get("id"):
        raise missing("location.id")
    unknown = sorted(set(after.get("mediaRegions") or ()) - regions().keys())
    if unknown:
        raise invalid("mediaRegions", f"{unknown[0]} is not a media region")
    most = int(call.org.limits.value("telephony", "sites.max"))
    if before is None and len(call.org.entities.of(SITES)) >= most:
        raise invalid("name", f"An org may have {most} sites", "bad.request")


def _follow(call: Call, before: Entity | None, after: Entity | None) -> None:
    if before is None and after is not None:
        replace_plans(call, after.id, [dict(plan) for plan in defaults()["number_plan"]])
        _add_route(call, after)


def _add_route(call: Call, site: Entity) -> None:
    now, id_ = iso(call.org.now()), call.org.ids.uuid(ROUTES)
    body = {
        "id": id_,
        **defaults()["outbound_route"],
        "state": "active",
        "version": 1,
        "dateCreated": now,
        "dateModified": now,
        "externalTrunkBases": [],
        "division": site.body.get("division") or {"id": home_division(call.org)},
        "selfUri": f"{PATH}/{site.id}/outboundroutes/{id_}",
    }
    store(call.org, f"{ROUTES}/{site.id}", id_, body)


def _shown(call: Call, entity: Entity) -> dict[str, Any] | None:
    """Edges are worked out, and shown with ``expand=edges``; locations and other sites stand in a site anyway."""
    if "edges" not in call.query.get("expand", "").split(","):
        return None
    edges = [edge.body for edge in call.org.entities.of(EDGES).values() if entity.id in ids_at(edge.body, "site")]
    return {**entity.body, "edges": edges}


FILTERS: Final[Mapping[str, Filter]] = {
    "location.id": lambda entity, given: given in ids_at(entity.body, "location"),
}
RULES: Final[dict[str, Lifecycle]] = {
    SITES: Lifecycle(check=_check, consequence=_follow, shown=_shown, filters=FILTERS),
}
