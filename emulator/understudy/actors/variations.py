"""Variations of the org's configuration, each put back when its ``with`` block ends: what F and C rows provoke.

They change Genesys' side only, so most of them apply to a real endpoint too; a test that uses one is marked
``exclusive``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from understudy.actors.rehearsal import Rehearsal

RECIPIENTS, ROLES, QUEUES = "routing.message.recipients", "authorization.roles", "routing.queues"
CREDENTIALS = "integrations.credentials"


@contextmanager
def varied(rehearsal: Rehearsal, type_: str, name: str, body: Mapping[str, Any]) -> Iterator[None]:
    """An entity with other fields."""
    before = rehearsal.entity(type_, name)
    path = f"entities/{quote(type_, safe='')}/{before['id']}"
    rehearsal.client.put(path, body={**before["body"], **body})
    try:
        yield
    finally:
        rehearsal.client.put(path, body=before["body"])


@contextmanager
def routed_to(rehearsal: Rehearsal, flow: str | None) -> Iterator[None]:
    """Another flow at the integration's address, or none."""
    body: dict[str, Any] = {"flow": None}
    if flow is not None:
        found = rehearsal.entity("flows", flow)
        body["flow"] = {"id": found["id"], "name": flow}
    with varied(rehearsal, RECIPIENTS, rehearsal.slot.integration, body):
        yield


@contextmanager
def without_permission(rehearsal: Rehearsal, permission: str) -> Iterator[None]:
    """The role of the endpoint's client without one permission."""
    role = rehearsal.entity(ROLES, rehearsal.client.get("activity")["role"])
    domain, entity, action = permission.split(":")
    policies = [
        {**one, "actionSet": [a for a in one["actionSet"] if a.casefold() != action.casefold()]}
        if (one["domain"].casefold(), one["entityName"].casefold()) == (domain.casefold(), entity.casefold())
        else one
        for one in role["body"]["permissionPolicies"]
    ]
    with varied(rehearsal, ROLES, role["id"], {"permissionPolicies": policies}):
        yield


@contextmanager
def nobody_on_queue(rehearsal: Rehearsal) -> Iterator[None]:
    """All agents off queue."""
    for agent in rehearsal.client.get("agents")["agents"]:
        rehearsal.client.perform("RoutingStatus", user=agent["id"], status="OFF_QUEUE")
    yield


@contextmanager
def without_members(rehearsal: Rehearsal, queue: str) -> Iterator[None]:
    """A queue that nobody is a member of."""
    id_ = rehearsal.entity(QUEUES, queue)["id"]
    before = rehearsal.client.put(f"members/{id_}", members={})["members"]
    try:
        yield
    finally:
        rehearsal.client.put(f"members/{id_}", members=before)


@contextmanager
def in_region(rehearsal: Rehearsal, region: str) -> Iterator[None]:
    """The org in another region than the endpoint logs in to; its tokens are gone, so it must log in again."""
    before = rehearsal.client.put("region", region=region)["region"]
    rehearsal.client.delete("tokens")
    try:
        yield
    finally:
        rehearsal.client.put("region", region=before)


@contextmanager
def without_tokens(rehearsal: Rehearsal) -> Iterator[None]:
    """No client has a token now, before and behind the block: each must log in again."""
    rehearsal.client.delete("tokens")
    try:
        yield
    finally:
        rehearsal.client.delete("tokens")


@contextmanager
def unauthorized(rehearsal: Rehearsal) -> Iterator[None]:
    """The endpoint's client is not among the authorized ones."""
    client = rehearsal.slot.ids["UNDERSTUDY_CLIENT_ID"]
    rehearsal.client.perform("ForgetAuthorization", client=client)
    try:
        yield
    finally:
        rehearsal.client.perform("Authorize", client=client, user=rehearsal.agent().user, scopes=[])


@contextmanager
def with_credentials(rehearsal: Rehearsal, fields: Mapping[str, str]) -> Iterator[None]:
    """Other credentials fields in the org's first credential: what an integration's callouts bear as headers."""
    before = rehearsal.client.get(f"entities/{CREDENTIALS}")["entities"][0]
    path = f"entities/{CREDENTIALS}/{before['id']}"
    rehearsal.client.put(path, body=before["body"], hidden={"fields": dict(fields)})
    try:
        yield
    finally:
        rehearsal.client.put(path, body=before["body"], hidden=before["hidden"])


@contextmanager
def with_properties(rehearsal: Rehearsal, properties: Mapping[str, Any]) -> Iterator[None]:
    """Other properties in the configuration of the slot's integration."""
    with varied(rehearsal, f"integrations.config/{rehearsal.slot.integration}", "current", {"properties": properties}):
        yield


@contextmanager
def registered(rehearsal: Rehearsal, client: str, bots: Sequence[Mapping[str, Any]]) -> Iterator[None]:
    """Other bots in the list of the slot's integration, put there by an administrator's call (the OAuth client of that
    name) as the guide does it; then those before again."""
    administrator = rehearsal.administrator(client)
    path = f"/api/v2/integrations/botconnector/{rehearsal.slot.integration}/bots"
    before = administrator.calls("GET", path).body["chatBots"]
    administrator.calls("PUT", path, {"chatBots": list(bots)})
    try:
        yield
    finally:
        administrator.calls("PUT", path, {"chatBots": before})
