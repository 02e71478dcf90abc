"""Trunk base settings: made from a metabase, completed with its properties; trunks come from them (``trunks.py``).

An inbound SIP termination identifier (``trunk_sip_termination_uri``) is unique over all orgs (facts: sip, configuration
table; the status is assumed), compared without regard to case.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.in_use import ids_at
from understudy.platform.lifecycle import Filter, Lifecycle
from understudy.platform.listings import NUMBERED, named, page
from understudy.platform.messages import Answer
from understudy.platform.paging import listing
from understudy.telephony.properties import completed, metabases, value
from understudy.telephony.refusal import conflict, invalid, missing
from understudy.telephony.trunks import BASES, ROUTES, SITES, assign
from understudy.world.entities import Entity

IDENTIFIER: Final = "trunk_sip_termination_uri"
LISTED: Final = NUMBERED | {"totalNumberOfEntities"}


def list_metabases(call: Call) -> Answer:
    """``GET …/trunkbasesettings/availablemetabases?type=EXTERNAL|PHONE|EDGE``."""
    type_ = call.query.get("type", "").upper()
    return page(call, [one.body() for one in metabases().values() if type_ in ("", one.trunk)], LISTED)


def show_template(call: Call) -> Answer:
    """``GET …/trunkbasesettings/template?trunkMetabaseId=``: a trunk base setting to fill in and post."""
    id_ = call.query["trunkMetabaseId"]
    metabase = metabases().get(id_)
    if metabase is None:
        raise Refused(404, "not.found", f"There is no trunk metabase {id_}.", params={"trunkMetabaseId": id_})
    body = {"name": metabase.name, "trunkMetabase": metabase.reference(), "trunkType": metabase.trunk}
    return Answer(body={**body, "properties": metabase.template()})


def list_of_site(call: Call) -> Answer:
    """``GET …/trunkbasesettings/site/{siteId}``: those that name the site, or that its routes lead out through."""
    site = named(call, SITES, call.path["siteId"], "Site")
    routed = {
        id_
        for route in call.org.entities.of(f"{ROUTES}/{site.id}").values()
        for id_ in ids_at(route.body, "externalTrunkBases")
    }
    found = [
        base
        for base in call.org.entities.of(BASES).values()
        if base.id in routed or site.id in (*ids_at(base.body, "site"), *ids_at(base.body, "inboundSite"))
    ]
    return Answer(encoded=listing(call, found, LISTED))


def _check(call: Call, before: Entity | None, after: dict[str, Any] | None) -> None:
    """Also completes the properties in place: this is the one hook that creating and replacing have in common."""
    if after is None:
        return
    if not str(after.get("name") or "").strip():
        raise missing("name")
    given = (after.get("trunkMetabase") or {}).get("id")
    if not given:
        raise missing("trunkMetabase")
    if not after.get("trunkType"):
        raise missing("trunkType")
    metabase = metabases().get(str(given))
    if metabase is None:
        raise invalid("trunkMetabase", f"There is no trunk metabase {given}")
    if after.get("trunkType") != metabase.trunk:
        raise invalid("trunkType", f"trunkType is {after.get('trunkType')}; {metabase.name} makes {metabase.trunk}")
    most = int(call.org.limits.value("telephony", "trunks.max"))
    if before is None and len(call.org.entities.of(BASES)) >= most:
        raise invalid("name", f"An org may have {most} trunk base settings", "bad.request")
    after["trunkMetabase"] = metabase.reference()
    after["properties"] = completed(metabase, after.get("properties"))
    _check_identifier(call, before, value(after["properties"], IDENTIFIER))


def _check_identifier(call: Call, before: Entity | None, identifier: Any) -> None:
    if not identifier:
        return
    for org in call.world.orgs.values():
        for other in org.entities.of(BASES).values():
            is_same = org is call.org and before is not None and other.id == before.id
            held = str(value(other.body.get("properties"), IDENTIFIER) or "")
            if not is_same and held.casefold() == str(identifier).casefold():
                shown = other if org is call.org else Entity(BASES, "", {"name": "a trunk of another organization"})
                raise conflict(IDENTIFIER, f"The identifier {identifier} is in use by {shown.name}", shown)


def _follow(call: Call, before: Entity | None, after: Entity | None) -> None:
    assign(call.org)


def _shown(call: Call, entity: Entity) -> dict[str, Any] | None:
    """Listings show the properties with ``expand=properties`` only."""
    if "trunkBaseSettingsId" in call.path or "properties" in call.query.get("expand", "").split(","):
        return None
    return {name: held for name, held in entity.body.items() if name != "properties"}


def _is_recorded(entity: Entity, given: str) -> bool:
    recorded = bool(value(entity.body.get("properties"), "trunk_recording_enabled"))
    return orjson.dumps(recorded).decode() == given.casefold()


FILTERS: Final[Mapping[str, Filter]] = {
    "recordingEnabled": _is_recorded,
    "ignoreHidden": lambda _entity, _given: True,  # no property of ours is hidden
}
RULES: Final[dict[str, Lifecycle]] = {
    BASES: Lifecycle(check=_check, consequence=_follow, filters=FILTERS, shown=_shown, is_always_shown=True),
}
ACTIONS: Final[dict[str, Action]] = {
    "getTelephonyProvidersEdgesTrunkbasesettingsAvailablemetabases": list_metabases,
    "getTelephonyProvidersEdgesTrunkbasesettingsTemplate": show_template,
    "getTelephonyProvidersEdgesTrunkbasesettingsSiteSiteId": list_of_site,
}
