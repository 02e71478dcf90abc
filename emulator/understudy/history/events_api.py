"""Operational events over REST (catalogue: usage/events): what went wrong in the org, from its changes.

Events are read from the org's ring of changes, so the oldest are forgotten as the changes are. Definitions stand in
``contracts/platform_api/operational_events.toml``.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from understudy.clock import iso
from understudy.errors import ContractError, Refused
from understudy.history.cursor import piece
from understudy.history.interval import Interval, parse_interval
from understudy.material import material
from understudy.platform.call import Action, Call
from understudy.platform.messages import Answer
from understudy.world.changes import Change
from understudy.world.org import Org

FILE: Final = "contracts/platform_api/operational_events.toml"
PATH: Final = "/api/v2/usage/events"
SIZE_DEFAULT: Final = 100  # not documented
SIZE_MAX: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One kind of event, and which changes are such."""

    id: str
    name: str
    description: str
    change: str
    entity: str
    value: str = ""
    code: str = ""
    when: Mapping[str, Any] = field(default_factory=dict)

    def fits(self, change: Change) -> bool:
        """Whether a change is an event of this kind."""
        return change.kind == self.change and all(change.data.get(key) == value for key, value in self.when.items())

    def body(self) -> dict[str, str]:
        """EventDefinition."""
        return {"id": self.id, "name": self.name, "description": self.description}

    def reference(self) -> dict[str, str]:
        """AddressableEntityRef."""
        return {"id": self.id, "selfUri": f"{PATH}/definitions/{self.id}"}


@cache
def load_definitions(path: Path | None = None) -> Mapping[str, Definition]:
    """The definitions by id; raises ``ContractError`` where the file is malformed."""
    path = path or material(FILE)
    try:
        found = [Definition(**event) for event in tomllib.loads(path.read_text("utf-8"))["event"]]
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise ContractError(f"{path}: not a list of operational events: {error!r}") from error
    return {one.id: one for one in found}


def list_definitions(call: Call) -> Answer:
    """``GET /usage/events/definitions``."""
    return Answer(body={"entities": [one.body() for one in load_definitions().values()]})


def get_definition(call: Call) -> Answer:
    """``GET /usage/events/definitions/{eventDefinitionId}``."""
    id_ = call.path["eventDefinitionId"]
    found = load_definitions().get(id_)
    if found is None:
        raise Refused(404, "not.found", f"Event definition with id [{id_}] was not found", params={"id": id_})
    return Answer(body=found.body())


def query_events(call: Call) -> Answer:
    """``POST /usage/events/query`` by interval, definitions and a term; oldest first unless DESC."""
    body, path = call.body or {}, f"{PATH}/query"
    wanted = {str(one) for one in body.get("eventDefinitionIds") or ()}
    term = str(body.get("searchTerm") or "").casefold()
    found = [
        event
        for definition, change in _events(call.org, parse_interval(body.get("interval")))
        if (not wanted or definition.id in wanted) and _says(definition, event := _event(definition, change), term)
    ]
    if body.get("sortOrder") == "DESC":
        found.reverse()
    entities, after = piece(call, found, "events", default=SIZE_DEFAULT, most=SIZE_MAX, parameter="after")
    answer: dict[str, Any] = {"entities": list(entities), "selfUri": path}
    return Answer(body=answer | ({"nextUri": f"{path}?after={after}"} if after else {}))


def aggregate_events(call: Call) -> Answer:
    """``POST /usage/events/aggregates/query``: how many of each kind."""
    interval = parse_interval((call.body or {}).get("interval"))
    counts = Counter(definition.id for definition, _ in _events(call.org, interval))
    known = load_definitions()
    found = [{"eventDefinition": known[id_].reference(), "eventCount": count} for id_, count in sorted(counts.items())]
    return Answer(body={"interval": str(interval), "eventDefinitionAggregates": found})


def _events(org: Org, interval: Interval) -> Iterator[tuple[Definition, Change]]:
    definitions = load_definitions().values()
    for change in org.changes.read(org.changes.start):
        if change.at in interval:
            for definition in definitions:
                if definition.fits(change):
                    yield definition, change


def _says(definition: Definition, event: Mapping[str, Any], term: str) -> bool:
    """Whether a folded term is part of the event's name or of one of its texts (which of them count is assumed)."""
    texts = [definition.name, definition.id, *(value for value in event.values() if isinstance(value, str))]
    return any(term in text.casefold() for text in (*texts, event.get("conversation", {}).get("id", "")))


def _event(definition: Definition, change: Change) -> dict[str, Any]:
    """OperationalEvent."""
    body: dict[str, Any] = {
        "eventDefinition": definition.reference(),
        "entityId": str(change.data.get(definition.entity) or ""),
        "currentValue": str(change.data.get(definition.value) or ""),
        "errorCode": definition.code,
        "dateCreated": iso(change.at),
    }
    if change.conversation:
        path = f"/api/v2/conversations/{change.conversation}"
        body["conversation"] = {"id": change.conversation, "selfUri": path}
    return {key: value for key, value in body.items() if value != ""}


ACTIONS: Final[Mapping[str, Action]] = {
    "getUsageEventsDefinitions": list_definitions,
    "getUsageEventsDefinition": get_definition,
    "postUsageEventsQuery": query_events,
    "postUsageEventsAggregatesQuery": aggregate_events,
}
