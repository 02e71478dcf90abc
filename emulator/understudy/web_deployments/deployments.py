"""Messenger deployments: a published configuration on the pages of some domains, with the flow that answers.

A deployment's id names its org (``World.integrations``): guests have no token. It is Active at once (assumed); allowed
domains and "all domains" exclude each other (Terraform schema; that the platform refuses it is assumed).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import orjson

from understudy.clock import iso
from understudy.errors import SettingsError, nearest
from understudy.oauth.regions import home_region
from understudy.platform.call import Action, Call
from understudy.platform.lifecycle import Lifecycle
from understudy.platform.listings import named
from understudy.platform.messages import Answer
from understudy.platform.paging import listing
from understudy.platform.refusals import invalid_value
from understudy.web_deployments.configurations import CONFIGURATIONS, DEPLOYMENTS, SHAPE, version_of
from understudy.web_deployments.snippet import snippet
from understudy.world.entities import Entity
from understudy.world.org import Org
from understudy.world.world import World

DEVICES: Final = "webmessaging.deployments.pushdevices"  # kept by deployment: entities.of(f"{DEVICES}/{id}")
DOMAIN: Final = re.compile(r"(?=.{1,253}$)(\*\.)?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d{1,5})?")
FLOW_TYPE: Final = "INBOUNDSHORTMESSAGE"


def active_configuration(org: Org, deployment: Entity) -> dict[str, Any]:
    """The configuration version that the deployment shows; empty where it was taken away."""
    named_ = deployment.body["configuration"]
    found = version_of(org, named_["id"], named_["version"])
    return found.body if found else {}


def _new(call: Call, body: dict[str, Any]) -> None:
    now = iso(call.org.now())
    body |= {"status": "Active", "dateCreated": now, "dateModified": now}
    body.setdefault("allowAllDomains", False)
    body.setdefault("allowedDomains", [])


def _check(call: Call, before: Entity | None, after: dict[str, Any] | None) -> None:
    if after is None:
        return
    domains = after.get("allowedDomains") or []
    if after.get("allowAllDomains") and domains:
        raise invalid_value("allowedDomains", ", ".join(domains), "empty while all domains are allowed")
    for domain in domains:
        if not DOMAIN.fullmatch(domain):
            raise invalid_value("allowedDomains", domain[:100], "a domain name")
    _check_configuration(call.org, after.get("configuration") or {})
    flow = call.org.entities.get("flows", (after.get("flow") or {}).get("id", ""))
    if flow is not None and str(flow.body.get("type", "")).upper() != FLOW_TYPE:
        raise invalid_value("flow.id", flow.id, f"an inbound message flow, not one of type {flow.body.get('type')}")


def _check_configuration(org: Org, given: Mapping[str, Any]) -> None:
    id_, version = str(given.get("id") or ""), str(given.get("version") or "")
    if org.entities.get(CONFIGURATIONS, id_) is None:
        raise invalid_value("configuration.id", id_, "the id of a configuration")
    if version_of(org, id_, version) is None:
        raise invalid_value("configuration.version", version, "a published version of the configuration")


def _changed(call: Call, before: Entity | None, after: Entity | None) -> None:
    """Guests find the org by the deployment's id; references are spelled out; what hangs on a deleted one goes."""
    if after is None:
        if before is not None:
            call.world.integrations.pop(before.id, None)
            call.org.entities.of(f"{DEVICES}/{before.id}").clear()
        return
    call.world.integrations[after.id] = call.org
    given = after.body["configuration"]
    shown = _configuration_reference(call.org.entities.of(CONFIGURATIONS)[given["id"]], given["version"])
    body = {**after.body, "configuration": shown, "status": "Active", "dateModified": iso(call.org.now())}
    body["snippet"] = _snippet(call, after.id)
    if call.token.user:
        body["lastModifiedUser"] = {"id": call.token.user, "selfUri": f"/api/v2/users/{call.token.user}"}
    call.org.entities.put(DEPLOYMENTS, after.id, body)


def adopt(world: World, org: Org, id_: str) -> None:
    """Index a deployment of an org file; ``SettingsError`` where its configuration, by id or name, is not there, or
    another org has its id."""
    deployment = org.entities.of(DEPLOYMENTS)[id_]
    owner = world.integrations.get(id_, org)
    if owner is not org:
        remedy = f"org {owner.name} has this id; ids are unique on one port"
        raise SettingsError(f"{DEPLOYMENTS} {deployment.name}.id", id_, remedy)
    given = deployment.body.get("configuration") or {}
    configuration = org.entities.get(CONFIGURATIONS, str(given.get("id") or ""))
    configuration = configuration or org.entities.named(CONFIGURATIONS, str(given.get("name") or ""))
    where = f"{DEPLOYMENTS} {deployment.name}.configuration"
    if configuration is None:
        names = [one.name for one in org.entities.of(CONFIGURATIONS).values()]
        raise SettingsError(where, given.get("name") or given.get("id"), nearest(str(given.get("name")), names))
    version = str(given.get("version") or "")
    if version_of(org, configuration.id, version) is None:
        raise SettingsError(f"{where}.version", version, f"give a published version of {configuration.name}")
    world.integrations[id_] = org
    shown = _configuration_reference(configuration, version)
    body = {"allowedDomains": [], **deployment.body, "configuration": shown}
    org.entities.put(DEPLOYMENTS, id_, body)


def _configuration_reference(configuration: Entity, version: str) -> dict[str, str]:
    self_uri = f"/api/v2/webdeployments/configurations/{configuration.id}/versions/{version}"
    return {"id": configuration.id, "name": configuration.name, "version": version, "selfUri": self_uri}


def list_deployments(call: Call) -> Answer:
    """``GET …/deployments?expand=Configuration``: the configuration spelled out where it is asked for."""
    wanted = call.query.get("expand", "").casefold().split(",")
    found = list(call.org.entities.of(DEPLOYMENTS).values())
    found = [_expanded(call, one, with_configuration="configuration" in wanted) for one in found]
    return Answer(encoded=listing(call, found, SHAPE))


def get_configurations(call: Call) -> Answer:
    """``GET …/deployments/{deploymentId}/configurations``: the deployment with the version that it shows."""
    deployment = _deployment(call)
    version = active_configuration(call.org, deployment)
    return Answer(
        body={"deployment": _shown(call, deployment)} | ({"configurationVersion": version} if version else {})
    )


def _deployment(call: Call) -> Entity:
    return named(call, DEPLOYMENTS, call.path["deploymentId"], "Deployment")


def _shown(call: Call, deployment: Entity) -> dict[str, Any]:
    """With the snippet for the address by which it is asked for now; one of an org file was stored without."""
    return {**deployment.body, "snippet": _snippet(call, deployment.id)}


def _snippet(call: Call, id_: str) -> str:
    return snippet(call.origin, home_region(call.org), id_)


def _expanded(call: Call, deployment: Entity, *, with_configuration: bool) -> Entity:
    body = _shown(call, deployment)
    if with_configuration:
        body["configuration"] = active_configuration(call.org, deployment) or deployment.body["configuration"]
    return Entity(deployment.type, deployment.id, body, deployment.version, orjson.dumps(body))


RULES: Final[Mapping[str, Lifecycle]] = {
    DEPLOYMENTS: Lifecycle(defaults=_new, check=_check, consequence=_changed, shown=_shown, is_always_shown=True),
}
ACTIONS: Final[Mapping[str, Action]] = {
    "getWebdeploymentsDeployments": list_deployments,
    "getWebdeploymentsDeploymentConfigurations": get_configurations,
}
