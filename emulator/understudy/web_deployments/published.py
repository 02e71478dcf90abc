"""The files of a deployment that pages load before anything else: ``config.json`` and ``domains.json``.

Facts: messaging §2.1. Both are made when they are asked for, so a saved change reaches a page that already carries the
snippet with its next load: they may be kept, but not used without asking (RFC 9111 §5.2.2.4). That these files are open
to every origin, what ``domains.json`` holds and what an unknown one answers is assumed. A deployment that is not active
says so in ``status``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

import orjson

from understudy.errors import Refused
from understudy.gateway import socket_origin
from understudy.ids import Ids
from understudy.platform.messages import Answer, error_body
from understudy.platform.request import ApiRequest, Outcome
from understudy.web_deployments.configurations import DEPLOYMENTS
from understudy.web_deployments.snippet import host_of
from understudy.web_messaging.deployment import config
from understudy.world.entities import Entity
from understudy.world.org import Org
from understudy.world.world import World

PATH: Final = re.compile(r"/webdeployments/v1/deployments/([^/]{1,128})/(config|domains)\.json")
READ: Final = ("GET", "HEAD")
NO_FOLDERS: Final[Mapping[str, str]] = {}


class Published:
    """Answers what pages ask of the host ``api-cdn``."""

    def __init__(self, world: World, ids: Ids) -> None:
        self._world, self._correlations = world, ids.stream("correlation")

    def answer(self, request: ApiRequest, folders: Mapping[str, str] = NO_FOLDERS) -> Outcome:
        """Answer one request; never raises. ``folders``: for who came through a gateway, where in it the other hosts
        are, by their labels."""
        outcome = Outcome(Answer(500), correlation=self._correlations.uuid())
        try:
            found = PATH.fullmatch(request.path)
            if request.method not in READ:
                message = f"Method {request.method} is not allowed on {request.path[:200]}: use GET"
                raise Refused(405, "method.not.allowed", message, headers={"Allow": ", ".join(READ)})
            outcome.org, deployment = self._find(found[1] if found else "")
            is_config = found is not None and found[2] == "config"
            body = _config(outcome.org, deployment, request.origin, folders) if is_config else _domains(deployment)
            outcome.answer = _file(body, request)
        except Refused as refused:
            encoded = orjson.dumps(error_body(refused, outcome.correlation))
            outcome.answer = Answer(refused.status, encoded=encoded, headers=refused.headers)
        return outcome

    def _find(self, id_: str) -> tuple[Org, Entity]:
        org = self._world.integrations.get(id_)
        deployment = org.entities.get(DEPLOYMENTS, id_) if org is not None else None
        if org is None or deployment is None:
            raise Refused(404, "not.found", f"Deployment with id [{id_}] was not found", params={"id": id_})
        return org, deployment


def _config(org: Org, deployment: Entity, origin: str, folders: Mapping[str, str]) -> dict[str, Any]:
    api = host_of("api", origin) + folders.get("api", "")
    socket = socket_origin(origin, "webmessaging") + folders.get("webmessaging", "")
    return config(org, deployment, api=api, socket=socket)


def _domains(deployment: Entity) -> dict[str, Any]:
    return {
        "id": deployment.id,
        "allowAllDomains": bool(deployment.body.get("allowAllDomains")),
        "allowedDomains": list(deployment.body.get("allowedDomains") or ()),
    }


def _file(body: dict[str, Any], request: ApiRequest) -> Answer:
    """The file, or 304 for who has it as it is."""
    encoded = orjson.dumps(body)
    tag = f'"{hashlib.sha256(encoded).hexdigest()[:32]}"'
    headers = {"Cache-Control": "no-cache", "ETag": tag}
    known = [one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")]
    return Answer(304, headers=headers) if tag in known or "*" in known else Answer(encoded=encoded, headers=headers)
