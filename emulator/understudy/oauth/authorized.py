"""Authorized clients: which clients users have let act for them, as ``/api/v2/oauth/authorizations`` lists them.

One entry a client, with the scopes of all sign-ins together; that a sign-in makes it is assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from understudy.clock import iso
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.grants import CLIENTS, USERS
from understudy.platform.messages import Answer
from understudy.world.entities import Entity
from understudy.world.org import Handler, Org

LIVE: Final = "oauth.authorized"  # org.live[LIVE]: dict[client id, Authorization]
SCOPES_KEPT: Final = 500  # of one client; a client with the scope * may ask for any
PATH: Final = "/api/v2/oauth/authorizations"


@dataclass(slots=True)
class Authorization:
    """Who let the client in first and last, when (org time), and for what."""

    scopes: tuple[str, ...]
    first: str
    last: str
    created: float
    modified: float


@dataclass(frozen=True, slots=True)
class Authorize:
    """A user signed in for a client."""

    client: str
    user: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ForgetAuthorization:
    """A client is gone."""

    client: str


def authorizations(org: Org) -> dict[str, Authorization]:
    """The authorizations of an org by client id."""
    found: dict[str, Authorization] = org.live.setdefault(LIVE, {})
    return found


def authorize(org: Org, command: Authorize) -> None:
    """Handler of ``Authorize``."""
    now, known = org.now(), authorizations(org).get(command.client)
    if known is None:
        made = Authorization(command.scopes[:SCOPES_KEPT], command.user, command.user, now, now)
        authorizations(org)[command.client] = made
        return
    known.scopes = tuple(dict.fromkeys((*known.scopes, *command.scopes)))[:SCOPES_KEPT]
    known.last, known.modified = command.user, now


def forget_authorization(org: Org, command: ForgetAuthorization) -> None:
    """Handler of ``ForgetAuthorization``."""
    authorizations(org).pop(command.client, None)


def list_authorizations(call: Call) -> Answer:
    """``GET …/oauth/authorizations``: the listing has no pages."""
    found = [_shown(call.org, id_, one) for id_, one in authorizations(call.org).items()]
    return Answer(body={"total": len(found), "entities": found, "selfUri": PATH})


def get_authorization(call: Call) -> Answer:
    """``GET …/oauth/authorizations/{clientId}``."""
    id_ = call.path["clientId"]
    one = authorizations(call.org).get(id_)
    if one is None:
        raise Refused(404, "not.found", f"Authorization of client [{id_}] was not found", params={"id": id_})
    return Answer(body=_shown(call.org, id_, one))


def _shown(org: Org, id_: str, one: Authorization) -> dict[str, Any]:
    client = org.entities.get(CLIENTS, id_)
    body = {key: value for key, value in client.body.items() if key != "secret"} if client is not None else {"id": id_}
    return {
        "client": body,
        "scope": list(one.scopes),
        "roles": list(body.get("roleIds") or ()),
        "resourceOwner": {"id": org.id, "name": org.name, "selfUri": "/api/v2/organizations/me"},
        "dateCreated": iso(one.created),
        "dateModified": iso(one.modified),
        "createdBy": _user(org, one.first),
        "modifiedBy": _user(org, one.last),
        "pending": False,
        "state": "Authorized",
        "selfUri": f"{PATH}/{id_}",
    }


def _user(org: Org, id_: str) -> dict[str, Any]:
    user: Entity | None = org.entities.get(USERS, id_)
    uri = f"/api/v2/users/{id_}"
    return {"id": id_, "selfUri": uri} if user is None else {"id": id_, "name": user.name, "selfUri": uri}


HANDLERS: Final[Mapping[type, Handler]] = {Authorize: authorize, ForgetAuthorization: forget_authorization}
ACTIONS: Final[Mapping[str, Action]] = {
    "getOauthAuthorizations": list_authorizations,
    "getOauthAuthorization": get_authorization,
}
