"""What is noted on a conversation as a whole: its tag, its utilization label, its secure attributes."""

from __future__ import annotations

from typing import Final

from understudy.conversation_api.target import attributes_of, conversation_in, given, text
from understudy.conversations.lifecycle import check_attributes
from understudy.conversations.model import Conversation
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.messages import Answer


def put_tags(call: Call) -> Answer:
    """``PUT /conversations/{id}/tags`` {externalTag}."""
    conversation = conversation_in(call)
    conversation.tag = text(given(call), "externalTag")
    _tell(call, conversation, "conversation.tag", tag=conversation.tag)
    return Answer(body="")


def patch_label(call: Call) -> Answer:
    """``PATCH /conversations/{id}/utilizationlabel`` {utilizationLabelId}: kept and shown; capacity by label is not
    rehearsed."""
    conversation = conversation_in(call)
    conversation.label = text(given(call), "utilizationLabelId")
    _tell(call, conversation, "conversation.label", label=conversation.label)
    return Answer(body="")


def get_secure(call: Call) -> Answer:
    """``GET /conversations/{id}/secureattributes``."""
    conversation = conversation_in(call)
    return Answer(body={"attributes": dict(conversation.secure), "version": conversation.secure_version})


def put_secure(call: Call) -> Answer:
    """``PUT …/secureattributes``: these and no others."""
    return _secure(call, {})


def patch_secure(call: Call) -> Answer:
    """``PATCH …/secureattributes``: merged."""
    return _secure(call, conversation_in(call).secure)


def _secure(call: Call, before: dict[str, str]) -> Answer:
    conversation, body = conversation_in(call), given(call)
    version = body.get("version")
    if version is not None and version != conversation.secure_version:
        message = f"Version {version} does not match the current version {conversation.secure_version}"
        raise Refused(409, "general.conflict", message, params={"version": str(conversation.secure_version)})
    attributes = attributes_of(body)
    check_attributes(attributes)
    merged = {**before, **attributes}
    most = int(call.org.limits.value("conversations", "secure.attributes.max"))
    if len(merged) > most:
        raise Refused(400, "constraint.validation", f"A conversation has at most {most} secure attributes.")
    conversation.secure = merged
    conversation.secure_version += 1
    _tell(call, conversation, "conversation.secureAttributes", names=sorted(attributes))  # never the values
    return Answer(body="")


def _tell(call: Call, conversation: Conversation, kind: str, **data: object) -> None:
    call.org.changed(kind, conversation=conversation.id, customer=conversation.leg.address, **data)


ACTIONS: Final[dict[str, Action]] = {
    "putConversationTags": put_tags,
    "patchConversationUtilizationlabel": patch_label,
    "getConversationSecureattributes": get_secure,
    "putConversationSecureattributes": put_secure,
    "patchConversationSecureattributes": patch_secure,
}
