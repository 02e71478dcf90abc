"""What a user is and says beside the stored body: out of office, profile skills, stations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from understudy.clock import iso
from understudy.directory.profile import profile_of, set_profile
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.listings import named, reference
from understudy.platform.messages import Answer
from understudy.world.entities import Entity
from understudy.world.org import Org

USERS: Final = "users"
STATIONS: Final = "stations"  # Station.userId names who sits there
OUT: Final = "user.outofoffice"  # org.live[OUT]: dict[user id, dict of SAID]
SAID: Final = ("startDate", "endDate", "active", "indefinite")
FIRST_YEAR, LAST_YEAR = 1970, 9998  # of an absence; the emulator's own bound
SKILLS_MOST: Final = 1000  # profile skills of a user; not documented, the emulator's own bound


def out_of_office(org: Org, user: Entity) -> dict[str, Any]:
    """OutOfOffice of a user; who never said is in."""
    said: Mapping[str, Any] = org.live.get(OUT, {}).get(user.id, {})
    path = f"/api/v2/users/{user.id}/outofoffice"
    return {"id": user.id, "user": reference(user), "active": False, "indefinite": False, **said, "selfUri": path}


def stations_of(org: Org, user: str) -> dict[str, Any]:
    """UserStations: the station whose ``userId`` this is, as the associated and effective one; no defaults are kept."""
    found = next((one for one in org.entities.of(STATIONS).values() if one.body.get("userId") == user), None)
    if found is None:
        return {}
    shown = {"id": found.id, "name": found.name, "type": found.body.get("type"), "associatedUser": {"id": user}}
    station = {key: value for key, value in shown.items() if value is not None}
    return {"associatedStation": station, "effectiveStation": station}


def get_out_of_office(call: Call) -> Answer:
    """``GET …/users/{userId}/outofoffice``."""
    return Answer(body=out_of_office(call.org, _user(call)))


def put_out_of_office(call: Call) -> Answer:
    """``PUT …/users/{userId}/outofoffice``; an end before its start is refused (assumed)."""
    user, given = _user(call), call.body or {}
    said = {key: given[key] for key in SAID if given.get(key) is not None}
    moments = {key: _moment(said[key]) for key in ("startDate", "endDate") if key in said}
    if len(moments) == 2 and moments["endDate"] < moments["startDate"]:
        raise Refused(400, "invalid.date", "endDate is before startDate", params={"field": "endDate"})
    said |= {key: iso(moment) for key, moment in moments.items()}
    call.org.live.setdefault(OUT, {})[user.id] = said
    call.org.changed("user.outofoffice", user=user.id)
    return Answer(body=out_of_office(call.org, user))


def get_profile_skills(call: Call) -> Answer:
    """``GET …/users/{userId}/profileskills``: plain words, not the skills of routing."""
    return Answer(body=list(profile_of(_user(call)).get("profileSkills", ())))


def put_profile_skills(call: Call) -> Answer:
    """``PUT …/users/{userId}/profileskills`` (string[])."""
    skills = list(dict.fromkeys(call.body))
    if len(skills) > SKILLS_MOST:
        raise Refused(400, "invalid.value", f"A user has at most {SKILLS_MOST} profile skills")
    set_profile(call.org, _user(call), {"profileSkills": skills})
    return Answer(body=skills)


def get_station(call: Call) -> Answer:
    """``GET …/users/{userId}/station``."""
    return Answer(body=stations_of(call.org, _user(call).id))


def _user(call: Call) -> Entity:
    return named(call, USERS, call.path["userId"], "User")


def _moment(text: str) -> float:
    """POSIX seconds of an ISO 8601 date and time; without a zone it is UTC (assumed)."""
    moment = datetime.fromisoformat(text)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise Refused(400, "invalid.date", f"{text} is not within {FIRST_YEAR} to {LAST_YEAR}")
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()


ACTIONS: Final[Mapping[str, Action]] = {
    "getUserOutofoffice": get_out_of_office,
    "putUserOutofoffice": put_out_of_office,
    "getUserProfileskills": get_profile_skills,
    "putUserProfileskills": put_profile_skills,
    "getUserStation": get_station,
}
