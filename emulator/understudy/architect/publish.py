"""Versions of a flow and which one is published.

Publishing checks what Genesys checks: the flow loads, and the queues, skills, languages, data tables and integrations
that it names exist (facts: messaging §4; the error code is ``architect.flow.validate.failed``). A flow entity keeps
``hidden["yaml"]`` (the published text), ``hidden["flow"]`` (the same, loaded) and ``hidden["versions"]`` (the newest
ones with their texts).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from understudy.architect.actions import Action, CallBot, DataTableLookup, EvaluateScheduleGroup, TransferToAcd
from understudy.architect.flow import Flow
from understudy.architect.load import load
from understudy.architect.opening import EMERGENCIES, GROUPS
from understudy.architect.stubs import HIDDEN as STUBS
from understudy.architect.stubs import stubs
from understudy.architect.template import HIDDEN as VARIABLES
from understudy.architect.template import fill
from understudy.clock import iso
from understudy.errors import FlowError, nearest
from understudy.world.configuration import store
from understudy.world.entities import Entity
from understudy.world.org import Org

VERSIONS_KEPT: Final = 20
API_TYPES: Final = {"inboundShortMessage": "INBOUNDSHORTMESSAGE", "inboundCall": "INBOUNDCALL"}


def published(org: Org, flow_id: str) -> Flow | None:
    """The published form of a flow; ``None`` where there is no such flow or it was never published."""
    entity = org.entities.get("flows", flow_id)
    if entity is None:
        return None
    flow = entity.hidden.get("flow")
    return flow if isinstance(flow, Flow) else None


def check(org: Org, entity: Entity, text: str, source: str) -> Flow:
    """Load a text as ``entity``'s flow and check what it refers to; raises ``FlowError``."""
    stubs(entity.hidden.get(STUBS), source)
    flow = load(text, source)
    type_ = str(entity.body.get("type") or API_TYPES[flow.type])
    if type_.upper() != API_TYPES[flow.type]:
        raise FlowError(source, 1, f"the flow {entity.name!r} is {type_}, the file has a {flow.type}")
    for action in flow.actions():
        for what, plural, type_, name in _names(action):
            if org.entities.named(type_, name) is None:
                known = [one.name for one in org.entities.of(type_).values()]
                remedy = nearest(name, known) if known else f"the org has no {plural}"
                raise FlowError(source, action.line, f"{action.name!r} names {what} {name!r}: {remedy}")
    return flow


def _names(action: Action) -> Iterator[tuple[str, str, str, str]]:
    """What an action names in the org: what it is, in words and as a resource."""
    match action:
        case TransferToAcd():
            if action.queue:
                yield "queue", "queues", "routing.queues", action.queue
            for skill in action.skills:
                yield "skill", "skills", "routing.skills", skill
            if action.language:
                yield "language", "languages", "routing.languages", action.language
        case DataTableLookup():
            yield "data table", "data tables", "architect.datatables", action.table
        case EvaluateScheduleGroup():
            yield "schedule group", "schedule groups", GROUPS, action.group
            if action.emergency_group:
                yield "emergency group", "emergency groups", EMERGENCIES, action.emergency_group
        case CallBot():
            yield "integration", "integrations", "integrations", action.integration


def filled(entity: Entity, text: str, source: str, variables: Mapping[str, Any] | None = None) -> str:
    """A text with its placeholders filled: by ``variables``, else by those of the flow's entry in the org file."""
    known = entity.hidden.get(VARIABLES)
    return fill(text, {**(known if isinstance(known, dict) else {}), **(variables or {})}, source)


def publish(
    org: Org, flow_entity: Entity, yaml_text: str, source: str, variables: Mapping[str, Any] | None = None
) -> Entity:
    """Make a text the published version of a flow; returns the entity as stored. Raises ``FlowError``.

    ``variables`` fill the text's placeholders; what is stored is the text without them.
    """
    yaml_text = filled(flow_entity, yaml_text, source, variables)
    flow = check(org, flow_entity, yaml_text, source)
    stored = save(org, flow_entity, yaml_text, "PUBLISH")
    version = stored.body["savedVersion"]
    body = {
        **stored.body,
        "type": API_TYPES[flow.type],
        "active": True,
        "publishedVersion": {**version, "datePublished": iso(org.now())},
        "checkedInVersion": version,
    }
    return store(org, "flows", stored.id, body, {"yaml": yaml_text, "flow": flow})


def save(org: Org, flow_entity: Entity, yaml_text: str, kind: str = "SAVE") -> Entity:
    """Store a text as the newest version, unchecked as in Architect; returns the entity as stored."""
    known: list[dict[str, Any]] = list(flow_entity.hidden.get("versions") or ())
    number = int(flow_entity.hidden.get("version_number") or 0) + 1
    id_ = f"{number}.0"
    uri = f"/api/v2/flows/{flow_entity.id}/versions/{id_}"
    version = {
        "id": id_,
        "name": id_,
        "commitVersion": str(number),
        "configurationVersion": str(number),
        "type": kind,
        "secure": False,
        "debug": False,
        "dateCreated": int(org.now() * 1000),
        "dateSaved": int(org.now() * 1000),
        "configurationUri": f"{uri}/configuration",
        "selfUri": uri,
    }
    versions = [*known, {"body": version, "yaml": yaml_text}][-VERSIONS_KEPT:]
    body = {**flow_entity.body, "savedVersion": version}
    hidden = {"versions": versions, "version_number": number}
    return store(org, "flows", flow_entity.id, body, hidden)
