"""Trunks: what trunk base settings become where they are assigned, and their figures.

An external trunk of the cloud is there as soon as its base is; a phone or Edge trunk is there once for each Edge of the
base's site (assumed: how the platform assigns them is not documented). The SIP side counts calls in ``CALLS``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from understudy.clock import iso
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.grants import visible
from understudy.platform.in_use import ids_at
from understudy.platform.lifecycle import Filter
from understudy.platform.listings import NUMBERED, named, reference
from understudy.platform.messages import Answer
from understudy.platform.paging import listing, select
from understudy.telephony.properties import value
from understudy.world.configuration import forget, store
from understudy.world.entities import Entity
from understudy.world.org import Org

SITES: Final = "telephony.providers.edges.sites"
ROUTES: Final = "telephony.providers.edges.sites.outboundroutes"
BASES: Final = "telephony.providers.edges.trunkbasesettings"
TRUNKS: Final = "telephony.providers.edges.trunks"
EDGES: Final = "telephony.providers.edges"
PATH: Final = "/api/v2/telephony/providers/edges/trunks"
CALLS: Final = "telephony.trunks.calls"  # org.live[CALLS]: dict[trunk id, (inbound, outbound)], calls under way
CONNECTED: Final = "telephony.trunks.connected"  # org.live[CONNECTED]: dict[trunk id, (bool, seconds)]
EXTERNAL: Final = "EXTERNAL"
LISTED: Final = NUMBERED | {"totalNumberOfEntities"}
ASKED_MAX: Final = 100  # trunks in one request for figures; the emulator's own bound


def assign(org: Org) -> None:
    """Bring the trunks up to date with bases, sites and Edges: called after any of them changed."""
    wanted = {(base.id, edge): base for base in org.entities.of(BASES).values() for edge in _edges(org, base)}
    kept: dict[tuple[str, str], Entity] = {}
    for trunk in list(org.entities.of(TRUNKS).values()):
        key = (_id_at(trunk, "trunkBase"), _id_at(trunk, "edge"))
        if key in wanted and key not in kept:
            kept[key] = trunk
        else:
            forget(org, TRUNKS, trunk.id)
            for counted in (CALLS, CONNECTED):
                org.live.get(counted, {}).pop(trunk.id, None)
    for (base_id, edge), base in wanted.items():
        before = kept.get((base_id, edge))
        id_ = before.id if before else org.ids.uuid(TRUNKS)
        body = _body(org, id_, base, edge)
        if before is None or {**before.body, "dateModified": ""} != {**body, "dateModified": ""}:
            store(org, TRUNKS, id_, body)


def _id_at(trunk: Entity, field: str) -> str:
    return next(ids_at(trunk.body, field), "")


def _edges(org: Org, base: Entity) -> list[str]:
    """The ids of the Edges that a base has trunks on; "" is the cloud."""
    if base.body.get("trunkType") == EXTERNAL:
        return [""]
    sites = set(ids_at(base.body, "site"))
    return [edge.id for edge in org.entities.of(EDGES).values() if sites.intersection(ids_at(edge.body, "site"))]


def _body(org: Org, id_: str, base: Entity, edge_id: str) -> dict[str, Any]:
    properties = base.body.get("properties")
    is_enabled = bool(value(properties, "trunk_enabled", True))
    body: dict[str, Any] = {
        "id": id_,
        "name": base.name,
        "state": "active",
        "trunkType": base.body.get("trunkType"),
        "trunkBase": reference(base),
        "trunkMetabase": base.body.get("trunkMetabase"),
        "enabled": is_enabled,
        "inService": is_enabled,
        "optionsEnabledStatus": "DISABLED",
        "registersEnabledStatus": "DISABLED",
        "optionsStatus": [],
        "registersStatus": [],
        "selfUri": f"{PATH}/{id_}",
    }
    proxies = value(properties, "trunk_transport_serverProxyList")
    if isinstance(proxies, list):
        body["proxyAddressList"] = [str(proxy) for proxy in proxies]
    if base.body.get("division"):
        body["division"] = base.body["division"]
    edge = org.entities.get(EDGES, edge_id)
    if edge is not None:
        body["edge"] = reference(edge)
    return {name: held for name, held in body.items() if held is not None}


def list_trunks(call: Call) -> Answer:
    """``GET …/edges/trunks?edge.id=&trunkBase.id=&trunkType=``."""
    found = _trunks(call)
    if call.token.fence is not None:
        found = visible(call, found)
    chosen = select(call, found, ("trunkType",), FILTERS).entities
    return Answer(encoded=listing(call, [orjson.dumps(_shown(call.org, trunk)) for trunk in chosen], LISTED))


def show_trunk(call: Call) -> Answer:
    """``GET …/edges/trunks/{trunkId}``."""
    return Answer(body=_shown(call.org, _find(call)))


def _trunks(call: Call) -> list[Entity]:
    """All trunks; those of an org file's bases are made when somebody first looks."""
    assign(call.org)
    return list(call.org.entities.of(TRUNKS).values())


def _find(call: Call) -> Entity:
    assign(call.org)
    return named(call, TRUNKS, call.path["trunkId"], "Trunk")


def _shown(org: Org, trunk: Entity) -> dict[str, Any]:
    """With its connection, where the SIP side has told it."""
    connected = org.live.get(CONNECTED, {}).get(trunk.id)
    if connected is None:
        return trunk.body
    status = {"connected": bool(connected[0]), "connectedStateTime": iso(float(connected[1]))}
    return {**trunk.body, "connectedStatus": status}


def list_metrics(call: Call) -> Answer:
    """``GET …/trunks/metrics?trunkIds=``: unknown trunks are left out (assumed)."""
    ids = list(dict.fromkeys(id_ for id_ in call.query["trunkIds"].split(",") if id_))
    if len(ids) > ASKED_MAX:
        raise Refused(400, "invalid.query.param.value", f"trunkIds has {len(ids)} ids; give {ASKED_MAX} at most")
    known = {trunk.id: trunk for trunk in _trunks(call)}
    return Answer(body=[_metrics(call.org, known[id_]) for id_ in ids if id_ in known])


def show_metrics(call: Call) -> Answer:
    """``GET …/trunks/{trunkId}/metrics``."""
    return Answer(body=_metrics(call.org, _find(call)))


def _metrics(org: Org, trunk: Entity) -> dict[str, Any]:
    inbound, outbound = org.live.get(CALLS, {}).get(trunk.id, (0, 0))
    return {
        "eventTime": iso(org.now()),
        "trunk": reference(trunk),
        "calls": {"inboundCallCount": int(inbound), "outboundCallCount": int(outbound)},
        "qos": {"mismatchCount": 0},
    }


FILTERS: Final[Mapping[str, Filter]] = {
    "edge.id": lambda entity, given: given in ids_at(entity.body, "edge"),
    "trunkBase.id": lambda entity, given: given in ids_at(entity.body, "trunkBase"),
}
ACTIONS: Final[dict[str, Action]] = {
    "getTelephonyProvidersEdgesTrunks": list_trunks,
    "getTelephonyProvidersEdgesTrunk": show_trunk,
    "getTelephonyProvidersEdgesTrunksMetrics": list_metrics,
    "getTelephonyProvidersEdgesTrunkMetrics": show_metrics,
}
