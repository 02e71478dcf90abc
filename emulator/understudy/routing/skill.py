"""Skills and languages that a place in a queue asks for, as the queue's ``skillEvaluationMethod`` has it.

ALL and BEST ask for every skill, BEST prefers the most proficient (mean), NONE disregards them; a language is always
needed (assumed). Skills stand in ``user.skills``, languages in ``user.languages``: user → id → proficiency.
"""

from __future__ import annotations

from collections.abc import Mapping

from understudy.routing.waiting import Waiting
from understudy.world.org import Org


def has_all(org: Org, user: str, place: Waiting) -> bool:
    """Whether an agent has what the place asks for."""
    if place.language and place.language not in _of(org, "user.languages", user):
        return False
    if not place.skills or _method(org, place.queue) == "NONE":
        return True
    return set(place.skills) <= _of(org, "user.skills", user).keys()


def proficiency(org: Org, user: str, place: Waiting) -> float:
    """The mean proficiency in the skills that the place asks for; 0 where they don't count."""
    if not place.skills or _method(org, place.queue) != "BEST":
        return 0.0
    known = _of(org, "user.skills", user)
    return sum(known.get(skill, 0.0) for skill in place.skills) / len(place.skills)


def _of(org: Org, table: str, user: str) -> Mapping[str, float]:
    found: Mapping[str, float] = org.live.get(table, {}).get(user, {})
    return found


def _method(org: Org, queue: str) -> str:
    entity = org.entities.get("routing.queues", queue)
    return str(entity.body.get("skillEvaluationMethod") or "BEST") if entity else "BEST"
