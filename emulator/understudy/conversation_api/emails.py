"""E-mails: conversations begun by a provider or an agent, e-mails listed, read and sent; drafts are in ``drafts``.

E-mails are kept and told, not delivered: the emulator has no mail server. Flows of e-mails are not run.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from understudy.conversation_api.drafts import address_of, mail_from, size_max
from understudy.conversation_api.target import (
    acting_user,
    attributes_of,
    check_acting,
    conversation_in,
    given,
    text,
    texts,
)
from understudy.conversations.mail_form import mail_body, preview_body, reply_body
from understudy.conversations.media import Mail
from understudy.conversations.media_commands import AddMail, Reconnect, Routing, StartEmail
from understudy.conversations.model import Conversation
from understudy.conversations.render import media_conversation_body
from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.listings import page
from understudy.platform.messages import Answer


def start(call: Call) -> Answer:
    """``POST /conversations/emails``: INBOUND (the default) waits in the queue; OUTBOUND is the token's user's, whose
    text becomes a draft."""
    body = given(call)
    outbound = text(body, "direction").upper() == "OUTBOUND"
    user = acting_user(call) if outbound else None
    mailbox = text(body, "fromAddress" if outbound else "toAddress")
    address = text(body, "toAddress" if outbound else "fromAddress")
    name = text(body, "toName" if outbound else "fromName")
    mail = _written(call, body, "outbound" if outbound else "inbound")
    command = StartEmail(
        "outbound" if outbound else "inbound",
        _routing(body),
        mailbox,
        address,
        name,
        text(body, "subject"),
        mail,
        user,
        attributes_of(body),
    )
    return _conversation(call.perform(command))


def add_inbound(call: Call) -> Answer:
    """``POST …/emails/{id}/inboundmessages``: the provider has one more e-mail of the customer's."""
    conversation, body = conversation_in(call), given(call)
    call.perform(AddMail(conversation.id, _mail(call, body, "inbound")))
    return _conversation(conversation)


def reconnect(call: Call) -> Answer:
    """``POST …/emails/{id}/reconnect``: the token's user has the ended conversation again."""
    conversation = conversation_in(call)
    call.perform(Reconnect(conversation.id, acting_user(call)))
    return Answer()


def list_mails(call: Call) -> Answer:
    """``GET …/emails/{id}/messages``: previews, oldest first."""
    conversation = conversation_in(call)
    return page(call, [preview_body(conversation, mail, size_max(call)) for mail in conversation.mails.values()])


def get_mail(call: Call) -> Answer:
    """``GET …/emails/{id}/messages/{messageId}``."""
    conversation, id_ = conversation_in(call), call.path["messageId"]
    mail = conversation.mails.get(id_)
    if mail is None:
        raise Refused(404, "postino.error.not.found", f"There is no e-mail {id_}.", params={"messageId": id_})
    return Answer(body=mail_body(conversation, mail, size_max(call)))


def send(call: Call) -> Answer:
    """``POST …/emails/{id}/messages`` (EmailMessage): the connected agent's reply."""
    conversation = conversation_in(call)
    agent = conversation.live("agent")
    if agent is not None:
        check_acting(call, conversation, agent)
    mail = mail_from(call, given(call))
    if not mail.to:
        raise Refused(400, "postino.error.reply.no.to", "An e-mail needs a recipient.")
    if not mail.text and not mail.html:
        raise Refused(400, "postino.error.reply.no.body", "An e-mail needs a text.")
    sent: Mail = call.perform(AddMail(conversation.id, mail))
    return Answer(body=reply_body(sent, size_max(call)))


def get_settings(call: Call) -> Answer:
    """``GET …/emails/{id}/settings``."""
    conversation_in(call)
    return Answer(body={"sendingSizeLimit": size_max(call)})


def _conversation(conversation: Conversation) -> Answer:
    return Answer(body=media_conversation_body(conversation, "email"))


def _routing(body: dict[str, Any]) -> Routing:
    queue = text(body, "queueId")
    if not queue and text(body, "flowId"):
        raise Refused(400, "bad.request", "E-mail flows are not run here: name a queueId.")
    if not queue:
        raise Refused(400, "postino.error.notnull.createconversationrequest.queueid", "queueId is required.")
    priority = body.get("priority")
    return Routing(
        queue, priority if isinstance(priority, int) else 0, texts(body, "skillIds"), text(body, "languageId")
    )


def _written(call: Call, body: dict[str, Any], direction: str) -> Mail | None:
    if not text(body, "textBody") and not text(body, "htmlBody"):
        return None
    mail = _mail(call, body, direction)
    return replace(mail, state="Created") if direction == "outbound" else mail


def _mail(call: Call, body: dict[str, Any], direction: str) -> Mail:
    """An e-mail from the flat fields of CreateEmailRequest and InboundMessageRequest."""
    return Mail(
        call.org.ids.uuid("mail"),
        direction,
        call.org.now(),
        address_of(text(body, "fromAddress"), text(body, "fromName")),
        (address_of(text(body, "toAddress"), text(body, "toName")),),
        subject=text(body, "subject"),
        text=text(body, "textBody"),
        html=text(body, "htmlBody"),
    )


ACTIONS: Final[dict[str, Action]] = {
    "postConversationsEmails": start,
    "postConversationsEmailInboundmessages": add_inbound,
    "postConversationsEmailReconnect": reconnect,
    "getConversationsEmailMessages": list_mails,
    "getConversationsEmailMessage": get_mail,
    "postConversationsEmailMessages": send,
    "getConversationsEmailSettings": get_settings,
}
