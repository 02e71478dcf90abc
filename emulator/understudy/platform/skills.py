"""Routing skills of users: which, and how well (``proficiency`` 0 to 5; the catalogue's UserRoutingSkill).

Skills are entities (``routing.skills``, the generic engine); who has them is live state of the org.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from understudy.directory.proficiency import BEST, Proficiencies, user_of
from understudy.platform.call import Action, Call
from understudy.platform.lifecycle import Lifecycle
from understudy.platform.listings import page
from understudy.platform.messages import Answer
from understudy.world.org import Org

SKILLS: Final = "routing.skills"
LIVE: Final = "user.skills"  # org.live[LIVE]: dict[user id, dict[skill id, proficiency]]
HELD: Final = Proficiencies("skill", SKILLS, LIVE)


def skills_of(org: Org, user: str) -> dict[str, float]:
    """A user's skills and their proficiency; changing the dictionary changes the user."""
    return HELD.of(org, user)


def set_user_skills(org: Org, user: str, skills: Iterable[str]) -> None:
    """Replace a user's skills, each at full proficiency."""
    org.live.setdefault(LIVE, {})[user] = dict.fromkeys(skills, BEST)


def skills_body(org: Org, user: str) -> list[dict[str, Any]]:
    """UserRoutingSkill[] of a user."""
    return HELD.bodies(org, user)


def list_skills(call: Call) -> Answer:
    """``GET …/users/{userId}/routingskills``."""
    return _listing(call, user_of(call))


def add_skill(call: Call) -> Answer:
    """``POST …/users/{userId}/routingskills`` (UserRoutingSkillPost)."""
    user = user_of(call)
    skill = _give(call, user, call.body)
    return Answer(body=HELD.body(call.org, user, skill))


def put_skill(call: Call) -> Answer:
    """``PUT …/users/{userId}/routingskills/{skillId}``: changes the proficiency."""
    user, skill = user_of(call), HELD.held(call)
    return Answer(body=HELD.body(call.org, user, _give(call, user, {**call.body, "id": skill})))


def remove_skill(call: Call) -> Answer:
    """``DELETE …/users/{userId}/routingskills/{skillId}``."""
    del skills_of(call.org, user_of(call))[HELD.held(call)]
    return Answer()


def add_skills(call: Call) -> Answer:
    """``PATCH …/users/{userId}/routingskills/bulk``: add or change."""
    user = user_of(call)
    for given in call.body:
        _give(call, user, given)
    return _listing(call, user)


def replace_skills(call: Call) -> Answer:
    """``PUT …/users/{userId}/routingskills/bulk``: these and no others."""
    user = user_of(call)
    for given in call.body:
        HELD.checked(call, given)
    skills_of(call.org, user).clear()
    return add_skills(call)


def _give(call: Call, user: str, given: Mapping[str, Any]) -> str:
    skill, proficiency = HELD.checked(call, given)
    skills_of(call.org, user)[skill] = proficiency
    return skill


def _listing(call: Call, user: str) -> Answer:
    return page(call, HELD.bodies(call.org, user))


RULES: Final[Mapping[str, Lifecycle]] = {SKILLS: Lifecycle(consequence=HELD.consequence)}
ACTIONS: Final[Mapping[str, Action]] = {
    "getUserRoutingskills": list_skills,
    "postUserRoutingskills": add_skill,
    "putUserRoutingskill": put_skill,
    "deleteUserRoutingskill": remove_skill,
    "patchUserRoutingskillsBulk": add_skills,
    "putUserRoutingskillsBulk": replace_skills,
}
