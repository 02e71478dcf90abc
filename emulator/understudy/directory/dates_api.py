"""The org's date, and the time zones there are (those of Python's ``zoneinfo``).

``offset`` is in minutes, that of the org's present moment; every zone is its own canonical one (both assumed).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache, partial
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

import orjson

from understudy.clock import iso
from understudy.platform.call import Action, Call
from understudy.platform.listings import NUMBERED
from understudy.platform.messages import Answer
from understudy.platform.paging import listing
from understudy.world.entities import Entity


def get_date(call: Call) -> Answer:
    """``GET /api/v2/date``."""
    return Answer(body={"currentDate": iso(call.org.now())})


def list_timezones(call: Call) -> Answer:
    """``GET /api/v2/timezones``; only the zones of the page are looked up."""
    return Answer(encoded=listing(call, _zones(), NUMBERED, partial(_shown, call.org.now())))


@cache
def _zones() -> list[Entity]:
    return [Entity("timezones", name, {}) for name in sorted(available_timezones()) if "/" in name or name == "UTC"]


def _shown(now: float, zone: Entity) -> bytes:
    offset = datetime.fromtimestamp(now, ZoneInfo(zone.id)).utcoffset()
    body = {
        "id": zone.id,
        "name": zone.id,
        "offset": int(offset.total_seconds() // 60) if offset is not None else 0,
        "canonicalId": zone.id,
        "selfUri": f"/api/v2/timezones/{zone.id}",
    }
    return orjson.dumps(body)


ACTIONS: Final[Mapping[str, Action]] = {"getDate": get_date, "getTimezones": list_timezones}
