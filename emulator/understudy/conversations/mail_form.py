"""One e-mail as the Platform API shows it (models EmailMessage, EmailMessagePreview, EmailMessageReply)."""

from __future__ import annotations

from typing import Any, Final

from understudy.clock import iso
from understudy.conversations.media import Mail
from understudy.conversations.message_form import present
from understudy.conversations.model import Conversation

PREVIEW: Final = 200  # characters of a preview; the platform's length is not documented

Body = dict[str, Any]


def mail_body(conversation: Conversation, mail: Mail, size_max: int) -> Body:
    """The EmailMessage model; a draft has its state and type."""
    body = {
        "id": mail.id,
        **_envelope(mail, size_max),
        "textBody": mail.text,
        "htmlBody": mail.html,
        "state": mail.state,
        "draftType": mail.draft_type,
        "selfUri": _uri(conversation, mail),
    }
    return present(body) | {"textBody": mail.text}


def preview_body(conversation: Conversation, mail: Mail, size_max: int) -> Body:
    """The EmailMessagePreview model."""
    body = {
        "id": mail.id,
        **_envelope(mail, size_max),
        "textBodyPreview": mail.text[:PREVIEW],
        "selfUri": _uri(conversation, mail),
    }
    return present(body)


def reply_body(mail: Mail, size_max: int) -> Body:
    """The EmailMessageReply model: what a sent e-mail answers; it has no id."""
    return present({**_envelope(mail, size_max), "htmlBody": mail.html}) | {"textBody": mail.text}


def _envelope(mail: Mail, size_max: int) -> Body:
    return {
        "to": [dict(one) for one in mail.to],
        "cc": [dict(one) for one in mail.cc],
        "bcc": [dict(one) for one in mail.bcc],
        "from": dict(mail.sender),
        "replyTo": dict(mail.reply_to) if mail.reply_to else None,
        "subject": mail.subject,
        "attachments": [dict(one) for one in mail.attachments],
        "time": iso(mail.at),
        "historyIncluded": False,
        "emailSizeBytes": len(mail.text.encode()) + len(mail.html.encode()),
        "maxEmailSizeBytes": size_max,
    }


def _uri(conversation: Conversation, mail: Mail) -> str:
    return f"/api/v2/conversations/emails/{conversation.id}/messages/{'draft' if mail.state else mail.id}"
