"""Edges, and the regions that media may flow through.

An Edge here is configuration alone: it never comes online (``onlineStatus`` stays OFFLINE).
"""

from __future__ import annotations

from typing import Any, Final

from understudy.oauth.regions import home_region
from understudy.platform.call import Action, Call
from understudy.platform.in_use import ids_at
from understudy.platform.lifecycle import Filter, Lifecycle
from understudy.platform.messages import Answer
from understudy.regions import regions
from understudy.telephony.refusal import missing
from understudy.telephony.sites import defaults
from understudy.telephony.trunks import EDGES, SITES, assign
from understudy.world.entities import Entity

HOME: Final = "us-east-1"  # where the org names no region


def show_media_regions(call: Call) -> Answer:
    """``GET /telephony/mediaregions``: the org's own region first among the core regions."""
    domain = home_region(call.org)
    home = next((name for name, own in regions().items() if own == domain), HOME)
    others = [name for name in regions() if name != home]
    satellites = list(defaults()["mediaregions"]["satellite"])
    body = {"awsHomeRegion": home, "awsCoreRegions": [home, *others], "awsSatelliteRegions": satellites}
    return Answer(body=body)


def _check(call: Call, before: Entity | None, after: dict[str, Any] | None) -> None:
    """The Site model requires a location: it is shown beside the site's name."""
    if after is None:
        return
    if not str(after.get("name") or "").strip():
        raise missing("name")
    for id_ in ids_at(after, "site"):
        site = call.org.entities.of(SITES)[id_]
        after["site"] = {**after["site"], "location": site.body["location"]}


def _follow(call: Call, before: Entity | None, after: Entity | None) -> None:
    assign(call.org)


FILTERS: Final[dict[str, Filter]] = {
    "site.id": lambda entity, given: given in ids_at(entity.body, "site"),
    "edgeGroup.id": lambda entity, given: given in ids_at(entity.body, "edgeGroup"),
    "showCloudMedia": lambda _entity, _given: True,  # Edges of the cloud are not shown here anyway
}
RULES: Final[dict[str, Lifecycle]] = {EDGES: Lifecycle(check=_check, consequence=_follow, filters=FILTERS)}
ACTIONS: Final[dict[str, Action]] = {"getTelephonyMediaregions": show_media_regions}
