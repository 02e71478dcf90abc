from __future__ import annotations

import pytest

from understudy.conversations.commands import AgentAccept, CustomerMessage, RoutingStatus
from understudy.conversations.media import MEDIA, Callback
from understudy.conversations.media_commands import Routing, StartCallback
from understudy.conversations.model import Conversation, Leg
from understudy.routing.capacity import CURRENT, OF_USERS, UTILIZATION, defaults, fits, utilization
from understudy.world.org import Org


def configure(org: Org, **media: dict[str, object]) -> None:
    org.entities.put(UTILIZATION, CURRENT, {"utilization": media})


@pytest.mark.parametrize("media", MEDIA)
def test_an_org_that_set_nothing_has_the_limits_defaults(org: Org, media: str) -> None:
    most = int(org.limits.value("routing", f"{media}.capacity"))
    assert defaults(org)[media]["maximumCapacity"] == most
    assert fits(org, "u1", media, {media: most - 1})
    assert not fits(org, "u1", media, {media: most})


def test_another_medium_comes_only_where_it_may_interrupt(org: Org) -> None:
    assert not fits(org, "u1", "call", {"message": 1})
    configure(org, message={"maximumCapacity": 4, "interruptableMediaTypes": ["call"]})
    assert fits(org, "u1", "call", {"message": 4})
    assert not fits(org, "u1", "call", {"message": 1, "email": 1})
    assert not fits(org, "u1", "message", {"call": 1})


def test_a_user_s_own_go_before_the_org_s_and_what_is_not_set_has_its_default(org: Org) -> None:
    configure(org, message={"maximumCapacity": 2})
    org.entities.put(OF_USERS, "u1", {"utilization": {"message": {"maximumCapacity": 0}}})
    assert not fits(org, "u1", "message", {})
    assert fits(org, "u2", "message", {"message": 1})
    assert utilization(org, "u1")["call"] == defaults(org)["call"]


def test_an_agent_who_writes_messages_is_not_rung_for_a_callback(org: Org) -> None:
    org.perform(RoutingStatus("u1", "IDLE"))
    said: Conversation = org.perform(CustomerMessage(Leg("open_messaging", "i1", "ann"), text="x"))[0]
    agent = said.live("agent")
    assert agent is not None
    org.perform(AgentAccept(said.id, agent.id))
    callback: Conversation = org.perform(StartCallback(Callback(("+4930",)), Routing("q1")))
    assert callback.live("agent") is None
    configure(org, message={"maximumCapacity": 4, "interruptableMediaTypes": ["callback"]})
    org.perform(RoutingStatus("u1", "IDLE"))
    assert callback.live("agent") is not None
