from __future__ import annotations

import pytest

from understudy.notifications.coverage import coverage
from understudy.notifications.topics import COMBINED_MAX, Topic, permissions_of, reading_of, topic_table
from understudy.platform.catalogue import Catalogue


def test_the_table_is_the_catalogues(catalogue: Catalogue) -> None:
    assert {topic.pattern: topic.model for topic in topic_table().topics} == catalogue.topics
    assert len(topic_table().topics) == 242


def test_every_topic_is_found_by_its_name_with_ids_filled_in() -> None:
    for topic in topic_table().topics:
        found = topic_table().match(topic.pattern.replace("{id}", "7F-x"))
        assert found is not None
        assert found.model == topic.model


def test_names_compare_without_case_and_come_out_folded() -> None:
    (found,) = topic_table().expand("V2.Users.U1.RoutingSTATUS")
    assert found == (
        "v2.users.u1.routingstatus",
        Topic("v2.users.{id}.routingStatus", "UserRoutingStatusUserRoutingStatus"),
    )


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "v2",
        "v2.users",
        "v2.users.u1",
        "v2.users..presence",
        "v2.users.{id}.presence",
        "v2.users.u1.presence.",
        "v2.users.u 1.presence",
        "v2.users.u1.nonsense",
        "v2.detail.events.conversation.c1",
        "v2.detail.events.conversation.*.user.end",
        "v2.users.u1?",
        "v2.users.u1?presence&nonsense",
        "v2.users.u1?presence&&routingStatus",
        "v2.users.u1?presence?routingStatus",
    ],
)
def test_what_the_catalogue_does_not_list_is_no_topic(name: str) -> None:
    assert topic_table().expand(name) == []


def test_a_combined_topic_stands_for_each_of_its_suffixes() -> None:
    found = topic_table().expand("v2.users.U1?presence&routingStatus&conversations.messages")
    assert [name for name, _ in found] == [
        "v2.users.u1.presence",
        "v2.users.u1.routingstatus",
        "v2.users.u1.conversations.messages",
    ]


def test_a_combined_topic_has_a_longest_length() -> None:
    suffixes = "&".join(["presence"] * 20)
    name = f"v2.users.u1?{suffixes}"
    fitting = name[: name.rindex("&", 0, COMBINED_MAX)]
    assert len(fitting) <= COMBINED_MAX < len(name) + 10
    assert topic_table().expand(fitting)
    assert topic_table().expand(f"{fitting}&presence".ljust(COMBINED_MAX + 1, "e")) == []


def _permissions(name: str, user: str | None = None) -> tuple[str, ...]:
    topic = topic_table().match(name)
    assert topic is not None
    return permissions_of(topic, name, user)


def test_a_topic_asks_for_the_permission_that_reads_the_same_by_rest(catalogue: Catalogue) -> None:
    detail = set(catalogue.by_id["getAnalyticsConversationDetails"].permissions)
    assert set(_permissions("v2.detail.events.conversation.c1.user.end")) == detail
    assert set(_permissions("v2.users.u1.conversations")) == set(catalogue.by_id["getConversation"].permissions)
    queue = set(catalogue.by_id["getRoutingQueue"].permissions)
    assert set(_permissions("v2.routing.queues.q1.conversations")) == queue
    assert set(_permissions("v2.routing.queues.q1.conversations.messages")) == queue
    assert _permissions("v2.users.u1.conversations.messages") == ()
    assert _permissions("v2.users.u1.presence") == ()


def test_a_user_needs_no_permission_for_what_is_about_himself() -> None:
    assert _permissions("v2.users.u1.conversations", "U1") == ()
    assert _permissions("v2.users.u2.conversations", "u1") == ("conversation:communication:view",)


def test_every_reading_has_topics() -> None:
    found = {reading_of(topic) for topic in topic_table().topics}
    assert found == {None, *coverage().readings}
