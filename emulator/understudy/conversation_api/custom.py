"""Custom attributes: documents of a conversation, each with a version (models CustomAttributes*).

A document is checked against its schema nowhere yet: schemas of conversations have no behaviour. A version that is
given must be the current one (assumed from the other versioned models; facts: platform-api §4).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from understudy.clock import iso
from understudy.conversation_api.target import conversation_in, given, text, texts
from understudy.conversations.model import Conversation
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.messages import Answer

Body = dict[str, Any]


def list_documents(call: Call) -> Answer:
    """``GET …/customattributes``."""
    return Answer(body={"results": list(conversation_in(call).custom.values())})


def get_document(call: Call) -> Answer:
    """``GET …/customattributes/{attributesId}``."""
    return Answer(body=_document(conversation_in(call), call.path["attributesId"]))


def put_document(call: Call) -> Answer:
    """``PUT …/customattributes``: the document becomes what is given; a new id makes a new one."""
    return Answer(body={"id": _put(call, conversation_in(call), given(call))["id"]})


def patch_document(call: Call) -> Answer:
    """``PATCH …/customattributes``: what is given changes; null removes an attribute."""
    _patch(call, conversation_in(call), given(call))
    return Answer()


def put_documents(call: Call) -> Answer:
    """``PUT …/customattributes/bulk``: each by itself, with its own status."""
    return _each(call, _put)


def patch_documents(call: Call) -> Answer:
    """``PATCH …/customattributes/bulk``."""
    return _each(call, _patch)


def delete_document(call: Call) -> Answer:
    """``DELETE …/customattributes/{attributesId}``."""
    conversation = conversation_in(call)
    document = _document(conversation, call.path["attributesId"])
    del conversation.custom[document["id"]]
    _tell(call, conversation, document["id"])
    return Answer()


def _put(call: Call, conversation: Conversation, body: Body) -> Body:
    id_ = _id(body)
    before = conversation.custom.get(id_)
    most = int(call.org.limits.value("conversations", "custom.attributes.max"))
    if before is None and len(conversation.custom) >= most:
        raise Refused(400, "constraint.validation", f"A conversation has at most {most} custom attributes.")
    return _store(call, conversation, body, before, _attributes(body))


def _patch(call: Call, conversation: Conversation, body: Body) -> Body:
    before = _document(conversation, _id(body))
    merged = {**before["customAttributes"], **_attributes(body)}
    return _store(call, conversation, body, before, merged)


def _store(call: Call, conversation: Conversation, body: Body, before: Body | None, attributes: Body) -> Body:
    version = body.get("version")
    if before is not None and version is not None and version != before["version"]:
        message = f"Version {version} does not match the current version {before['version']} of {before['id']}"
        raise Refused(409, "general.conflict", message, params={"version": str(before["version"])})
    now, id_ = iso(call.org.now()), _id(body)
    kept = {name: value for name, value in attributes.items() if value is not None}
    times = before["customAttributesTimestamps"] if before else {}
    old = before["customAttributes"] if before else {}
    document: Body = {
        "id": id_,
        "conversationId": conversation.id,
        "divisions": list(texts(body, "divisions")) or (before["divisions"] if before else [conversation.division]),
        "customAttributes": kept,
        "customAttributesTimestamps": {
            name: times[name] if name in times and old.get(name) == value else now for name, value in kept.items()
        },
        "version": before["version"] + 1 if before else 1,
        "dateCreated": before["dateCreated"] if before else now,
        "dateModified": now,
        "selfUri": f"/api/v2/conversations/{conversation.id}/customattributes/{id_}",
    }
    schema = text(body, "schemaId") or (before or {}).get("schema", {}).get("id", "")
    if schema:
        document["schema"] = {"id": schema, "selfUri": f"/api/v2/conversations/customattributes/schemas/{schema}"}
    conversation.custom[id_] = document
    _tell(call, conversation, id_)
    return document


def _each(call: Call, change: Callable[[Call, Conversation, Body], Body]) -> Answer:
    conversation = conversation_in(call)
    if not isinstance(call.body, list):
        raise Refused(400, "bad.request", "Give a list of custom attributes.")
    results: dict[str, Body] = {}
    for one in call.body:
        body: Body = one if isinstance(one, dict) else {}
        try:
            results[text(body, "id")] = {"attributes": change(call, conversation, body), "statusCode": 200}
        except Refused as refused:
            results[text(body, "id")] = {"statusCode": refused.status, "errorMessage": refused.message}
    return Answer(body={"results": results})


def _document(conversation: Conversation, id_: str) -> Body:
    found = conversation.custom.get(id_)
    if found is None:
        raise Refused(404, "not.found", f"There are no custom attributes {id_}.", params={"attributesId": id_})
    return found


def _id(body: Body) -> str:
    id_ = text(body, "id")
    if not id_:
        raise Refused(400, "required.field.missing", "id is required.", params={"field": "id"})
    return id_


def _attributes(body: Body) -> Body:
    value = body.get("customAttributes")
    return dict(value) if isinstance(value, dict) else {}


def _tell(call: Call, conversation: Conversation, id_: str) -> None:
    call.org.changed(
        "conversation.customAttributes", conversation=conversation.id, customer=conversation.leg.address, id=id_
    )


ACTIONS: Final[dict[str, Action]] = {
    "getConversationCustomattributes": list_documents,
    "putConversationCustomattributes": put_document,
    "patchConversationCustomattributes": patch_document,
    "putConversationCustomattributesBulk": put_documents,
    "patchConversationCustomattributesBulk": patch_documents,
    "getConversationCustomattribute": get_document,
    "deleteConversationCustomattribute": delete_document,
}
