"""External contacts, as far as conversations need them: who is behind an address, and whom a customer is.

The contacts are those that were written through the operations of external contacts, whoever answers them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.grants import visible
from understudy.platform.messages import Answer
from understudy.world.entities import Entity
from understudy.world.org import Org

TYPES: Final = ("externalcontacts.contacts", "generic:/api/v2/externalcontacts/contacts")
PHONES: Final = ("workPhone", "cellPhone", "homePhone", "otherPhone")
EMAILS: Final = ("workEmail", "personalEmail", "otherEmail")


def look_up(call: Call) -> Answer:
    """``GET …/externalcontacts/reversewhitepageslookup``: contacts with exactly this number or e-mail address."""
    wanted = call.query["lookupVal"].strip().casefold()
    division = call.query.get("divisionId")
    found = [
        contact.body
        for contact in visible(call, _contacts(call.org))
        if wanted in _addresses(contact.body)
        and division in (None, "*", (contact.body.get("division") or {}).get("id"))
    ]
    return Answer(body={"contacts": found})


def associate(call: Call) -> Answer:
    """``PUT …/externalcontacts/conversations/{conversationId}`` (ConversationAssociation): the participant of the
    communication is this contact; without ``externalContactId`` he is nobody's again."""
    id_, body = call.path["conversationId"], call.body
    conversation = call.org.conversations.get(id_)
    if conversation is None:
        raise Refused(404, "not.found", f"Conversation with id [{id_}] was not found", params={"id": id_})
    if body["conversationId"] != id_:
        raise Refused(
            400, "invalid.value", "conversationId is not that of the path", params={"field": "conversationId"}
        )
    found = next(
        (one for one in conversation.participants if body["communicationId"] in [c.id for c in one.communications]),
        None,
    )
    if found is None:
        raise Refused(404, "not.found", f"There is no communication {body['communicationId']}")
    contact = str(body.get("externalContactId") or "")
    if contact and contact not in [one.id for one in _contacts(call.org)]:
        raise Refused(404, "not.found", f"External contact with id [{contact}] was not found", params={"id": contact})
    found.external_contact = contact
    call.org.changed("participant.contact", conversation=id_, participant=found.id, contact=contact)
    return Answer()


def _contacts(org: Org) -> Iterator[Entity]:
    for type_ in TYPES:
        yield from org.entities.of(type_).values()


def _addresses(contact: Mapping[str, Any]) -> set[str]:
    phones = [contact.get(field) for field in PHONES]
    numbers = [one.get(key) for one in phones if isinstance(one, dict) for key in ("e164", "userInput", "display")]
    emails = [contact.get(field) for field in EMAILS]
    return {value.strip().casefold() for value in (*numbers, *emails) if isinstance(value, str)}


ACTIONS: Final[Mapping[str, Action]] = {
    "getExternalcontactsReversewhitepageslookup": look_up,
    "putExternalcontactsConversation": associate,
}
