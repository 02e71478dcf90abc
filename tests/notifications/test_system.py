from __future__ import annotations

import pytest

from understudy.notifications.channel import CreateChannel, Subscribe
from understudy.notifications.channels import Channel, Subscription
from understudy.notifications.messages import Notification
from understudy.notifications.system import UPDATED, no_longer_subscribed, subscription_changed, token_revoked, told
from understudy.notifications.topics import topic_table
from understudy.platform.schemas import Schemas
from understudy.world.org import Org
from understudy.world.tokens import Token


@pytest.fixture
def channel(org: Org) -> Channel:
    made: Channel = org.perform(CreateChannel("client", "u1", "t1"))
    org.tokens["t1"] = Token("t1", "client", org.id, 0.0, 1e12)
    return made


def _told(org: Org, cursor: int) -> list[tuple[Channel, Notification]]:
    return list(told(org, org.changes.read(cursor)))


def test_system_messages_name_the_channel_and_satisfy_the_model_of_their_topic(
    org: Org, channel: Channel, schemas: Schemas
) -> None:
    messages = (token_revoked(org, channel), no_longer_subscribed(org, channel), *subscription_changed(org, channel))
    assert [one.topic for one in messages] == [
        f"v2.system.token_revoked.{channel.id}",
        f"v2.system.no_longer_subscribed.{channel.id}",
        f"v2.system.subscription_changed.{channel.id}",
        UPDATED,
    ]
    for made in messages:
        topic = topic_table().match(made.topic)
        assert topic is not None
        assert (made.body["channelId"], made.body["userId"]) == (channel.id, "u1")
        assert schemas.judge(topic.model).problems(made.body) == []


def test_a_run_of_revocations_is_told_once_and_to_those_without_a_token_only(org: Org, channel: Channel) -> None:
    other: Channel = org.perform(CreateChannel("client", "u1", "t2"))
    strange: Channel = org.perform(CreateChannel("another", None, "t3"))
    org.tokens["t2"] = Token("t2", "client", org.id, 0.0, 1e12)
    cursor = org.changes.end
    org.tokens["t1"].revoked = True
    for _ in range(3):
        org.changed("token.revoked", client="client", user=None, reason="test")
    assert [one.id for one, _ in _told(org, cursor)] == [channel.id]
    assert other.id != strange.id


def test_a_token_that_expired_is_not_told_of(org: Org, channel: Channel) -> None:
    org.tokens["t1"].expires = 0.0
    cursor = org.changes.end
    org.changed("token.revoked", client="client", user=None, reason="test")
    assert _told(org, cursor) == []


@pytest.mark.parametrize("name", ["v2.system.subscription_changed.{channel}", UPDATED])
def test_a_change_of_topics_is_told_to_a_channel_that_asked_for_it(org: Org, channel: Channel, name: str) -> None:
    cursor = org.changes.end
    org.perform(Subscribe(channel.id, (Subscription("v2.users.u1.presence", ("v2.users.u1.presence",)),)))
    assert _told(org, cursor) == []
    full = name.replace("{channel}", channel.id)
    org.perform(Subscribe(channel.id, (Subscription(full, (full.casefold(),)),)))
    ((heard, message),) = _told(org, org.changes.end - 1)
    assert heard is channel
    assert message.topic == full
    assert message.body["systemTopicType"] == "subscription_changed"


def test_of_a_dead_channel_nothing_is_told(org: Org) -> None:
    org.changed("channel.subscribed", channel="streaming-0-gone", topics=[])
    assert _told(org, 0) == []
