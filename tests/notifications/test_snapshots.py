from __future__ import annotations

import pytest

from understudy.clock import ManualClock
from understudy.conversations.commands import Disconnect, SetAttributes, Wrapup
from understudy.conversations.model import Conversation
from understudy.notifications import snapshots
from understudy.platform.catalogue import Catalogue
from understudy.platform.schemas import Schemas
from understudy.world.org import Org

MEDIA_MODELS = [
    "ConversationMessageEventTopicMessageConversation",
    "QueueConversationMessageEventTopicMessageConversation",
]
WHOLE_MODELS = ["ConversationEventTopicConversation", "QueueConversationEventTopicConversation"]


def _end(org: Org, conversation: Conversation, clock: ManualClock) -> None:
    agent = conversation.participants[-1]
    org.perform(SetAttributes("c1", conversation.customer.id, {"orderId": "7"}))
    clock.advance(4)
    org.perform(Disconnect("c1", agent.id, "client"))
    clock.advance(2)
    org.perform(Wrapup("c1", agent.id, "w1", "done"))


@pytest.mark.parametrize("model", MEDIA_MODELS + WHOLE_MODELS)
@pytest.mark.parametrize("over", [False, True])
def test_snapshots_satisfy_their_models_and_use_only_their_fields(
    org: Org, conversation: Conversation, clock: ManualClock, schemas: Schemas, model: str, over: bool
) -> None:
    if over:
        _end(org, conversation, clock)
    body = (snapshots.flattened if model in MEDIA_MODELS else snapshots.whole)(conversation)
    assert schemas.response(model).problems(body) == []
    assert schemas.judge(model).problems(body) == []  # the judge reports fields that the model lacks


def test_the_media_state_is_flattened_onto_the_participant(org: Org, conversation: Conversation) -> None:
    body = snapshots.flattened(conversation)
    assert [party["purpose"] for party in body["participants"]] == ["customer", "workflow", "acd", "agent"]
    customer, _, acd, agent = body["participants"]
    assert agent["state"] == "connected"
    assert agent["user"] == {"id": "u1"}
    assert agent["queue"] == {"id": "q1", "name": "Support"}
    assert (acd["state"], acd["disconnectType"]) == ("disconnected", "transfer")
    assert "user" not in customer
    assert customer["messages"][0]["message"] == {"id": "m1"}


def test_the_whole_snapshot_keeps_messages_under_each_participant(conversation: Conversation) -> None:
    customer, *_, agent = snapshots.whole(conversation)["participants"]
    assert (agent["userId"], agent["queueId"]) == ("u1", "q1")
    assert "state" not in agent
    assert agent["messages"][0]["state"] == "connected"
    assert customer["messages"][0]["messages"][0]["messageId"] == "m1"


def test_attributes_wrapup_and_after_call_work_show(org: Org, conversation: Conversation, clock: ManualClock) -> None:
    _end(org, conversation, clock)
    customer, *_, agent = snapshots.flattened(conversation)["participants"]
    assert customer["attributes"] == {"orderId": "7"}
    assert agent["wrapup"]["code"] == "w1"
    assert agent["startAcwTime"] == "2026-01-01T00:00:04.000Z"
    assert agent["endAcwTime"] == "2026-01-01T00:00:06.000Z"


def test_fields_of_the_flat_participant_are_the_models(conversation: Conversation, catalogue: Catalogue) -> None:
    known = set(catalogue.models["ConversationMessageEventTopicMessageMediaParticipant"])
    for party in snapshots.flattened(conversation)["participants"]:
        assert set(party) <= known
