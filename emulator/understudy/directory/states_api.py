"""The state of a user: active, inactive or deleted (UserState).

An inactive user has no tokens and is off queue; a deleted one is gone as by DELETE, and comes back by being made active
(assumed, but for the last: ``directory.deleted``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.clock import iso
from understudy.directory import deleted
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.grants import USERS, guard
from understudy.platform.messages import Answer
from understudy.platform.people import retire, user_consequence
from understudy.world.configuration import forget, store
from understudy.world.entities import Entity

HIDDEN: Final = "state"  # in the user's hidden part: why and when it changed
STATES: Final = ("active", "inactive", "deleted")


def get_state(call: Call) -> Answer:
    """``GET …/users/{userId}/state``, of a deleted user too."""
    return Answer(body=_body(_user(call)))


def put_state(call: Call) -> Answer:
    """``PUT …/users/{userId}/state``: against the version, where the request names one."""
    user, given = _user(call), call.body or {}
    version, state = user.body.get("version"), given.get("state")
    if state not in STATES:
        raise Refused(400, "required.field.missing", "state is required", params={"field": "state"})
    if given.get("version") is not None and given["version"] != version:
        message = f"Version {given['version']} does not match the current version {version} of {user.name}"
        raise Refused(409, "general.conflict", message, params={"version": str(version)})
    about = {"stateChangeReason": given.get("stateChangeReason"), "stateChangeDate": iso(call.org.now())}
    hidden = {**user.hidden, HIDDEN: {key: value for key, value in about.items() if value is not None}}
    return Answer(body=_body(_changed(call, user, state, hidden)))


def _changed(call: Call, user: Entity, state: str, hidden: dict[str, Any]) -> Entity:
    body = {**user.body, "state": state, "version": int(user.body.get("version") or 0) + 1}
    if state == "deleted":
        gone = Entity(USERS, user.id, body, hidden=hidden)
        if forget(call.org, USERS, user.id) is not None:
            user_consequence(call, gone, None)
        return deleted.find(call.org, user.id) or gone
    after = store(call.org, USERS, user.id, body, hidden)
    deleted.bring_back(call.org, user.id)
    if state == "inactive":
        retire(call, user.id)
    return after


def _user(call: Call) -> Entity:
    id_ = call.path["userId"]
    found = call.org.entities.get(USERS, id_) or deleted.find(call.org, id_)
    if found is None:
        raise Refused(404, "not.found", f"User with id [{id_}] was not found", params={"id": id_})
    guard(call, found)
    return found


def _body(user: Entity) -> dict[str, Any]:
    about: Mapping[str, Any] = user.hidden.get(HIDDEN, {})
    return {"state": user.body.get("state", "active"), "version": int(user.body.get("version") or 1), **about}


ACTIONS: Final[Mapping[str, Action]] = {"getUserState": get_state, "putUserState": put_state}
