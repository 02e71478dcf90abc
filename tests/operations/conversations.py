"""Conversations that the sweep's recipes change or end: one for each operation that does, named after it.

``$<name>`` is a conversation, ``$<name>_agent`` its agent or user, ``$<name>_customer`` who is outside, ``$<name>_leg``
the agent's communication.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from understudy.conversations.commands import AgentAccept, Disconnect, Transfer
from understudy.conversations.media import Callback, Mail
from understudy.conversations.media_commands import (
    CallProgress,
    Consult,
    Destination,
    Routing,
    StartCall,
    StartCallback,
    StartEmail,
    StartMessage,
)
from understudy.conversations.model import Conversation, Leg
from understudy.world.org import Org

# Calls of $user, who is then the one that acts, and calls of $user2 for the queue, which $user joins or nobody acts in.
OWN: Final = (
    "call", "call_agent", "call_queue", "call_number", "call_contact", "call_any", "call_pending", "call_pending2",
    "call_replace", "call_external", "call_transfer", "call_to_contact", "call_callback", "call_digits", "call_voice",
)  # fmt: skip
OTHERS: Final = ("call2", "call_barge", "call_coach", "call_monitor", "call_barged")
CALLBACKS: Final = ("callback", "callback_replace", "callback_end")
EMAILS: Final = ("email", "email_replace", "email_park", "email_ended")
MESSAGES: Final = (
    "message_park", "message_monitor", "message_replace", "message_doomed", "message_doomed2", "replace_any",
    "replace_agent", "replace_queue",
)  # fmt: skip


def conversations(org: Org, given: dict[str, str]) -> None:
    """Make them all."""
    for number, name in enumerate((*OWN, *OTHERS)):
        mine = name in OWN
        user, queue = (given["user"], "") if mine else (given["user2"], given["queue"])
        call: Conversation = org.perform(StartCall(user, (Destination(f"+49301000{number}"),), queue))
        org.perform(CallProgress(call.id, call.customer.id, "connected"))
        _name(given, name, call)
    for name in ("call_pending", "call_pending2"):
        object_, by = given[f"{name}_customer"], given[f"{name}_agent"]
        org.perform(Consult(given[name], object_, by, Destination(user=given["user2"])))
    for name in (*CALLBACKS, "callback_dial"):
        callback: Conversation = org.perform(StartCallback(Callback(("+4930200",)), Routing(given["queue"])))
        _taken(org, callback, given["user" if name == "callback_dial" else "user2"])
        _name(given, name, callback)
    for name in EMAILS:
        sender, to = {"email": "a@b.example"}, ({"email": "c@d.example"},)
        mail = Mail(f"sweep-{name}", "inbound", org.now(), sender, to, attachments=({"attachmentId": "a1"},))
        email: Conversation = org.perform(
            StartEmail("inbound", Routing(given["queue"]), "c@d.example", f"{name}@b.example", mail=mail)
        )
        _taken(org, email, given["user2"])
        _name(given, name, email)
        email.draft = replace(mail, id=f"draft-{name}", direction="outbound", state="Edited")
    org.perform(Disconnect(given["email_ended"]))
    given["mail"] = "sweep-email"
    for name in MESSAGES:
        leg = Leg("open_messaging", given["integration"], f"sweep-{name}")
        agent = given["user" if name in ("replace_any", "replace_agent") else "user2"]
        _name(given, name, org.perform(StartMessage(leg, agent, given["queue"])))
    waits: Conversation = org.perform(
        StartCallback(Callback(("+4930300",), scheduled=org.now() + 86_400), Routing(given["queue"]))
    )
    given["callback_waiting"] = waits.id
    assigned: Conversation = org.perform(StartCallback(Callback(("+4930301",)), Routing(given["queue"])))
    given["callback_unassigned"] = assigned.id


def _taken(org: Org, conversation: Conversation, user: str) -> None:
    """A user takes what waits, whatever his capacity."""
    acd = conversation.live("acd")
    assert acd is not None
    org.perform(Transfer(conversation.id, acd.id, user=user))
    org.perform(AgentAccept(conversation.id, conversation.participants[-1].id))


def _name(given: dict[str, str], name: str, conversation: Conversation) -> None:
    agent = next(p for p in reversed(conversation.participants) if p.user is not None)
    given[name], given[f"{name}_customer"] = conversation.id, conversation.customer.id
    given[f"{name}_agent"], given[f"{name}_leg"] = agent.id, agent.communication.id
