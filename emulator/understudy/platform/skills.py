"""Routing skills of users: which, and how well (``proficiency`` 0 to 5; the catalogue's UserRoutingSkill).

Skills are entities (``routing.skills``, the generic engine); who has them is live state of the org.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.lifecycle import Lifecycle
from understudy.platform.listings import named, page
from understudy.platform.messages import Answer
from understudy.world.entities import Entity
from understudy.world.org import Org

USERS: Final = "users"
SKILLS: Final = "routing.skills"
LIVE: Final = "user.skills"  # org.live[LIVE]: dict[user id, dict[skill id, proficiency]]
BEST: Final = 5.0


def skills_of(org: Org, user: str) -> dict[str, float]:
    """A user's skills and their proficiency; changing the dictionary changes the user."""
    users: dict[str, dict[str, float]] = org.live.setdefault(LIVE, {})
    return users.setdefault(user, {})


def set_user_skills(org: Org, user: str, skills: Iterable[str]) -> None:
    """Replace a user's skills, each at full proficiency."""
    org.live.setdefault(LIVE, {})[user] = dict.fromkeys(skills, BEST)


def skills_body(org: Org, user: str) -> list[dict[str, Any]]:
    """UserRoutingSkill[] of a user."""
    return [_body(org, user, skill) for skill in org.live.get(LIVE, {}).get(user, ())]


def list_skills(call: Call) -> Answer:
    """``GET …/users/{userId}/routingskills``."""
    return _listing(call, _user(call))


def add_skill(call: Call) -> Answer:
    """``POST …/users/{userId}/routingskills`` (UserRoutingSkillPost)."""
    user = _user(call)
    skill = _give(call, user, call.body)
    return Answer(body=_body(call.org, user, skill))


def put_skill(call: Call) -> Answer:
    """``PUT …/users/{userId}/routingskills/{skillId}``: changes the proficiency."""
    user, skill = _user(call), _held(call)
    return Answer(body=_body(call.org, user, _give(call, user, {**call.body, "id": skill})))


def remove_skill(call: Call) -> Answer:
    """``DELETE …/users/{userId}/routingskills/{skillId}``."""
    del skills_of(call.org, _user(call))[_held(call)]
    return Answer()


def add_skills(call: Call) -> Answer:
    """``PATCH …/users/{userId}/routingskills/bulk``: add or change."""
    user = _user(call)
    for given in call.body:
        _give(call, user, given)
    return _listing(call, user)


def replace_skills(call: Call) -> Answer:
    """``PUT …/users/{userId}/routingskills/bulk``: these and no others."""
    user = _user(call)
    for given in call.body:
        _check(call, given)
    skills_of(call.org, user).clear()
    return add_skills(call)


def skill_consequence(call: Call, before: Entity | None, after: Entity | None) -> None:
    """A deleted skill is nobody's any more."""
    if after is None and before is not None:
        for skills in call.org.live.get(LIVE, {}).values():
            skills.pop(before.id, None)


def _user(call: Call) -> str:
    return named(call, USERS, call.path["userId"], "User").id


def _held(call: Call) -> str:
    skill = call.path["skillId"]
    if skill not in skills_of(call.org, _user(call)):
        raise Refused(404, "not.found", f"The user has no skill [{skill}]", params={"id": skill})
    return skill


def _check(call: Call, given: Mapping[str, Any]) -> tuple[str, float]:
    skill, proficiency = str(given.get("id") or ""), given.get("proficiency")
    if call.org.entities.get(SKILLS, skill) is None:
        raise Refused(400, "invalid.value", f"There is no routing skill {skill}", params={"id": skill})
    if isinstance(proficiency, bool) or not isinstance(proficiency, int | float) or not 0 <= proficiency <= BEST:
        raise Refused(400, "invalid.value", "proficiency must be a number from 0 to 5", params={"id": skill})
    return skill, float(proficiency)


def _give(call: Call, user: str, given: Mapping[str, Any]) -> str:
    skill, proficiency = _check(call, given)
    skills_of(call.org, user)[skill] = proficiency
    return skill


def _listing(call: Call, user: str) -> Answer:
    return page(call, [_body(call.org, user, skill) for skill in skills_of(call.org, user)])


def _body(org: Org, user: str, skill: str) -> dict[str, Any]:
    entity = org.entities.get(SKILLS, skill)
    return {
        "id": skill,
        "name": entity.name if entity else skill,
        "proficiency": skills_of(org, user)[skill],
        "state": "active",
        "skillUri": f"/api/v2/routing/skills/{skill}",
        "selfUri": f"/api/v2/users/{user}/routingskills/{skill}",
    }


RULES: Final[Mapping[str, Lifecycle]] = {SKILLS: Lifecycle(consequence=skill_consequence)}
ACTIONS: Final[Mapping[str, Action]] = {
    "getUserRoutingskills": list_skills,
    "postUserRoutingskills": add_skill,
    "putUserRoutingskill": put_skill,
    "deleteUserRoutingskill": remove_skill,
    "patchUserRoutingskillsBulk": add_skills,
    "putUserRoutingskillsBulk": replace_skills,
}
