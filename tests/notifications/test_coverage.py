"""What becomes of each of the 242 topics, and that what is said to be emitted really is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from understudy.conversations import parties
from understudy.conversations.commands import Disconnect, RoutingStatus, SetAttributes, Wrapup
from understudy.conversations.model import Conversation
from understudy.errors import ContractError
from understudy.notifications.channel import CreateChannel, Subscribe
from understudy.notifications.channels import Channel, Subscription
from understudy.notifications.coverage import FATES, Coverage, coverage, fits, table
from understudy.notifications.events import happenings
from understudy.notifications.messages import socket_closing
from understudy.notifications.system import no_longer_subscribed, told
from understudy.notifications.topics import topic_table
from understudy.platform.schemas import Schemas
from understudy.world.org import Org

PATTERNS = [topic.pattern for topic in topic_table().topics]


def test_every_topic_has_one_fate_and_the_table_shows_all(capsys: pytest.CaptureFixture[str]) -> None:
    shown = table(PATTERNS, coverage())
    with capsys.disabled():
        print("\n" + shown.rsplit("\n", 1)[-1])
    lines = shown.splitlines()
    assert len(lines) == 242 + 2
    assert {line.split()[1] for line in lines[:242]} == set(PATTERNS)
    assert Counter(line.split()[0] for line in lines[:242]) == {
        "emitted": 38,
        "waiting": 2,
        "entities": 8,
        "later": 34,
        "outside": 160,
    }


def test_every_row_decides_of_a_topic() -> None:
    rows = {(name, row) for name in FATES for row in coverage().fates[name]}
    decided = {(fate.name, fate.row) for pattern in PATTERNS if (fate := coverage().fate(pattern)) is not None}
    assert rows == decided


def test_what_is_emitted_or_waits_is_named_and_not_meant_by_a_pattern() -> None:
    for name in ("emitted", "waiting", "entities"):
        assert set(coverage().fates[name]) <= set(PATTERNS)


def test_a_rehearsal_emits_every_topic_that_is_said_to_be_emitted_with_its_own_schema(
    org: Org, conversation: Conversation, converse: Callable[[str], Conversation], schemas: Schemas
) -> None:
    channel: Channel = org.perform(CreateChannel("client", "u1", "t1"))
    subscribed = ("v2.subscription.updated", f"v2.system.subscription_changed.{channel.id}")
    org.perform(Subscribe(channel.id, tuple(Subscription(name, (name,)) for name in subscribed)))
    sent: list[tuple[str, object]] = []
    cursor = 0

    def listen() -> None:
        nonlocal cursor
        changes, cursor = org.changes.read(cursor), org.changes.end
        sent.extend((happening.topic, happening.body()) for happening in happenings(org, changes))
        sent.extend((message.topic, message.body) for _, message in told(org, changes))

    for talk in (conversation, *(converse(medium) for medium in ("call", "callback", "email"))):
        agent = talk.participants[-1]
        org.changed("typing", conversation=talk.id, customer="ann", **{"from": "customer"})
        org.perform(SetAttributes(talk.id, talk.customer.id, {"orderId": "7"}))
        listen()
        org.perform(Disconnect(talk.id, agent.id, "client"))
        listen()
        org.perform(Wrapup(talk.id, agent.id, "w1", "done"))
        listen()
    parties.add(org, conversation, "workflow", "Handoff")
    conversation.flow = {"id": "f1"}
    org.changed("typing", conversation="c1", customer="ann", **{"from": "customer"})
    org.perform(RoutingStatus("u1", "IDLE"))
    org.changed("user.presence", user="u1", presence="Away")
    org.changed("queue.member", queue="q1", user="u1", joined=True)
    org.changed("user.outofoffice", user="u1")
    org.changed("user.station", user="u1")
    org.changed("participant.contact", conversation="c1", participant=conversation.customer.id, contact="e1")
    org.changed("token.granted", client="client", user="u1")
    org.changed("token.revoked", client="client", user="u1")
    listen()
    closing, replaced = socket_closing(channel.id, "soon"), no_longer_subscribed(org, channel)
    sent += [(closing.topic, closing.body), (replaced.topic, replaced.body)]
    heard = set()
    for name, body in sent:
        topic = topic_table().match(name)
        assert topic is not None, name
        heard.add(topic.pattern)
        assert schemas.response(topic.model).problems(body) == [], name
        assert schemas.judge(topic.model).problems(body) == [], name
    assert heard == set(coverage().fates["emitted"])


def test_every_row_beside_the_fates_means_a_topic() -> None:
    for reading in coverage().readings:
        assert any(fits(reading.pattern, pattern) for pattern in PATTERNS)
    assert all(coverage().transports(pattern) for pattern in PATTERNS)


def test_the_row_that_names_a_topic_most_exactly_wins() -> None:
    document: dict[str, Any] = {name: {} for name in FATES} | {
        "permission": [],
        "transport": [],
        "preview": {"topics": []},
    }
    document |= {"outside": {"v2.*": "all"}, "later": {"v2.users.*": "some"}, "emitted": {"v2.users.{id}.x": ["y"]}}
    made = Coverage(document)
    fates = [made.fate(pattern) for pattern in ("v2.flows.{id}", "v2.users.{id}.z", "v2.users.{id}.x", "v3")]
    assert [fate.name if fate else None for fate in fates] == ["outside", "later", "emitted", None]


def test_a_file_that_is_none_of_topics_is_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("contract") / "topics.toml"
    path.write_text("[emitted]\n")
    monkeypatch.setattr("understudy.notifications.coverage.material", lambda name: path)
    with pytest.raises(ContractError, match=r"topics\.toml: not a file of topics"):
        coverage.__wrapped__()
