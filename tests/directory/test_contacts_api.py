from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.conversations.model import Communication, CommunicationState, Conversation, Leg, Participant
from understudy.conversations.render import conversation_body, media_conversation_body
from understudy.platform.catalogue import load_catalogue
from understudy.platform.fence import Fence
from understudy.platform.grants import home_division
from understudy.platform.permissions import Permissions
from understudy.world.org import Org
from understudy.world.tokens import Token

Ask = Callable[..., tuple[int, Any]]
LOOKUP = "/api/v2/externalcontacts/reversewhitepageslookup"
CONTACT = {
    "id": "k1",
    "lastName": "Roe",
    "workEmail": "Roe@example.org",
    "cellPhone": {"e164": "+4930123456"},
    "division": {"id": "north"},
}


@pytest.fixture
def contact(office: Org) -> None:
    office.entities.put("externalcontacts.contacts", "k1", CONTACT)


@pytest.fixture
def conversation(office: Org) -> Conversation:
    said = Communication("m1", CommunicationState.CONNECTED, "inbound")
    customer = Participant("p1", "customer", "Roe", 0.0, said)
    found = Conversation("c1", 0.0, Leg("open_messaging", "i1", "roe"), participants=[customer])
    office.conversations["c1"] = found
    return found


def test_without_contacts_nobody_is_found(ask: Ask) -> None:
    assert ask("GET", f"{LOOKUP}?lookupVal=roe@example.org") == (200, {"contacts": []})
    assert ask("GET", LOOKUP)[0] == 400


@pytest.mark.usefixtures("contact")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("lookupVal=roe@EXAMPLE.org", 1),
        ("lookupVal=%2B4930123456", 1),
        ("lookupVal=Roe", 0),
        ("lookupVal=roe@example.org&divisionId=north", 1),
        ("lookupVal=roe@example.org&divisionId=south", 0),
        ("lookupVal=roe@example.org&divisionId=*", 1),
    ],
)
def test_a_contact_is_found_by_number_or_address(ask: Ask, query: str, found: int) -> None:
    assert len(ask("GET", f"{LOOKUP}?{query}")[1]["contacts"]) == found


@pytest.mark.usefixtures("contact")
def test_a_customer_becomes_a_contact(ask: Ask, office: Org, conversation: Conversation) -> None:
    body = {"conversationId": "c1", "communicationId": "m1", "mediaType": "MESSAGE", "externalContactId": "k1"}
    target = "/api/v2/externalcontacts/conversations/c1"
    assert ask("PUT", target, body)[0] == 202
    assert conversation_body(conversation)["participants"][0]["externalContactId"] == "k1"
    assert media_conversation_body(conversation, "message")["participants"][0]["externalContact"] == {"id": "k1"}
    assert "participant.contact" in [change.kind for change in office.changes.read(0)]
    for wrong, status in (
        ({"externalContactId": "k9"}, 404),
        ({"communicationId": "m9"}, 404),
        ({"conversationId": "c9"}, 400),
        ({"mediaType": "PIGEON"}, 400),
        ({"communicationId": None}, 400),
    ):
        assert ask("PUT", target, {**body, **wrong})[0] == status
    assert conversation.participants[0].external_contact == "k1"
    assert ask("PUT", target.replace("c1", "c9"), body)[0] == 404
    assert ask("PUT", target, {**body, "externalContactId": None})[0] == 202
    assert "externalContactId" not in conversation_body(conversation)["participants"][0]


@pytest.mark.usefixtures("contact")
def test_a_contact_behind_the_fence_is_not_found(ask: Ask, office: Org, grant: Callable[..., Token]) -> None:
    token, permissions = grant(), Permissions(load_catalogue())
    everything, _ = permissions.mask_of([{"domain": "*", "entityName": "*", "actionSet": ["*"]}])
    token.mask, token.mask_version = everything, office.grants_version
    token.fence = Fence(permissions, 0, {home_division(office): everything})
    assert ask("GET", f"{LOOKUP}?lookupVal=roe@example.org")[1]["contacts"] == [CONTACT]
    assert ask("GET", f"{LOOKUP}?lookupVal=roe@example.org", token=token)[1]["contacts"] == []
