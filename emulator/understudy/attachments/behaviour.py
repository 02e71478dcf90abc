"""Media of a conversation over the Platform API: announce an upload, look at it later (facts: messaging §1.4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from understudy.attachments import store
from understudy.errors import Refused
from understudy.open_messaging.configuration_api import PAGED
from understudy.open_messaging.fields import name_of, object_of, refused
from understudy.platform.call import Action, Call
from understudy.platform.messages import Answer
from understudy.platform.paging import listing

MIMES: Final = {
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "pdf": "application/pdf",
    "txt": "text/plain", "mp3": "audio/mpeg", "wav": "audio/wav", "mp4": "video/mp4",
}  # fmt: skip


def announce(call: Call) -> Answer:
    """``POST …/messages/media/uploads``: returns where to PUT the bytes, and with which headers."""
    _check_communication(call)
    body = object_of(call.body, "")
    name, length = name_of(body, "fileName", ""), body.get("contentLengthBytes")
    most = int(call.org.limits.value(store.NAMESPACE, "media.bytes.max"))
    if not isinstance(length, int) or isinstance(length, bool) or not 0 < length <= most:
        raise refused(f"contentLengthBytes must be a whole number from 1 to {most}", "invalid.value")
    found = _new(call, name)
    body = {"id": found.id, "name": name, "uploadUrl": call.origin + found.path, "selfUri": _self_uri(found)}
    return Answer(body=body | {"uploadHeaders": {"Content-Type": found.mime}})


def create(call: Call) -> Answer:
    """``POST …/messages/media``: an older form, whose answer is the media itself with its ``uploadUrl``."""
    _check_communication(call)
    found = _new(call, "media")
    return Answer(body=_view(call, found) | {"uploadUrl": call.origin + found.path})


def show(call: Call) -> Answer:
    """``GET …/messages/media/{mediaId}``."""
    found = store.get(call.org, call.path["mediaId"])
    if found.communication != call.path["communicationId"]:
        raise Refused(404, "not.found", f"There is no media {found.id} in this communication.")
    return Answer(body=_view(call, found))


def list_(call: Call) -> Answer:
    """``GET …/messages/media``: all of one communication."""
    _check_communication(call)
    of = call.path["communicationId"]
    shown = [orjson.dumps(_view(call, one)) for one in store.stored(call.org).values() if one.communication == of]
    return Answer(encoded=listing(call, shown, PAGED))


def _new(call: Call, name: str) -> store.Media:
    mime = MIMES.get(name.rpartition(".")[2].lower(), "application/octet-stream")
    found = store.Media(call.org.ids.uuid("media"), call.org.id, name, mime)
    found.conversation, found.communication = call.path["conversationId"], call.path["communicationId"]
    return store.keep(call.org, found)


def _check_communication(call: Call) -> None:
    conversation = call.org.conversations.get(call.path["conversationId"])
    known = [p.communication.id for p in conversation.participants] if conversation else []
    if call.path["communicationId"] not in known:
        raise Refused(
            404, "not.found", f"There is no communication {call.path['communicationId']} in this conversation."
        )


def _view(call: Call, one: store.Media) -> dict[str, Any]:
    view = {
        "id": one.id,
        "name": one.name,
        "mediaType": one.mime,
        "contentLengthBytes": one.length,
        "status": one.status,
        "conversationId": one.conversation,
        "communicationId": one.communication,
        "selfUri": _self_uri(one),
    }
    return view | ({"url": call.origin + one.path} if one.status == "valid" else {})


def _self_uri(one: store.Media) -> str:
    base = f"/api/v2/conversations/messages/{one.conversation}/communications/{one.communication}"
    return f"{base}/messages/media/{one.id}"


ACTIONS: Final[Mapping[str, Action]] = {
    "postConversationsMessageCommunicationMessagesMediaUploads": announce,
    "postConversationsMessageCommunicationMessagesMedia": create,
    "getConversationsMessageCommunicationMessagesMediaMediaId": show,
    "getConversationsMessageCommunicationMessagesMedia": list_,
}
