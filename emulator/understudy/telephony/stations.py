"""Stations: what an agent takes calls at. Phones make them on the platform (tier 2); here an org file gives users one.

A station is AVAILABLE, or ASSOCIATED with the user who sits there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from understudy.platform.call import Action, Call
from understudy.platform.lifecycle import Filter, Lifecycle
from understudy.platform.listings import named
from understudy.platform.messages import Answer
from understudy.world.configuration import store
from understudy.world.entities import Entity
from understudy.world.org import Org

STATIONS: Final = "stations"
PATH: Final = "/api/v2/stations"
WEBRTC: Final = "inin_webrtc_softphone"


def provision(org: Org, user: Entity) -> Entity:
    """Give a user a WebRTC station, and sit them down at it; one that they have is kept."""
    for station in org.entities.of(STATIONS).values():
        if station.body.get("webRtcUserId") == user.id:
            return station
    id_ = org.ids.uuid(STATIONS)
    body = {
        "id": id_,
        "name": f"{user.name} WebRTC",
        "status": "ASSOCIATED",
        "userId": user.id,
        "webRtcUserId": user.id,
        "type": WEBRTC,
        "lineAppearanceId": org.ids.uuid("stations.lines"),
        "selfUri": f"{PATH}/{id_}",
    }
    org.changed("user.station", user=user.id)
    return store(org, STATIONS, id_, body)


def free(call: Call) -> Answer:
    """``DELETE /stations/{stationId}/associateduser``: nobody sits there any more; nothing happens where nobody did."""
    station = named(call, STATIONS, call.path["stationId"], "Station")
    if station.body.get("userId"):
        body: dict[str, Any] = {name: held for name, held in station.body.items() if name != "userId"}
        call.org.changed("user.station", user=station.body["userId"])
        store(call.org, STATIONS, station.id, {**body, "status": "AVAILABLE"})
    return Answer()


def _is_selectable(entity: Entity, given: str) -> bool:
    """``userSelectable``: a station that no other user's softphone owns (assumed)."""
    return orjson.dumps(not entity.body.get("webRtcUserId")).decode() == given.casefold()


FILTERS: Final[Mapping[str, Filter]] = {"userSelectable": _is_selectable}
RULES: Final[dict[str, Lifecycle]] = {STATIONS: Lifecycle(filters=FILTERS)}
ACTIONS: Final[dict[str, Action]] = {"deleteStationAssociateduser": free}
