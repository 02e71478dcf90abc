"""Kinds and resources of operations that everything else relies on, and the rules on a small API."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.platform.catalogue import load_catalogue
from understudy.platform.kinds import Derivation, Kind

CATALOGUE = load_catalogue()
RELIED_ON = """
create routing.queues POST /api/v2/routing/queues
list routing.queues GET /api/v2/routing/queues
list routing.queues GET /api/v2/routing/queues/divisionviews/all
get routing.queues GET /api/v2/routing/queues/{queueId}
put routing.queues PUT /api/v2/routing/queues/{queueId}
delete routing.queues DELETE /api/v2/routing/queues/{queueId}
list routing.queues.members GET /api/v2/routing/queues/{queueId}/members
bulk routing.queues.members POST /api/v2/routing/queues/{queueId}/members
bulk routing.queues.members PATCH /api/v2/routing/queues/{queueId}/members
list routing.wrapupcodes GET /api/v2/routing/wrapupcodes
list routing.skills GET /api/v2/routing/skills
list routing.message.recipients GET /api/v2/routing/message/recipients
put routing.message.recipients PUT /api/v2/routing/message/recipients/{recipientId}
create messaging.integrations.open POST /api/v2/conversations/messaging/integrations/open
patch messaging.integrations.open PATCH /api/v2/conversations/messaging/integrations/open/{integrationId}
create messaging.settings POST /api/v2/conversations/messaging/settings
get messaging.settings GET /api/v2/conversations/messaging/settings/default
patch messaging.settings PATCH /api/v2/conversations/messaging/settings/{messageSettingId}
create messaging.supportedcontent POST /api/v2/conversations/messaging/supportedcontent
list oauth.clients GET /api/v2/oauth/clients
create oauth.clients POST /api/v2/oauth/clients
action oauth.clients POST /api/v2/oauth/clients/{clientId}/secret
query oauth.clients.usage POST /api/v2/oauth/clients/{clientId}/usage/query
list authorization.roles GET /api/v2/authorization/roles
action authorization.roles POST /api/v2/authorization/roles/{roleId}
get authorization.divisions GET /api/v2/authorization/divisions/home
bulk authorization.subjects POST /api/v2/authorization/subjects/{subjectId}/bulkadd
create users POST /api/v2/users
get users GET /api/v2/users/me
query users POST /api/v2/users/search
get users.routingstatus GET /api/v2/users/{userId}/routingstatus
put users.routingstatus PUT /api/v2/users/{userId}/routingstatus
create flows POST /api/v2/flows
bulk flows DELETE /api/v2/flows
action flows POST /api/v2/flows/actions/publish
create architect.datatables POST /api/v2/flows/datatables
list architect.datatables.rows GET /api/v2/flows/datatables/{datatableId}/rows
get organizations GET /api/v2/organizations/me
get conversations GET /api/v2/conversations/{conversationId}
action conversations POST /api/v2/conversations/{conversationId}/disconnect
action conversations.messages POST /api/v2/conversations/messages/agentless
action conversations.messages POST /api/v2/conversations/messages/inbound/open
action conversations.messages POST /api/v2/conversations/messages/{integrationId}/inbound/open/message
query analytics.conversations.details POST /api/v2/analytics/conversations/details/query
get tokens HEAD /api/v2/tokens/me
"""


@pytest.mark.parametrize("line", RELIED_ON.strip().splitlines())
def test_operation_has_the_kind_and_resource_that_others_rely_on(line: str) -> None:
    kind, resource, method, path = line.split(" ")
    found = next(o for o in CATALOGUE.operations if (o.method, o.path) == (method, path))
    assert (found.kind, found.resource) == (Kind(kind), resource)


def test_every_kind_occurs() -> None:
    assert {operation.kind for operation in CATALOGUE.operations} == set(Kind)


def test_every_listing_of_a_collection_shares_its_resource_with_what_creates() -> None:
    listed = {o.path: o.resource for o in CATALOGUE.operations if o.kind is Kind.LIST}
    for operation in CATALOGUE.operations:
        if operation.kind is Kind.CREATE and operation.path in listed:
            assert operation.resource == listed[operation.path], operation.path


SMALL: list[dict[str, Any]] = [
    {"method": "GET", "path": "/api/v2/things", "response": "ThingListing"},
    {"method": "POST", "path": "/api/v2/things", "body": "Thing", "response": "Thing"},
    {"method": "DELETE", "path": "/api/v2/things", "response": None},
    {"method": "GET", "path": "/api/v2/things/{id}", "response": "Thing"},
    {"method": "POST", "path": "/api/v2/things/{id}", "body": "Thing", "response": None},
    {"method": "PATCH", "path": "/api/v2/things/{id}", "body": "Thing", "response": "Thing"},
    {"method": "POST", "path": "/api/v2/things/{id}/parts", "body": "Part[]", "response": None},
    {"method": "PUT", "path": "/api/v2/things/{id}/tags", "body": "string[]", "response": "string[]"},
    {"method": "GET", "path": "/api/v2/things/{id}/tags", "response": "string[]"},
    {"method": "PUT", "path": "/api/v2/things/{id}/pause", "body": "Pause", "response": None},
    {"method": "POST", "path": "/api/v2/things/words", "body": "string[]", "response": None},
]
EXPECTED = [
    (Kind.LIST, "things"),
    (Kind.CREATE, "things"),
    (Kind.BULK, "things"),
    (Kind.GET, "things"),
    (Kind.ACTION, "things"),
    (Kind.PATCH, "things"),
    (Kind.BULK, "things"),
    (Kind.PUT, "things.tags"),
    (Kind.LIST, "things.tags"),
    (Kind.ACTION, "things"),
    (Kind.ACTION, "things"),
]
MODELS = {"ThingListing": {"entities": {"type": "Thing[]"}}, "Thing": {}, "Part": {}, "Pause": {}}


@pytest.mark.parametrize(("operation", "expected"), list(zip(SMALL, EXPECTED, strict=True)))
def test_rules_on_a_small_api(operation: dict[str, str], expected: tuple[Kind, str]) -> None:
    derivation = Derivation(SMALL, MODELS)
    assert (derivation.kind(operation), derivation.resource(operation)) == expected
