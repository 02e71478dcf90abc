from __future__ import annotations

import pytest

from understudy.conversations.commands import CustomerMessage, Disconnect, RoutingStatus
from understudy.conversations.media_commands import StartMessage
from understudy.conversations.model import Conversation, Leg
from understudy.errors import Refused
from understudy.routing.agents import statuses
from understudy.world.org import Org

LEG = Leg("open_messaging", "i1", "ann")


def test_the_customer_s_reply_joins_what_the_agent_began(org: Org) -> None:
    org.perform(RoutingStatus("u1", "IDLE"))
    made: Conversation = org.perform(StartMessage(LEG, "u1", "q1"))
    assert statuses(org)["u1"] == "INTERACTING"
    replied, _ = org.perform(CustomerMessage(LEG, text="yes?"))
    assert replied is made
    assert [p.purpose for p in made.participants] == ["customer", "agent"]  # no flow runs
    org.perform(Disconnect(made.id, made.participants[1].id))
    assert made.participants[1].in_wrapup


def test_an_address_has_one_live_conversation(org: Org) -> None:
    made: Conversation = org.perform(StartMessage(LEG, "u1", "q1"))
    with pytest.raises(Refused, match="live conversation"):
        org.perform(StartMessage(LEG, "u2", "q1"))
    assert org.perform(StartMessage(LEG, "u2", "q1", use_existing=True)) is made
    org.perform(Disconnect(made.id))
    assert org.perform(StartMessage(LEG, "u2", "q1", use_existing=True)) is not made


@pytest.mark.parametrize(("user", "queue"), [("nope", "q1"), ("u1", "nope")])
def test_nothing_is_left_of_one_that_cannot_begin(org: Org, user: str, queue: str) -> None:
    with pytest.raises(Refused):
        org.perform(StartMessage(LEG, user, queue))
    assert (org.conversations, org.live.get("threads", {})) == ({}, {})
