"""Number plans of a site: which dialled numbers are of which classification, in order of priority.

PUT takes the whole list: a plan that is given with its id, or else with a name that is there already, keeps its id; the
others are new, and those that are not given are gone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from understudy.clock import iso
from understudy.platform.call import Action, Call
from understudy.platform.listings import named
from understudy.platform.messages import Answer
from understudy.platform.paging import array
from understudy.telephony.refusal import invalid, missing
from understudy.telephony.trunks import SITES
from understudy.world.configuration import forget, store
from understudy.world.entities import Entity

PLANS: Final = "telephony.providers.edges.sites.numberplans"
PATH: Final = "/api/v2/telephony/providers/edges/sites"
FIELDS: Final = (
    *("name", "description", "match", "normalizedFormat", "priority", "numbers", "digitLength", "classification"),
    "matchType",
)
MATCH_TYPES: Final = ("digitLength", "numberList", "e164NumberList", "intraCountryCode", "interCountryCode", "regex")
PATTERN_MAX: Final = 1000  # characters of a pattern; the emulator's own bound


def put_plans(call: Call) -> Answer:
    """``PUT …/sites/{siteId}/numberplans`` (NumberPlan[])."""
    site = named(call, SITES, call.path["siteId"], "Site")
    return Answer(encoded=array(replace_plans(call, site.id, call.body)))


def list_classifications(call: Call) -> Answer:
    """``GET …/numberplans/classifications?classification=``: those of the site's plans, in order; a filter is a part of
    the name (assumed)."""
    site = named(call, SITES, call.path["siteId"], "Site")
    plans = call.org.entities.of(f"{PLANS}/{site.id}").values()
    found = dict.fromkeys(str(plan.body["classification"]) for plan in plans if plan.body.get("classification"))
    part = call.query.get("classification", "").casefold()
    return Answer(body=[name for name in found if part in name.casefold()])


def replace_plans(call: Call, site: str, given: Iterable[dict[str, Any]]) -> list[Entity]:
    """Make these the plans of a site; Refused 400 for a bad one, and then nothing changes."""
    type_ = f"{PLANS}/{site}"
    before, plans = dict(call.org.entities.of(type_)), list(given)
    ids = [str(plan["id"]) for plan in plans if plan.get("id")]
    if len(set(ids)) < len(ids):
        raise invalid("id", "Two number plans have the same id")
    unclaimed = [plan for id_, plan in before.items() if id_ not in ids]
    bodies = [
        _body(call, site, before.get(str(plan.get("id") or "")) or _named(unclaimed, plan), plan, place)
        for place, plan in enumerate(plans, 1)
    ]
    _check(call, bodies)
    for id_ in before.keys() - {body["id"] for body in bodies}:
        forget(call.org, type_, id_)
    for body in bodies:
        known = before.get(body["id"])
        if known is None or known.body != body:
            store(call.org, type_, body["id"], body)
    known_now = call.org.entities.of(type_)
    ordered = [known_now[body["id"]] for body in bodies]
    known_now.clear()  # listed in order of priority
    known_now.update({plan.id: plan for plan in ordered})
    return ordered


def _named(plans: Iterable[Entity], given: dict[str, Any]) -> Entity | None:
    name = str(given.get("name") or "").casefold()
    return next((plan for plan in plans if plan.name.casefold() == name), None)


def _body(call: Call, site: str, known: Entity | None, plan: dict[str, Any], place: int) -> dict[str, Any]:
    fields = {name: plan[name] for name in FIELDS if plan.get(name) is not None}
    fields.setdefault("priority", place)
    now = iso(call.org.now())
    if known is None:
        id_ = call.org.ids.uuid(PLANS)
        kept = {"id": id_, "state": "active", "version": 1, "dateCreated": now, "dateModified": now}
        return {**kept, **fields, "selfUri": f"{PATH}/{site}/numberplans/{id_}"}
    body = {**{key: held for key, held in known.body.items() if key not in FIELDS}, **fields}
    if body == known.body:
        return body
    return {**body, "version": int(known.body["version"]) + 1, "dateModified": now}


def _check(call: Call, bodies: list[dict[str, Any]]) -> None:
    most = int(call.org.limits.value("telephony", "number.plans.max"))
    if len(bodies) > most:
        raise invalid("numberplans", f"A site may have {most} number plans, not {len(bodies)}", "bad.request")
    names = set()
    for body in bodies:
        name = str(body.get("name") or "").strip()
        if not name:
            raise missing("name")
        if name.casefold() in names:
            message = f"There are two number plans {name!r}"
            raise invalid("name", message, "duplicate.number.plan.name")
        names.add(name.casefold())
        _check_match(name, body)


def _check_match(name: str, body: dict[str, Any]) -> None:
    type_ = body.get("matchType")
    if type_ is not None and type_ not in MATCH_TYPES:
        raise invalid("matchType", f"matchType of {name!r} is {type_}, not one of {', '.join(MATCH_TYPES)}")
    if type_ == "regex":
        try:
            re.compile(str(body.get("match") or "")[:PATTERN_MAX])
        except (re.error, OverflowError, RecursionError) as error:
            raise invalid("match", f"match of {name!r} is no pattern: {error}") from error
        if not body.get("match") or len(str(body["match"])) > PATTERN_MAX:
            raise invalid("match", f"match of {name!r} must have 1 to {PATTERN_MAX} characters")
    if type_ == "digitLength" and not (body.get("digitLength") or {}).get("start"):
        raise missing("digitLength.start")
    if type_ in ("numberList", "e164NumberList") and not body.get("numbers"):
        raise missing("numbers")


ACTIONS: Final[dict[str, Action]] = {
    "putTelephonyProvidersEdgesSiteNumberplans": put_plans,
    "getTelephonyProvidersEdgesSiteNumberplansClassifications": list_classifications,
}
