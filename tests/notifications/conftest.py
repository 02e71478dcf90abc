"""An org with a manual clock, the handlers of channels and conversations, and one conversation with all parties."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from understudy.clock import ManualClock, OrgClock
from understudy.conversations import lifecycle, parties, wrapup
from understudy.conversations.commands import AgentAccept
from understudy.conversations.model import CommunicationState, Conversation, Leg, Message, Sender
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.notifications import channel
from understudy.platform.catalogue import Catalogue, load_catalogue
from understudy.platform.schemas import Schemas
from understudy.routing import assignment
from understudy.world.org import Org

START = 1_767_225_600.0


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def schemas(catalogue: Catalogue) -> Schemas:
    return Schemas(catalogue.models)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def make_org(clock: ManualClock) -> Callable[[str], Org]:
    commands = {**channel.HANDLERS, **lifecycle.HANDLERS, **wrapup.HANDLERS, **assignment.HANDLERS}

    def make(id_: str) -> Org:
        return Org(
            id_,
            id_.title(),
            clock=OrgClock(clock),
            ids=Ids(1, id_, "salt"),
            limits=load_limits(),
            commands=commands,
        )

    return make


@pytest.fixture
def org(make_org: Callable[[str], Org]) -> Org:
    org = make_org("acme")
    org.entities.put("routing.queues", "q1", {"id": "q1", "name": "Support"})
    org.entities.put("users", "u1", {"id": "u1", "name": "Ann Agent"})
    org.entities.put("routing.wrapupcodes", "w1", {"id": "w1", "name": "Solved"})
    return org


@pytest.fixture
def conversation(org: Org) -> Conversation:
    """Customer, flow, queue and an agent who has accepted; one message of the customer."""
    leg = Leg("open_messaging", "i1", "ann@example.org")
    found = Conversation("c1", org.now(), leg, division="d1")
    org.conversations["c1"] = found
    org.changed("conversation.started", conversation="c1", customer=leg.address)
    customer = parties.add(org, found, "customer", "Ann")
    customer.address = leg.address
    flow = parties.add(org, found, "workflow", "Handoff")
    found.messages["m1"] = Message("m1", "c1", customer.communication.id, "inbound", Sender.CUSTOMER, "Text", org.now())
    customer.communication.messages.append("m1")
    org.changed("message.received", conversation="c1", customer=leg.address, message="m1", text="hi", type="Text")
    lifecycle.end(org, found, flow, "transfer")
    acd = parties.add(org, found, "acd", "Support", queue="q1")
    agent = parties.add(org, found, "agent", "Ann Agent", state=CommunicationState.ALERTING, user="u1", queue="q1")
    agent.offered = acd.id
    wrapup.prepare(org, agent)
    agent.alerting_timeout = 30.0
    org.perform(AgentAccept("c1", agent.id))
    return found


@pytest.fixture
def converse(org: Org) -> Callable[[str], Conversation]:
    """``converse(media)``: a customer, a queue and an agent who has accepted, in one medium; ``c-<media>``."""

    def made(media: str) -> Conversation:
        id_ = f"c-{media}"
        interface = "open_messaging" if media == "message" else media
        leg = Leg(interface, "+4930123", "+4917000", "Phone", "Ann")
        found = org.conversations[id_] = Conversation(id_, org.now(), leg, division="d1")
        org.changed("conversation.started", conversation=id_, customer=leg.address)
        parties.add(org, found, "customer", "Ann", media=media)
        acd = parties.add(org, found, "acd", "Support", queue="q1", media=media)
        alerting = CommunicationState.ALERTING
        agent = parties.add(org, found, "agent", "Ann Agent", state=alerting, user="u1", queue="q1", media=media)
        agent.offered = acd.id
        wrapup.prepare(org, agent)
        org.perform(AgentAccept(id_, agent.id))
        return found

    return made
