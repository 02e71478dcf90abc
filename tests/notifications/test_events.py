from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from understudy.conversations import parties
from understudy.conversations.commands import Disconnect, SetAttributes, Wrapup
from understudy.conversations.model import CommunicationState, Conversation
from understudy.notifications.events import happenings
from understudy.notifications.media import MEDIA
from understudy.notifications.topics import topic_table
from understudy.platform.schemas import Schemas
from understudy.world.changes import Change
from understudy.world.configuration import store
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
    once = [topic for topic in topics if not topic.startswith("v2.detail.")]
    assert sorted(once) == sorted([*SNAPSHOTS, "v2.users.u1.conversationsummary"])


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
    ("kind", "data", "topics"),
    [
        ("user.routingStatus", {"status": "IDLE"}, ["v2.users.u1.routingStatus", "v2.users.u1.activity"]),
        ("user.presence", {"presence": "Away"}, ["v2.users.u1.presence", "v2.users.u1.activity"]),
        ("queue.member", {"queue": "q1", "joined": True}, ["v2.routing.queues.q1.users", "v2.users.u1.activity"]),
        ("user.outofoffice", {}, ["v2.users.u1.outofoffice", "v2.users.u1.activity"]),
        ("user.station", {}, ["v2.users.u1.station"]),
        ("token.granted", {"client": "c"}, ["v2.users.u1.tokens"]),
    ],
)
def test_a_users_state_is_told_with_bodies_of_their_models(
    org: Org, schemas: Schemas, kind: str, data: dict[str, Any], topics: list[str]
) -> None:
    org.changed(kind, user="u1", **data)
    found = list(happenings(org, org.changes.read(0)))
    assert [happening.topic for happening in found] == topics
    for happening in found:
        topic = topic_table().match(happening.topic)
        assert topic is not None
        assert schemas.response(topic.model).problems(happening.body()) == []


def test_a_token_of_no_user_is_nobodys(org: Org) -> None:
    org.changed("token.granted", client="c", user=None)
    assert _topics(org, org.changes.read(0)) == []


def test_of_a_run_only_the_last_change_shows_a_users_activity(org: Org) -> None:
    org.changed("user.presence", user="u1", presence="On Queue")
    org.changed("user.presence", user="u2", presence="Away")
    org.changed("user.routingStatus", user="u1", status="IDLE")
    topics = _topics(org, org.changes.read(0))
    assert topics == [
        "v2.users.u1.presence",
        "v2.users.u2.presence",
        "v2.users.u2.activity",
        "v2.users.u1.routingStatus",
        "v2.users.u1.activity",
    ]


def test_a_body_that_topics_share_is_made_once(org: Org, conversation: Conversation) -> None:
    whole = [h for h in happenings(org, org.changes.read(0)) if h.topic.endswith(".conversations")]
    assert len(whole) == 2
    assert whole[0].body() is whole[1].body()


@pytest.mark.parametrize(("media", "array"), [(medium.word, medium.array) for medium in MEDIA.values()])
def test_a_conversation_is_told_on_the_topics_of_its_medium(
    org: Org, converse: Callable[[str], Conversation], schemas: Schemas, media: str, array: str
) -> None:
    converse(media)
    found = list(happenings(org, org.changes.read(0)))
    own = [h for h in found if ".conversations." in h.topic]
    assert {h.topic.rpartition(".")[2] for h in own} == {array}
    for happening in found:
        topic = topic_table().match(happening.topic)
        assert topic is not None
        assert schemas.response(topic.model).problems(happening.body()) == []


def test_who_takes_up_another_medium_is_told_of_in_both(org: Org, converse: Callable[[str], Conversation]) -> None:
    talk = converse("callback")
    agent = talk.participants[-1]
    cursor = org.changes.end
    parties.add_communication(org, talk, agent, "call", direction="outbound")
    topics = _topics(org, org.changes.read(cursor))
    assert "v2.detail.events.conversation.c-callback.user.start" in topics
    assert {"v2.users.u1.conversations.callbacks", "v2.users.u1.conversations.calls"} <= set(topics)


def test_typing_is_heard_by_agents_and_a_flow_that_are_live(org: Org, conversation: Conversation) -> None:
    def after(**data: object) -> list[str]:
        org.changed("typing", conversation="c1", customer="ann@example.org", duration=5000, **data)
        return _topics(org, org.changes.read(org.changes.end - 1))

    agents = ["v2.users.u1.conversations.inbound.typing.event"]
    assert after(**{"from": "customer"}) == agents
    assert after(**{"from": "agent"}) == []
    conversation.flow = {"id": "f1"}
    conversation.participants[1].communication.state = CommunicationState.CONNECTED
    assert after(**{"from": "customer"}) == ["v2.workflows.f1.conversations.inbound.typing.event", *agents]


def test_the_state_of_an_agent_is_told_through_after_call_work(org: Org, conversation: Conversation) -> None:
    agent = conversation.participants[-1]

    def states(command: object) -> list[str]:
        cursor = org.changes.end
        org.perform(command)
        found = happenings(org, org.changes.read(cursor))
        return [h.body()["currentState"] for h in found if h.topic == "v2.detail.events.agent.u1.state"]

    assert states(Disconnect("c1", agent.id))[-1] == "WRAPUP"
    assert states(Wrapup("c1", agent.id, "w1"))[-1] == "TERMINATED"


@pytest.mark.parametrize(
    ("kind", "topic"),
    [
        ("transcript", "v2.conversations.c1.transcription"),
        ("flow.outcome", "v2.detail.events.conversation.c1.flow.outcome"),
    ],
)
def test_what_waits_for_a_later_interface_is_told_when_its_change_comes(
    org: Org, conversation: Conversation, schemas: Schemas, kind: str, topic: str
) -> None:
    org.changed(kind, conversation="c1", customer="ann@example.org", outcome="o1", transcripts=[{"text": "hi"}])
    (happening,) = happenings(org, org.changes.read(org.changes.end - 1))
    found = topic_table().match(topic)
    assert happening.topic == topic
    assert found is not None
    assert schemas.response(found.model).problems(happening.body()) == []


def test_an_entity_is_told_once_a_run_as_it_is_at_its_end(org: Org) -> None:
    store(org, "flows", "f1", {"id": "f1", "name": "One"})
    store(org, "flows", "f1", {"id": "f1", "name": "Two"})
    store(org, "routing.queues", "q2", {"id": "q2", "name": "No topic tells of queues"})
    (happening,) = happenings(org, org.changes.read(0))
    assert (happening.topic, happening.body()) == ("v2.flows.f1", {"id": "f1", "name": "Two"})


def test_what_is_forgotten_or_strange_is_passed_over(org: Org, conversation: Conversation) -> None:
    cursor = org.changes.end
    org.changed("participant.added", conversation="gone", participant="p")
    org.changed("participant.added", conversation="c1", participant="nobody")
    org.changed("participant.attributes", conversation="c1")
    org.changed("entity.created", type="users", id="u2", name="Bo")
    org.changed("entity.created")
    org.changed("transcript", conversation="c1", transcripts=7)
    org.changed("typing", conversation="c1")
    conversation.participants[1].purpose = "botflow"
    org.changed("participant.added", conversation="c1", participant=conversation.participants[1].id)
    assert _details(_topics(org, org.changes.read(cursor))) == []


def test_every_topic_is_one_of_the_catalogue(org: Org, conversation: Conversation) -> None:
    org.perform(Disconnect("c1", conversation.participants[-1].id))
    for topic in _topics(org, org.changes.read(0)):
        assert topic_table().match(topic) is not None
