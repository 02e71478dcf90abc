"""Blind transfers: to a queue, a user, a number or a contact. Attended ones are carried out at once too, and noted."""

from __future__ import annotations

from typing import Any, Final

from understudy.conversation_api.target import check_acting, given, missing, participant_in, queue_named, text
from understudy.conversation_api.target import user_named as find_user
from understudy.conversations.commands import Transfer
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.messages import Answer

# Contacts that were written through the API are kept by the generic layer, under the collection's path.
CONTACTS: Final = ("externalcontacts.contacts", "generic:/api/v2/externalcontacts/contacts")
PHONES: Final = {
    "WorkPhone": "workPhone", "CellPhone": "cellPhone", "HomePhone": "homePhone", "OtherPhone": "otherPhone"
}  # fmt: skip


def replace(call: Call) -> Answer:
    """``POST …/participants/{pid}/replace`` {userId | userName | queueId | address}; addresses are for calls."""
    body = given(call)
    user = text(body, "userId") or find_user(call, text(body, "userName"))
    return _transfer(call, queue=text(body, "queueId"), user=user or "", address=text(body, "address"))


def replace_queue(call: Call) -> Answer:
    """``POST …/replace/queue`` {queueId | queueName}."""
    body = given(call)
    return _transfer(call, queue=text(body, "queueId") or queue_named(call, text(body, "queueName")) or "")


def replace_agent(call: Call) -> Answer:
    """``POST …/replace/agent`` {userId | userName | userDisplayName}."""
    body = given(call)
    name = text(body, "userDisplayName") or text(body, "userName")
    user = text(body, "userId") or find_user(call, name)
    if not user:
        raise missing("userId")
    return _transfer(call, user=user)


def replace_external(call: Call) -> Answer:
    """``POST …/replace/external`` and ``…/transfer`` {address}."""
    address = text(given(call), "address")
    if not address:
        raise missing("address")
    return _transfer(call, address=address)


def replace_contact(call: Call) -> Answer:
    """``POST …/replace/contact/external`` {contactId, phoneType}."""
    return _transfer(call, address=number_of_contact(call, given(call)))


def number_of_contact(call: Call, body: dict[str, Any]) -> str:
    """The number of an external contact; Refused 404 without the contact, 400 without such a number."""
    id_, kind = text(body, "contactId"), text(body, "phoneType")
    contact = next((found for type_ in CONTACTS if (found := call.org.entities.get(type_, id_))), None)
    if contact is None:
        raise Refused(404, "not.found", f"There is no external contact {id_}.", params={"contactId": id_})
    phone = contact.body.get(PHONES.get(kind, ""))
    number = (phone.get("e164") or phone.get("display")) if isinstance(phone, dict) else None
    if not number:
        raise Refused(400, "postino.error.bad.address", f"The contact {id_} has no {kind}.")
    return str(number)


def _transfer(call: Call, *, queue: str = "", user: str = "", address: str = "") -> Answer:
    conversation, participant = participant_in(call)
    check_acting(call, conversation, participant)
    if given(call).get("transferType") == "Attended":
        call.org.note("transfer.attended", conversation=conversation.id, participant=participant.id)
    call.perform(Transfer(conversation.id, participant.id, queue or None, user or None, address or None))
    return Answer()


ACTIONS: Final[dict[str, Action]] = {
    "postConversationParticipantReplace": replace,
    "postConversationsCallParticipantReplace": replace,
    "postConversationsCallbackParticipantReplace": replace,
    "postConversationsEmailParticipantReplace": replace,
    "postConversationsMessageParticipantReplace": replace,
    "postConversationParticipantReplaceQueue": replace_queue,
    "postConversationParticipantReplaceAgent": replace_agent,
    "postConversationParticipantReplaceExternal": replace_external,
    "postConversationParticipantTransfer": replace_external,
    "postConversationParticipantReplaceContactExternal": replace_contact,
}
