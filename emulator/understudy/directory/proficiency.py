"""What users are proficient in, 0 to 5: routing skills and routing languages (UserRoutingSkill, UserRoutingLanguage).

The things are entities of the engine; who has which, and how well, is live state of the org.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from understudy.errors import Refused
from understudy.platform.call import Call
from understudy.platform.listings import named
from understudy.world.entities import Entity
from understudy.world.org import Org

USERS: Final = "users"
BEST: Final = 5.0


@dataclass(frozen=True, slots=True)
class Proficiencies:
    """One kind: its ``word`` ("skill"), the resource of the things, and ``live``, the table in ``org.live``: dict[user
    id, dict[thing id, proficiency]]."""

    word: str
    resource: str
    live: str

    def of(self, org: Org, user: str) -> dict[str, float]:
        """What a user has; changing the dictionary changes the user."""
        users: dict[str, dict[str, float]] = org.live.setdefault(self.live, {})
        return users.setdefault(user, {})

    def bodies(self, org: Org, user: str) -> list[dict[str, Any]]:
        """All that a user has, as the API shows it."""
        return [self.body(org, user, id_) for id_ in org.live.get(self.live, {}).get(user, ())]

    def body(self, org: Org, user: str, id_: str) -> dict[str, Any]:
        """One that the user has, as the API shows it."""
        entity = org.entities.get(self.resource, id_)
        return {
            "id": id_,
            "name": entity.name if entity else id_,
            "proficiency": self.of(org, user)[id_],
            "state": "active",
            f"{self.word}Uri": f"/api/v2/routing/{self.word}s/{id_}",
            "selfUri": f"/api/v2/users/{user}/routing{self.word}s/{id_}",
        }

    def held(self, call: Call) -> str:
        """The id that the path names; Refused 404 where the user has none such."""
        id_ = call.path[f"{self.word}Id"]
        if id_ not in self.of(call.org, user_of(call)):
            raise Refused(404, "not.found", f"The user has no {self.word} [{id_}]", params={"id": id_})
        return id_

    def checked(self, call: Call, given: Mapping[str, Any]) -> tuple[str, float]:
        """Id and proficiency of a body; Refused 400 for an unknown thing and a proficiency out of bounds."""
        id_, proficiency = str(given.get("id") or ""), given.get("proficiency")
        if call.org.entities.get(self.resource, id_) is None:
            raise Refused(400, "invalid.value", f"There is no routing {self.word} {id_}", params={"id": id_})
        if isinstance(proficiency, bool) or not isinstance(proficiency, int | float) or not 0 <= proficiency <= BEST:
            raise Refused(400, "invalid.value", "proficiency must be a number from 0 to 5", params={"id": id_})
        return id_, float(proficiency)

    def consequence(self, call: Call, before: Entity | None, after: Entity | None) -> None:
        """What was deleted is nobody's any more."""
        if after is None and before is not None:
            for held in call.org.live.get(self.live, {}).values():
                held.pop(before.id, None)


def user_of(call: Call) -> str:
    """The id of the user whom the path names; Refused 404 where there is none."""
    return named(call, USERS, call.path["userId"], "User").id
