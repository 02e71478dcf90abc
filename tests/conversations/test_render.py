from __future__ import annotations

from typing import Any

import pytest

from understudy.clock import ManualClock
from understudy.conversations.commands import (
    AgentAccept,
    CustomerMessage,
    CustomerReceipt,
    Disconnect,
    RoutingStatus,
    SendMessage,
    Wrapup,
)
from understudy.conversations.message_form import message_data
from understudy.conversations.model import Conversation, Leg, Sender
from understudy.conversations.render import conversation_body, media_conversation_body
from understudy.platform.catalogue import load_catalogue
from understudy.platform.schemas import Schemas, Validator
from understudy.world.org import Org

PICTURE = {
    "contentType": "Attachment",
    "attachment": {
        "id": "m1",
        "mediaType": "Image",
        "url": "http://127.0.0.1/m1",
        "mime": "image/png",
        "filename": "cat.png",
        "contentSizeBytes": 9,
    },
}


@pytest.fixture(scope="module")
def schemas() -> Schemas:
    return Schemas(load_catalogue().models)


@pytest.fixture
def conversation(org: Org, clock: ManualClock) -> Conversation:
    """One that has seen everything: attachments, a failed receipt, a transfer, after-call work and its end."""
    org.perform(RoutingStatus("u1", "IDLE"))
    leg = Leg("open_messaging", "i1", "ann@ext", "Email", "Ann", {"firstName": "Ann", "email": "ann@ext"})
    said: Conversation = org.perform(CustomerMessage(leg, text="look", content=(PICTURE,), attributes={"a": "1"}))[0]
    agent = said.live("agent")
    assert agent is not None
    clock.advance(3)
    org.perform(AgentAccept(said.id, agent.id))
    sent = org.perform(SendMessage(said.id, agent.communication.id, Sender.AGENT, "hi", user="u1"))
    org.perform(CustomerReceipt("i1", sent.id, "Failed", ({"code": "GeneralError", "message": "no"},), True))
    clock.advance(60)
    org.perform(Disconnect(said.id, agent.id))
    clock.advance(5)
    org.perform(Wrapup(said.id, agent.id, "w1", "thanks"))
    return said


def fits(validator: Validator, body: Any) -> None:
    assert validator.problems(body) == []


def test_every_form_fits_its_model(schemas: Schemas, conversation: Conversation) -> None:
    fits(schemas.response("Conversation"), conversation_body(conversation))
    fits(schemas.response("MessageConversation"), media_conversation_body(conversation, "message"))
    for message in conversation.messages.values():
        fits(schemas.response("MessageData"), message_data(conversation, message))


def test_the_models_know_every_field_that_is_rendered(schemas: Schemas, conversation: Conversation) -> None:
    fits(schemas.judge("MessageConversation"), media_conversation_body(conversation, "message"))
    fits(schemas.judge("Conversation"), conversation_body(conversation))


def test_times_are_the_org_s_in_iso_form(conversation: Conversation) -> None:
    body = conversation_body(conversation)
    agent = body["participants"][3]
    assert (body["startTime"], body["endTime"]) == ("2026-01-01T00:00:00.000Z", "2026-01-01T00:01:03.000Z")
    assert agent["messages"][0]["startAlertingTime"] == "2026-01-01T00:00:00.000Z"
    assert agent["connectedTime"] == "2026-01-01T00:00:03.000Z"
    assert (agent["startAcwTime"], agent["endAcwTime"]) == ("2026-01-01T00:01:03.000Z", "2026-01-01T00:01:08.000Z")
    assert agent["wrapup"]["durationSeconds"] == 5


def test_an_attachment_shows_as_media(conversation: Conversation) -> None:
    (shown,) = conversation_body(conversation)["participants"][0]["messages"][0]["messages"]
    assert shown["media"] == [
        {
            "id": "m1",
            "url": "http://127.0.0.1/m1",
            "mediaType": "image/png",
            "name": "cat.png",
            "contentLengthBytes": 9,
        }
    ]


def test_addresses_follow_the_direction(conversation: Conversation) -> None:
    inbound, *_, outbound = (message_data(conversation, m) for m in conversation.messages.values())
    assert (inbound["fromAddress"], inbound["toAddress"]) == ("ann@ext", "i1")
    assert (outbound["fromAddress"], outbound["toAddress"]) == ("i1", "ann@ext")
    assert inbound["normalizedMessage"]["channel"]["from"] == {
        "id": "ann@ext",
        "idType": "Email",
        "nickname": "Ann",
        "firstName": "Ann",
        "email": "ann@ext",
    }
    assert outbound["status"] == "delivery-failed"


def test_what_is_not_known_is_left_out(conversation: Conversation) -> None:
    body = conversation_body(conversation)
    assert None not in body.values()
    assert all(None not in participant.values() for participant in body["participants"])
    assert "userId" not in body["participants"][0]
