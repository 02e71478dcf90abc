"""Outbound routes of sites: which trunks take the calls of which classifications."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from understudy.platform.call import Action, Call
from understudy.platform.grants import visible
from understudy.platform.in_use import entities_of, ids_at
from understudy.platform.lifecycle import Filter, Lifecycle
from understudy.platform.listings import NUMBERED
from understudy.platform.messages import Answer
from understudy.platform.paging import listing, select
from understudy.telephony.refusal import invalid, missing
from understudy.telephony.trunks import BASES, EXTERNAL, ROUTES, SITES
from understudy.world.entities import Entity

PATH: Final = "/api/v2/telephony/providers/edges/sites"
LISTED: Final = NUMBERED | {"totalNumberOfEntities"}
SHOWN_OF_SITE: Final = ("id", "name", "location", "selfUri")  # what the Site model requires, and who it is


def list_routes(call: Call) -> Answer:
    """``GET …/edges/outboundroutes``: the routes of all sites, each with its site."""
    routes = list(entities_of(call.org, ROUTES))
    if call.token.fence is not None:
        routes = visible(call, routes)
    found = select(call, routes, ("name",), FILTERS).entities
    return Answer(encoded=listing(call, [_with_site(call, route) for route in found], LISTED))


def _with_site(call: Call, route: Entity) -> bytes:
    body = dict(route.body)
    site = call.org.entities.get(SITES, route.type.rpartition("/")[2])
    if site is not None:
        body["site"] = {name: site.body[name] for name in SHOWN_OF_SITE if name in site.body}
    return orjson.dumps({**body, "managed": False})


def _new(call: Call, body: dict[str, Any]) -> None:
    body.setdefault("externalTrunkBases", [])
    body["selfUri"] = f"{PATH}/{call.path['siteId']}/outboundroutes/{body['id']}"


def _check(call: Call, before: Entity | None, after: dict[str, Any] | None) -> None:
    if after is None:
        return
    if not str(after.get("name") or "").strip():
        raise missing("name")
    if not after.get("classificationTypes"):
        raise missing("classificationTypes")
    for id_ in ids_at(after, "externalTrunkBases"):
        base = call.org.entities.of(BASES)[id_]
        if base.body.get("trunkType") != EXTERNAL:
            raise invalid("externalTrunkBases", f"{base.name} is a trunk of type {base.body.get('trunkType')}")


FILTERS: Final[Mapping[str, Filter]] = {
    "site.id": lambda entity, given: entity.type == f"{ROUTES}/{given}",
    "externalTrunkBases.ids": lambda entity, given: (
        not set(given.split(",")).isdisjoint(ids_at(entity.body, "externalTrunkBases"))
    ),
}
RULES: Final[dict[str, Lifecycle]] = {ROUTES: Lifecycle(defaults=_new, check=_check, filters=FILTERS)}
ACTIONS: Final[dict[str, Action]] = {"getTelephonyProvidersEdgesOutboundroutes": list_routes}
