from __future__ import annotations

from typing import Any

import pytest

from understudy.clock import ManualClock
from understudy.conversations.commands import AgentAccept, CustomerMessage, Hold, RoutingStatus, Wrapup
from understudy.conversations.entries import ARRAYS, entry, flattened
from understudy.conversations.media import MEDIA, PROVIDERS, Callback
from understudy.conversations.media_commands import (
    CallBack,
    CallProgress,
    Destination,
    Park,
    Routing,
    StartCall,
    StartCallback,
    StartEmail,
)
from understudy.conversations.model import Conversation, Leg, Participant
from understudy.conversations.render import conversation_body, media_conversation_body
from understudy.platform.catalogue import load_catalogue
from understudy.platform.schemas import Schemas
from understudy.world.org import Org

MODELS = {
    "call": ("Call", "CallConversation"),
    "callback": ("Callback", "CallbackConversation"),
    "email": ("Email", "EmailConversation"),
    "message": ("Message", "MessageConversation"),
}


@pytest.fixture(scope="module")
def schemas() -> Schemas:
    return Schemas(load_catalogue().models)


def connected(org: Org, conversation: Conversation) -> Conversation:
    agent = conversation.live("agent")
    if agent is not None and agent.communication.state == "alerting":
        org.perform(AgentAccept(conversation.id, agent.id))
    return conversation


def start(org: Org, media: str) -> Conversation:
    """A conversation of a medium with an agent connected."""
    org.perform(RoutingStatus("u1", "IDLE"))
    match media:
        case "call":
            made: Conversation = org.perform(StartCall("u1", (Destination("+4930"),), "q1", "+4999", uui="u"))
            org.perform(CallProgress(made.id, made.customer.id, "connected"))
        case "callback":
            made = org.perform(StartCallback(Callback(("+4930",), "Ann", None, "s"), Routing("q1", 1, (), "")))
        case "email":
            made = org.perform(StartEmail("inbound", Routing("q1"), "help@acme", "ann@ext", "Ann", "Order"))
        case _:
            made = org.perform(CustomerMessage(Leg("open_messaging", "i1", "ann"), text="x"))[0]
    return connected(org, made)


def problems(schemas: Schemas, model: str, body: Any) -> list[Any]:
    """What is wrong or unknown."""
    return [*schemas.response(model).problems(body), *schemas.judge(model).problems(body)]


@pytest.mark.parametrize("media", MEDIA)
def test_every_medium_fits_its_models_at_every_step(org: Org, schemas: Schemas, clock: ManualClock, media: str) -> None:
    conversation = start(org, media)
    agent = conversation.live("agent")
    assert agent is not None
    org.perform(Hold(conversation.id, agent.id, True))
    for step in range(3):
        clock.advance(5)
        if step == 1 and media in ("message", "email"):
            org.perform(Park(conversation.id, agent.id, org.now() + 600))
        if step == 2:
            org.perform(Wrapup(conversation.id, agent.id, "w1"))
        entry_model, form_model = MODELS[media]
        for participant in conversation.participants:
            shown = entry(conversation, participant, participant.communication)
            assert problems(schemas, entry_model, shown) == []
            assert shown["provider"] == PROVIDERS[media]
        assert problems(schemas, form_model, media_conversation_body(conversation, media)) == []
        assert problems(schemas, "Conversation", conversation_body(conversation)) == []


def test_a_participant_with_two_media_stands_in_two_arrays(org: Org, schemas: Schemas) -> None:
    conversation = start(org, "callback")
    org.perform(CallBack(conversation.id, "+4930", "u1"))
    body = conversation_body(conversation)
    agent = body["participants"][2]
    assert [len(agent[ARRAYS[media]]) for media in ("callback", "call")] == [1, 1]
    assert problems(schemas, "Conversation", body) == []
    for media in ("callback", "call"):
        assert problems(schemas, MODELS[media][1], media_conversation_body(conversation, media)) == []
    assert media_conversation_body(conversation, "call")["otherMediaUris"] == [
        f"/api/v2/conversations/callbacks/{conversation.id}"
    ]


@pytest.mark.parametrize("kind", ["timeout", "uncallable"])
def test_the_flat_form_says_other_for_what_it_does_not_know(org: Org, kind: str) -> None:
    conversation = start(org, "call")
    customer: Participant = conversation.customer
    customer.communication.disconnect_type = kind
    assert flattened(conversation, customer, customer.communication)["disconnectType"] == "other"
    assert entry(conversation, customer, customer.communication)["disconnectType"] == kind
