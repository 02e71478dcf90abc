from __future__ import annotations

import pytest

from understudy.conversations.commands import AgentAccept, Disconnect, RoutingStatus
from understudy.conversations.media import Mail
from understudy.conversations.media_commands import AddMail, Routing, StartEmail
from understudy.conversations.model import Conversation
from understudy.conversations.retention import MAILS_KEPT
from understudy.errors import Refused
from understudy.world.org import Org

ANN = {"email": "ann@ext"}
HELP = {"email": "help@acme"}


def mail(number: int, direction: str = "inbound") -> Mail:
    sender, to = (ANN, HELP) if direction == "inbound" else (HELP, ANN)
    return Mail(f"m{number}", direction, 0.0, sender, (to,), subject="Order", text="?")


@pytest.fixture
def email(org: Org) -> Conversation:
    org.perform(RoutingStatus("u1", "IDLE"))
    command = StartEmail("inbound", Routing("q1"), "help@acme", "ann@ext", "Ann", "Order", mail(0))
    made: Conversation = org.perform(command)
    return made


def test_an_inbound_email_tells_of_itself_and_rings_an_agent(org: Org, email: Conversation) -> None:
    kinds = [(c.kind, c.data.get("mail")) for c in org.changes.read(0) if c.kind.startswith("email.")]
    assert kinds == [("email.received", "m0")]
    assert [(p.purpose, p.communication.email.subject) for p in email.participants if p.communication.email] == [
        ("customer", "Order"),
        ("acd", "Order"),
        ("agent", "Order"),
    ]


def test_an_email_never_threads_into_another(org: Org, email: Conversation) -> None:
    org.perform(Disconnect(email.id))
    assert org.live.get("threads", {}) == {}
    again: Conversation = org.perform(StartEmail("inbound", Routing("q1"), "help@acme", "ann@ext"))
    assert again.id != email.id


def test_only_a_connected_agent_sends(org: Org, email: Conversation) -> None:
    with pytest.raises(Refused, match="No agent is connected"):
        org.perform(AddMail(email.id, mail(1, "outbound")))
    agent = email.participants[2]
    org.perform(AgentAccept(email.id, agent.id))
    org.perform(AddMail(email.id, mail(1, "outbound")))
    assert agent.communication.email is not None
    assert (agent.communication.email.sent, agent.communication.email.message) == (1, "m1")


def test_the_oldest_email_of_a_very_long_conversation_goes(org: Org, email: Conversation) -> None:
    for number in range(1, MAILS_KEPT + 1):
        org.perform(AddMail(email.id, mail(number)))
    assert (len(email.mails), "m0" in email.mails) == (MAILS_KEPT, False)


def test_nothing_is_left_of_an_email_that_cannot_begin(org: Org) -> None:
    for routing in (Routing("nope"), Routing("q1", 10**9)):
        with pytest.raises(Refused):
            org.perform(StartEmail("inbound", routing, "help@acme", "ann@ext"))
    assert org.conversations == {}
