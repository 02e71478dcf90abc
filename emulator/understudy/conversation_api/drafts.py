"""The draft of an e-mail conversation, what an EmailMessage says, and the files that go with it.

A draft that nobody began is a reply to the newest e-mail. Files are uploaded to the emulator, as those of messages are.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from understudy.attachments import store
from understudy.conversation_api.target import conversation_in, given, text
from understudy.conversations.mail_form import mail_body
from understudy.conversations.media import Mail
from understudy.conversations.model import Conversation
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.messages import Answer

DRAFT_TYPES: Final = ("Reply", "ReplyAll", "Forward")
PREFIXES: Final = {"Reply": "Re: ", "ReplyAll": "Re: ", "Forward": "Fwd: "}
ATTACHMENTS_MAX: Final = 50  # of one draft; the emulator's own bound
UNKNOWN: Final = "application/octet-stream"


def get_draft(call: Call) -> Answer:
    """``GET …/messages/draft``: as it was put, else an empty reply to the newest e-mail."""
    conversation = conversation_in(call)
    return Answer(body=mail_body(conversation, _draft(call, conversation), size_max(call)))


def put_draft(call: Call) -> Answer:
    """``PUT …/messages/draft`` (EmailMessage)."""
    conversation = conversation_in(call)
    before = _draft(call, conversation)
    mail = replace(mail_from(call, given(call)), id=before.id, state="Edited", draft_type=before.draft_type)
    conversation.draft = mail
    return Answer(body=mail_body(conversation, mail, size_max(call)))


def patch_draft(call: Call) -> Answer:
    """``PATCH …/messages/draft`` {draftType}: begin it anew as a reply, a reply to all or a forward."""
    conversation = conversation_in(call)
    kind = text(given(call), "draftType") or "Reply"
    if kind not in DRAFT_TYPES:
        raise Refused(400, "invalid.value", f"draftType {kind!r} is none of {', '.join(DRAFT_TYPES)}.")
    conversation.draft = _new_draft(call, conversation, kind)
    return Answer(body=mail_body(conversation, conversation.draft, size_max(call)))


def copy_attachments(call: Call) -> Answer:
    """``POST …/draft/attachments/copy`` {sourceMessage{id}, attachments[{attachmentId}]}: from another e-mail."""
    conversation, body = conversation_in(call), given(call)
    source = body.get("sourceMessage")
    mail = conversation.mails.get(text(source, "id") if isinstance(source, dict) else "")
    if mail is None:
        raise Refused(404, "postino.error.not.found", "sourceMessage is no e-mail of this conversation.")
    listed = body.get("attachments")
    wanted = {text(one, "attachmentId") for one in listed if isinstance(one, dict)} if isinstance(listed, list) else {}
    return _attach(call, conversation, [one for one in mail.attachments if one.get("attachmentId") in wanted])


def upload_attachment(call: Call) -> Answer:
    """``POST …/draft/attachments/uploads`` {name, contentLengthBytes}: where to PUT the bytes, and with which
    headers. The draft has the attachment from now on."""
    conversation, body = conversation_in(call), given(call)
    length = body.get("contentLengthBytes")
    if not isinstance(length, int) or not 0 < length <= size_max(call):
        raise Refused(400, "postino.error.attachments.upload.size", f"contentLengthBytes is 1 to {size_max(call)}.")
    media = store.keep(call.org, store.Media(call.org.ids.uuid("media"), call.org.id, text(body, "name"), UNKNOWN))
    media.conversation = conversation.id
    attachment = {
        "attachmentId": media.id,
        "name": media.name,
        "contentUri": call.origin + media.path,
        "contentType": UNKNOWN,
        "contentLength": length,
        "inlineImage": body.get("inlineImage") is True,
    }
    _attach(call, conversation, [attachment])
    shown = {"attachmentId": media.id, "name": media.name, "url": call.origin + media.path}
    return Answer(body={**shown, "headers": {"Content-Type": UNKNOWN}, "conversationId": conversation.id})


def delete_attachment(call: Call) -> Answer:
    """``DELETE …/draft/attachments/{attachmentId}``."""
    conversation, id_ = conversation_in(call), call.path["attachmentId"]
    draft = _draft(call, conversation)
    left = tuple(one for one in draft.attachments if one.get("attachmentId") != id_)
    if len(left) == len(draft.attachments):
        raise Refused(404, "postino.error.not.found", f"The draft has no attachment {id_}.")
    conversation.draft = replace(draft, attachments=left, state="Edited")
    return Answer()


def mail_from(call: Call, body: dict[str, Any]) -> Mail:
    """An e-mail from an EmailMessage."""
    sender = body.get("from")
    if not isinstance(sender, dict) or not sender.get("email"):
        raise Refused(400, "postino.error.reply.no.sender", "An e-mail needs a sender with an address.")
    reply_to, listed = body.get("replyTo"), body.get("attachments")
    attachments = tuple(dict(one) for one in listed if isinstance(one, dict)) if isinstance(listed, list) else ()
    mail = Mail(
        call.org.ids.uuid("mail"),
        "outbound",
        call.org.now(),
        address_of(text(sender, "email"), text(sender, "name")),
        _people(body, "to"),
        _people(body, "cc"),
        _people(body, "bcc"),
        address_of(text(reply_to, "email"), text(reply_to, "name")) if isinstance(reply_to, dict) else None,
        text(body, "subject"),
        text(body, "textBody"),
        text(body, "htmlBody"),
        attachments,
    )
    if len(mail.text.encode()) + len(mail.html.encode()) > size_max(call):
        raise Refused(400, "postino.error.bad.request", f"An e-mail has at most {size_max(call)} bytes.")
    return mail


def _people(body: dict[str, Any], field: str) -> tuple[dict[str, str], ...]:
    listed = body.get(field)
    named = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return tuple(address_of(text(one, "email"), text(one, "name")) for one in named)


def address_of(email: str, name: str) -> dict[str, str]:
    """EmailAddress."""
    return {"email": email, "name": name} if name else {"email": email}


def size_max(call: Call) -> int:
    """Bytes of the text of one e-mail."""
    return int(call.org.limits.value("emails", "sending.size.max"))


def _attach(call: Call, conversation: Conversation, attachments: list[dict[str, Any]]) -> Answer:
    draft = _draft(call, conversation)
    joined = (*draft.attachments, *attachments)
    if len(joined) > ATTACHMENTS_MAX:
        raise Refused(400, "constraint.validation", f"A draft has at most {ATTACHMENTS_MAX} attachments.")
    conversation.draft = replace(draft, attachments=joined, state="Edited")
    return Answer(body=mail_body(conversation, conversation.draft, size_max(call)))


def _draft(call: Call, conversation: Conversation) -> Mail:
    if conversation.draft is None:
        conversation.draft = _new_draft(call, conversation, "Reply")
    return conversation.draft


def _new_draft(call: Call, conversation: Conversation, kind: str) -> Mail:
    leg = conversation.leg
    newest = next(reversed(conversation.mails.values()), None)
    subject = newest.subject if newest else ""
    to = () if kind == "Forward" else (address_of(leg.address, leg.nickname),)
    return Mail(
        call.org.ids.uuid("mail"),
        "outbound",
        call.org.now(),
        address_of(leg.integration, ""),
        to,
        cc=newest.cc if newest and kind == "ReplyAll" else (),
        subject=subject if subject.startswith(PREFIXES[kind]) else PREFIXES[kind] + subject,
        text=newest.text if newest and kind == "Forward" else "",
        state="Created",
        draft_type=kind,
    )


ACTIONS: Final[dict[str, Action]] = {
    "getConversationsEmailMessagesDraft": get_draft,
    "putConversationsEmailMessagesDraft": put_draft,
    "patchConversationsEmailMessagesDraft": patch_draft,
    "postConversationsEmailMessagesDraftAttachmentsCopy": copy_attachments,
    "postConversationsEmailMessagesDraftAttachmentsUploads": upload_attachment,
    "deleteConversationsEmailMessagesDraftAttachment": delete_attachment,
}
