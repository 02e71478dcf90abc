from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from understudy.conversations.commands import Disconnect, SetAttributes, Wrapup
from understudy.conversations.model import Conversation
from understudy.notifications.events import happenings
from understudy.notifications.topics import topic_table
from understudy.platform.schemas import Schemas
from understudy.world.changes import Change
from understudy.world.org import Org

DETAIL = "v2.detail.events.conversation.c1."
SNAPSHOTS = [
    "v2.routing.queues.q1.conversations.messages",
    "v2.routing.queues.q1.conversations",
    "v2.users.u1.conversations.messages",
    "v2.users.u1.conversations",
]


def _topics(org: Org, changes: Sequence[Change]) -> list[str]:
    return [happening.topic for happening in happenings(org, changes)]


def _details(topics: list[str]) -> list[str]:
    return [topic.removeprefix(DETAIL) for topic in topics if topic.startswith(DETAIL)]


def _after(org: Org, command: object) -> list[str]:
    cursor = org.changes.end
    org.perform(command)
    return _topics(org, org.changes.read(cursor))


def test_the_start_of_a_conversation_tells_each_party_in_order(org: Org, conversation: Conversation) -> None:
    topics = _topics(org, org.changes.read(0))
    assert _details(topics) == ["customer.start", "flow.start", "flow.end", "acd.start", "user.start", "acd.end"]


def test_one_run_of_changes_makes_one_snapshot_for_each_who_hears(org: Org, conversation: Conversation) -> None:
    topics = _topics(org, org.changes.read(0))
    assert sorted(t for t in topics if not t.startswith(DETAIL)) == sorted(SNAPSHOTS)


def test_an_agent_who_leaves_ends_for_user_and_customer(org: Org, conversation: Conversation) -> None:
    topics = _after(org, Disconnect("c1", conversation.participants[-1].id))
    assert _details(topics) == ["user.end", "customer.end"]
    assert set(SNAPSHOTS) <= set(topics)


def test_wrapping_up_tells_the_code_and_then_the_end_of_the_work(org: Org, conversation: Conversation) -> None:
    agent = conversation.participants[-1]
    org.perform(Disconnect("c1", agent.id))
    topics = _after(org, Wrapup("c1", agent.id, "w1"))
    assert _details(topics) == ["wrapup", "acw"]
    assert "v2.users.u1.conversations.messages" in topics


def test_attributes_are_told(org: Org, conversation: Conversation) -> None:
    topics = _after(org, SetAttributes("c1", conversation.customer.id, {"a": "b"}))
    assert _details(topics) == ["attributes"]
    assert set(SNAPSHOTS) <= set(topics)


def test_who_has_left_hears_only_of_his_wrapup_and_of_the_end(org: Org, conversation: Conversation) -> None:
    agent = conversation.participants[-1]
    agent.communication.state = conversation.participants[1].communication.state  # disconnected, as after a transfer

    def users() -> list[str]:
        topics = _after(org, SetAttributes("c1", conversation.customer.id, {"a": "b"}))
        return [topic for topic in topics if topic.startswith("v2.users.")]

    assert users() == []
    agent.in_wrapup = True
    assert users() == ["v2.users.u1.conversations.messages", "v2.users.u1.conversations"]
    agent.in_wrapup = False
    org.changed("conversation.ended", conversation="c1")
    assert sorted(_topics(org, org.changes.read(org.changes.end - 1))) == sorted(SNAPSHOTS)


@pytest.mark.parametrize("kind", ["flow.step", "typing", "receipt.received"])
def test_what_does_not_show_in_a_snapshot_sends_none(org: Org, conversation: Conversation, kind: str) -> None:
    org.changed(kind, conversation="c1", customer="ann@example.org")
    assert _topics(org, org.changes.read(org.changes.end - 1)) == []


def test_a_message_sends_snapshots_but_no_detail_event(org: Org, conversation: Conversation) -> None:
    org.changed("message.sent", conversation="c1", message="m1")
    assert sorted(_topics(org, org.changes.read(org.changes.end - 1))) == sorted(SNAPSHOTS)


@pytest.mark.parametrize(
    ("kind", "data", "topic", "expected"),
    [
        (
            "user.routingStatus",
            {"status": "IDLE"},
            "v2.users.u1.routingStatus",
            {"id": "u1", "routingStatus": {"status": "IDLE", "startTime": "2026-01-01T00:00:00.000Z"}},
        ),
        (
            "user.presence",
            {"presence": {"id": "p1", "systemPresence": "Away"}},
            "v2.users.u1.presence",
            {
                "source": "PURECLOUD",
                "presenceDefinition": {"id": "p1", "systemPresence": "Away"},
                "primary": True,
                "modifiedDate": "2026-01-01T00:00:00.000Z",
            },
        ),
    ],
)
def test_a_users_state_is_told_with_the_body_of_its_model(
    org: Org, schemas: Schemas, kind: str, data: dict[str, Any], topic: str, expected: dict[str, Any]
) -> None:
    org.changed(kind, user="u1", **data)
    (happening,) = happenings(org, org.changes.read(0))
    assert happening.topic == topic
    assert happening.body() == expected
    found = topic_table().match(topic)
    assert found is not None
    assert schemas.response(found.model).problems(expected) == []


@pytest.mark.parametrize("presence", ["Away", {"presenceDefinition": {"systemPresence": "Away"}}])
def test_a_presence_is_understood_in_each_form(org: Org, presence: object) -> None:
    org.changed("user.presence", user="u1", presence=presence)
    (happening,) = happenings(org, org.changes.read(0))
    assert happening.body()["presenceDefinition"] == {"systemPresence": "Away"}


def test_what_is_forgotten_or_strange_is_passed_over(org: Org, conversation: Conversation) -> None:
    cursor = org.changes.end
    org.changed("participant.added", conversation="gone", participant="p")
    org.changed("participant.added", conversation="c1", participant="nobody")
    org.changed("participant.attributes", conversation="c1")
    org.changed("entity.created", type="users", id="u2", name="Bo")
    conversation.participants[1].purpose = "botflow"
    org.changed("participant.added", conversation="c1", participant=conversation.participants[1].id)
    assert _details(_topics(org, org.changes.read(cursor))) == []


def test_every_topic_is_one_of_the_catalogue(org: Org, conversation: Conversation) -> None:
    org.perform(Disconnect("c1", conversation.participants[-1].id))
    for topic in _topics(org, org.changes.read(0)):
        assert topic_table().match(topic) is not None
