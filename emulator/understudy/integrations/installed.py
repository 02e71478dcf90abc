"""Installed integrations: what their owner intends (``intendedState``) and what the platform reports.

A new one is DISABLED and INACTIVE, as a real create response shows. ENABLED makes it ACTIVE, or ERROR with a detail
while something that its type requires is missing; DELETED hides it from listings until it is RESTORED (all assumed). A
configuration that is written names the integration and settles its state anew. What is in the body:
``config.current`` is a reference, spelled out where ``expand`` names ``config`` (observed).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from understudy.clock import iso
from understudy.directory.membership import groups_of
from understudy.errors import Refused, SettingsError, nearest
from understudy.integrations import settings
from understudy.integrations.bot_sessions import PullBots
from understudy.integrations.settings import CONFIG, CURRENT, INTEGRATIONS, configuration, lacking
from understudy.integrations.types import CLIENT_APPS, integration_types, type_of
from understudy.platform.call import Action, Call
from understudy.platform.lifecycle import Lifecycle
from understudy.platform.listings import named, page
from understudy.platform.messages import Answer
from understudy.platform.refusals import invalid_value
from understudy.world.configuration import store
from understudy.world.entities import Entity
from understudy.world.org import Org

BOTS: Final = "integrations.botconnector.bots"  # kept by integration: entities.of(f"{BOTS}/{id}")
PULLED: Final = "bots.pulled"  # org.live[PULLED]: dict[integration id, the URI that was asked for its bots]
WHAT: Final = "Integration"
EFFECTIVE: Final = {"ACTIVE": "Active", "INACTIVE": "Inactive", "ERROR": "Error"}


def installed(org: Org, roles: Iterable[str]) -> list[Entity]:
    """The integrations of some roles that are not deleted, in order of installation."""
    wanted = frozenset(roles)
    return [one for one in org.entities.of(INTEGRATIONS).values() if is_there(one) and type_of(one.body).role in wanted]


def is_there(integration: Entity) -> bool:
    """Whether it is not (softly) deleted."""
    return bool(integration.body["intendedState"] != "DELETED")


def one_of(call: Call, id_: str, roles: Iterable[str], what: str) -> Entity:
    """The integration if it is of one of the roles; Refused 404 where there is none, 400 where it is another kind."""
    integration = named(call, INTEGRATIONS, id_, WHAT)
    if not is_there(integration):
        raise Refused(404, "not.found", f"{WHAT} with id [{id_}] was not found", params={"id": id_})
    if type_of(integration.body).role not in frozenset(roles):
        message = f"Integration [{id_}] is of type {integration.body['integrationType']['id']}, not {what}"
        raise Refused(400, "invalid.value", message, params={"id": id_})
    return integration


def _defaults(call: Call, body: dict[str, Any]) -> None:
    given = body.get("integrationType")
    id_ = str(given.get("id") or "") if isinstance(given, dict) else ""
    type_ = integration_types().get(id_)
    if type_ is None:
        raise invalid_value("integrationType.id", id_, "the id of an integration type")
    if not str(body.get("name") or "").strip():
        detail = {"errorCode": "required.field.missing", "fieldName": "name"}
        raise Refused(400, "required.field.missing", "name is required", params={"field": "name"}, details=(detail,))
    if (
        type_.max
        and sum(one.body["integrationType"]["id"] == id_ for one in installed(call.org, {type_.role})) >= type_.max
    ):
        message = f"No more than {type_.max} integrations of type {id_} may be installed"
        raise Refused(409, "general.conflict", message, params={"type": id_})
    body |= {"intendedState": "DISABLED", **_completed(call.org, body)}


def adopt(org: Org, id_: str) -> None:
    """Complete an integration that an org file made, and settle its state; ``SettingsError`` for an unknown type."""
    integration = org.entities.of(INTEGRATIONS)[id_]
    given = integration.body.get("integrationType") or {}
    if given.get("id") not in integration_types():
        remedy = nearest(str(given.get("id")), list(integration_types()))
        raise SettingsError(f"{INTEGRATIONS} {integration.name}.integrationType.id", given.get("id"), remedy)
    integration = org.entities.put(INTEGRATIONS, id_, {**integration.body, **_completed(org, integration.body)})
    pull_bots(org, org.entities.put(INTEGRATIONS, id_, _settled(org, integration)))


def _completed(org: Org, body: Mapping[str, Any]) -> dict[str, Any]:
    """What an integration says of itself beside its name and what its owner intends."""
    return {
        "integrationType": integration_types()[body["integrationType"]["id"]].reference(),
        "notes": body.get("notes") or "",
        "config": {"current": {"id": CURRENT, "selfUri": f"{body['selfUri']}/config/current"}},
        "reportedState": _reported(org, "INACTIVE"),
        "attributes": dict(body.get("attributes") or {}),
    }


def _check(call: Call, before: Entity | None, after: dict[str, Any] | None) -> None:
    if before is None or after is None or is_there(before):
        return
    if after["intendedState"] not in ("RESTORED", "DELETED"):
        message = f"Integration [{before.id}] is deleted: restore it before it is {after['intendedState']}"
        raise Refused(409, "general.conflict", message, params={"id": before.id})


def _consequence(call: Call, before: Entity | None, after: Entity | None) -> None:
    """Its bots and its configuration go with a deleted one: they are below it."""
    if before is not None and after is None:
        call.org.live.get(PULLED, {}).pop(before.id, None)
    if before is None or after is None:
        return
    if after.body["intendedState"] == "RESTORED":
        kept = before.body["intendedState"] if is_there(before) else "DISABLED"
        after = call.org.entities.put(INTEGRATIONS, after.id, {**after.body, "intendedState": kept})
    _settle(call.org, after)


def _configured(call: Call, before: Entity | None, after: Entity | None) -> None:
    """The configuration's name and notes are the integration's; credentials are shown with what is known of them."""
    if after is None:
        return
    integration = call.org.entities.of(INTEGRATIONS)[call.path["integrationId"]]
    known = call.org.entities.of(settings.CREDENTIALS)
    given = after.body.get("credentials") or {}
    credentials = {slot: settings.credential_info(known[one["id"]]) for slot, one in given.items()}
    call.org.entities.put(after.type, after.id, {**after.body, "credentials": credentials})
    body = {**integration.body, "name": after.body["name"], "notes": after.body.get("notes") or ""}
    _settle(call.org, call.org.entities.put(INTEGRATIONS, integration.id, body))


def _settle(org: Org, integration: Entity) -> None:
    pull_bots(org, store(org, INTEGRATIONS, integration.id, _settled(org, integration)))


def pull_bots(org: Org, integration: Entity) -> None:
    """A v2 provider is asked for its bots when its integration becomes active and when its URI changes (assumed: facts
    messaging §3.3 say that the list is pulled, not when)."""
    if type_of(integration.body).role != "digital-bot-connector":
        return
    pulled: dict[str, str] = org.live.setdefault(PULLED, {})
    is_active = integration.body["reportedState"]["code"] == "ACTIVE"
    uri = str((configuration(org, integration)["properties"] or {}).get("botConnectorURI") or "") if is_active else ""
    if pulled.pop(integration.id, "") != uri and uri:
        org.perform(PullBots(integration.id))
    if uri:
        pulled[integration.id] = uri


def pull_all(org: Org) -> None:
    """Ask all providers anew: the org is another one than it was."""
    org.live.pop(PULLED, None)
    for integration in list(org.entities.of(INTEGRATIONS).values()):
        pull_bots(org, integration)


def _settled(org: Org, integration: Entity) -> dict[str, Any]:
    """The body with the state that the intended one leads to."""
    code, missing = "INACTIVE", []
    if integration.body["intendedState"] == "ENABLED":
        missing = lacking(org, integration)
        code = "ERROR" if missing else "ACTIVE"
    return {**integration.body, "reportedState": _reported(org, code, missing)}


def _reported(org: Org, code: str, missing: Iterable[str] = ()) -> dict[str, Any]:
    reported: dict[str, Any] = {"code": code, "effective": EFFECTIVE[code], "lastUpdated": iso(org.now())}
    if listed := ", ".join(missing):
        message = f"The integration is not complete: {listed}"
        reported["detail"] = {"localizableMessageCode": "integration.incomplete", "message": message,
                              "messageWithParams": "The integration is not complete: {missing}",
                              "messageParams": {"missing": listed}}  # fmt: skip
    return reported


def list_integrations(call: Call) -> Answer:
    """``GET …/integrations``: filters ``ids``, ``integrationType``, ``reportedState``, ``credentialId``."""
    found = [one for one in call.org.entities.of(INTEGRATIONS).values() if is_there(one) and _is_wanted(call, one)]
    if "name" in call.query.get("sortBy", ""):
        found.sort(key=lambda one: one.name.casefold())
    return page(call, [_shown(call, one) for one in found])


def get_integration(call: Call) -> Answer:
    """``GET …/integrations/{integrationId}``; a softly deleted one is still read by its id."""
    integration = named(call, INTEGRATIONS, call.path["integrationId"], WHAT)
    return Answer(body=_shown(call, integration))


def list_client_apps(call: Call) -> Answer:
    """``GET …/integrations/clientapps``: the enabled ones; a user sees those without groups and those of own groups."""
    found = [one for one in installed(call.org, CLIENT_APPS) if one.body["intendedState"] == "ENABLED"]
    return page(call, [_client_app(call.org, one) for one in found if _may_see(call, one)])


def _client_app(org: Org, integration: Entity) -> dict[str, Any]:
    config = configuration(org, integration)
    effective = {key: config.get(key) for key in ("properties", "advanced", "name", "notes", "credentials")}
    return {**integration.body, "config": {"current": config, "effective": effective}}


def _may_see(call: Call, integration: Entity) -> bool:
    groups = configuration(call.org, integration)["properties"].get("groups") or []
    if not groups or call.token.user is None:
        return True
    return not set(groups).isdisjoint(groups_of(call.org, call.token.user))


def _is_wanted(call: Call, integration: Entity) -> bool:
    query, body = call.query, integration.body
    if "ids" in query and integration.id not in query["ids"].split(","):
        return False
    if query.get("integrationType", body["integrationType"]["id"]) != body["integrationType"]["id"]:
        return False
    if query.get("reportedState", body["reportedState"]["code"]).upper() != body["reportedState"]["code"]:
        return False
    if "credentialId" not in query:
        return True
    used = configuration(call.org, integration)["credentials"].values()
    return any(one.get("id") == query["credentialId"] for one in used)


def _shown(call: Call, integration: Entity) -> dict[str, Any]:
    wanted = [word.strip().casefold() for word in call.query.get("expand", "").split(",")]
    body = dict(integration.body)
    if any(word.startswith("config") for word in wanted):
        body["config"] = {"current": configuration(call.org, integration)}
    if "integrationtype" in wanted:
        body["integrationType"] = type_of(body).to_json()
    return body


RULES: Final[Mapping[str, Lifecycle]] = {
    INTEGRATIONS: Lifecycle(defaults=_defaults, check=_check, consequence=_consequence),
    CONFIG: Lifecycle(defaults=settings.defaults, check=settings.check, consequence=_configured),
}
ACTIONS: Final[Mapping[str, Action]] = {
    "getIntegrations": list_integrations,
    "getIntegration": get_integration,
    "getIntegrationsClientapps": list_client_apps,
}
