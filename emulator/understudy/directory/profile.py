"""What a user's profile holds and the API shows only on request: skills of the profile, certifications, biography,
employer, locations.

It stands in the hidden part of the user; a PATCH of the user sets it like any other field.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.world.entities import Entity
from understudy.world.org import Org

USERS: Final = "users"
HIDDEN: Final = "profile"
PROFILE: Final[Mapping[str, Any]] = {  # field → what a user has who never said; None is not shown
    "profileSkills": [],
    "certifications": [],
    "biography": None,
    "employerInfo": None,
    "locations": [],
}
NEVER_STORED: Final = ("groups",)  # membership is the groups' own


def profile_of(user: Entity) -> Mapping[str, Any]:
    """What was said of a user, by field."""
    found: Mapping[str, Any] = user.hidden.get(HIDDEN, {})
    return found


def set_profile(org: Org, user: Entity, changes: Mapping[str, Any]) -> None:
    """Change fields of the profile; None takes one away."""
    profile = {key: value for key, value in {**profile_of(user), **changes}.items() if value is not None}
    org.entities.put(USERS, user.id, user.body, {HIDDEN: profile})


def split(org: Org, user: Entity, sent: Mapping[str, Any]) -> None:
    """Move what belongs to the profile out of a user's body, after a request that sent some of it."""
    changes = {field: user.body.get(field) for field in PROFILE if field in sent or field in user.body}
    surplus = {*changes, *NEVER_STORED} & user.body.keys()
    if changes or surplus:
        body = {key: value for key, value in user.body.items() if key not in surplus}
        profile = {key: value for key, value in {**profile_of(user), **changes}.items() if value is not None}
        org.entities.put(USERS, user.id, body, {HIDDEN: profile})
