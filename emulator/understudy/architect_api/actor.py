"""Who does something in Architect: the user or the OAuth client of a token, as operations and histories show it."""

from __future__ import annotations

from typing import Any

from understudy.platform.call import Call
from understudy.world.org import Org


def who(call: Call) -> dict[str, Any]:
    """``{"user": {…}}`` or ``{"client": {…}}``."""
    token = call.token
    if token.user:
        return {"user": _reference(call.org, "users", token.user, "/api/v2/users")}
    return {"client": _reference(call.org, "oauth.clients", token.client, "/api/v2/oauth/clients")}


def owner(call: Call) -> str:
    """The id of the user or client."""
    return call.token.user or call.token.client


def _reference(org: Org, type_: str, id_: str, path: str) -> dict[str, Any]:
    entity = org.entities.get(type_, id_)
    return {"id": id_, "name": entity.name if entity else id_, "selfUri": f"{path}/{id_}"}
