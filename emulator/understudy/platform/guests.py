"""Callers without OAuth: guests of a messenger deployment (facts: platform-api §2, operations with no OAuth security).

The deployment that the path or the body names tells the org; where neither does, it is the JWT that the guest was given
(``web_messaging/jwt.py``). A guest has no permissions and no rate window.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Final

import orjson

from understudy.errors import Refused
from understudy.platform.catalogue import Operation
from understudy.platform.request import ApiRequest
from understudy.web_messaging.jwt import FAILED, org_of, read
from understudy.world.org import Org
from understudy.world.tokens import Token
from understudy.world.world import World

GUEST: Final = "guest"
DEPLOYMENT: Final = "deploymentId"
DEPLOYMENTS: Final = "webdeployments.deployments"


def admit_guest(world: World, operation: Operation, path: Mapping[str, str], request: ApiRequest) -> tuple[Org, Token]:
    """Org and token of a guest's request; Refused 400 without a deployment where the body must name it, 404 for an
    unknown one, 401 without the guest's token where nothing else tells the org."""
    if operation.body is None and DEPLOYMENT not in path:
        return _by_token(world, request)
    id_ = path.get(DEPLOYMENT) or _named(request)
    org = world.integrations.get(id_)
    if org is None or org.entities.get(DEPLOYMENTS, id_) is None:
        raise Refused(404, "not.found", f"Deployment with id [{id_}] was not found", params={"id": id_})
    return org, guest_of(org)


def guest_of(org: Org) -> Token:
    """The token of a guest who has none: it stands for nobody and allows nothing."""
    return Token("", GUEST, org.id, org.now(), inf)


def _named(request: ApiRequest) -> str:
    try:
        body = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        body = None
    id_ = body.get(DEPLOYMENT) if isinstance(body, dict) else None
    if not isinstance(id_, str) or not id_:
        detail = {"errorCode": "required.field.missing", "fieldName": DEPLOYMENT}
        raise Refused(400, "bad.request", f"{DEPLOYMENT} is required", params={"field": DEPLOYMENT}, details=(detail,))
    return id_


def _by_token(world: World, request: ApiRequest) -> tuple[Org, Token]:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.casefold() != "bearer" or not value:  # facts: messaging §6c: lower and upper case both pass
        raise Refused(401, "authentication.required", f"{FAILED}: no bearer token")
    token = value.strip()
    org = org_of(world, token)
    if org is None:
        raise Refused(401, "bad.credentials", f"{FAILED}: not a guest's token")
    claims = read(org, token)
    return org, Token(token, GUEST, org.id, claims.issued, claims.expires)
