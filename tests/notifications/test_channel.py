from __future__ import annotations

import re

import pytest

from understudy.clock import ManualClock
from understudy.errors import Refused
from understudy.notifications.channel import (
    HANDLERS,
    AnnounceClosing,
    ChannelConnected,
    ChannelDisconnected,
    ClearSubscriptions,
    CreateChannel,
    Subscribe,
)
from understudy.notifications.channels import Channel, Subscription, channels_of
from understudy.world.org import Org

DAY = 86_400.0


def _create(org: Org, client: str = "client", user: str | None = None) -> Channel:
    channel = org.perform(CreateChannel(client, user, "token"))
    assert isinstance(channel, Channel)
    return channel


def _effects(org: Org) -> list[tuple[str, str]]:
    return [(effect.kind, effect.data["channel"]) for effect in org.take_effects("notifications")]


def test_a_channel_has_the_platforms_form_and_lives_a_day(org: Org) -> None:
    channel = _create(org)
    assert re.fullmatch(r"streaming-0-[a-z0-9]{26}", channel.id)
    assert channel.expires == org.now() + DAY


def test_a_channel_expires_and_is_gone(org: Org, clock: ManualClock) -> None:
    channel = _create(org)
    clock.advance(DAY - 1)
    org.tick()
    assert channel.id in channels_of(org).by_id
    clock.advance(1)
    org.tick()
    assert channels_of(org).by_id == {}
    assert len(org.schedule) == 0
    assert org.changes.read(0)[-1].kind == "channel.expired"


def test_subscribing_again_prolongs_the_life(org: Org, clock: ManualClock) -> None:
    channel = _create(org)
    clock.advance(DAY / 2)
    org.perform(Subscribe(channel.id, (Subscription("v2.a", ("v2.a",)),)))
    clock.advance(DAY / 2)
    org.tick()
    assert channel.expires == org.now() + DAY / 2
    assert channel.id in channels_of(org).by_id


def test_the_twenty_first_replaces_the_oldest_without_a_live_connection(org: Org) -> None:
    first, second, *_ = [_create(org) for _ in range(20)]
    org.perform(ChannelConnected(first.id))
    others = _create(org, client="another"), _create(org, user="u1")
    last = _create(org)
    alive = channels_of(org).by_id
    assert second.id not in alive
    assert {first.id, last.id, *(channel.id for channel in others)} <= set(alive)
    assert len(channels_of(org).of("client", None)) == 20
    assert _effects(org) == []


def test_where_all_are_live_the_oldest_is_told_and_closed(org: Org) -> None:
    channels = [_create(org) for _ in range(20)]
    for channel in channels:
        org.perform(ChannelConnected(channel.id))
    _create(org)
    assert channels[0].id not in channels_of(org).by_id
    assert _effects(org) == [("replaced", channels[0].id), ("close", channels[0].id)]


def test_where_all_are_live_the_switch_may_refuse_the_newest(org: Org) -> None:
    org.entities.put("organizations", org.id, {}, {"switches": {"notifications.all_channels_live": "refuse"}})
    channels = [_create(org) for _ in range(20)]
    for channel in channels:
        org.perform(ChannelConnected(channel.id))
    with pytest.raises(Refused, match=r"400 bad.request: .*20 channels") as refused:
        _create(org)
    assert refused.value.limit is not None
    assert refused.value.limit["value"] == 20
    assert len(channels_of(org).by_id) == 20
    org.perform(ChannelDisconnected(channels[3].id, 1))
    _create(org)  # now one is without a connection
    assert channels[3].id not in channels_of(org).by_id


def test_topics_are_added_replaced_and_cleared_in_order(org: Org) -> None:
    channel = _create(org)
    a, b, c = (Subscription(f"v2.{x}", (f"v2.{x}",)) for x in "abc")
    org.perform(Subscribe(channel.id, (b, a)))
    org.perform(Subscribe(channel.id, (c, a)))
    assert [s.id for s in channel.subscriptions.values()] == ["v2.b", "v2.a", "v2.c"]
    org.perform(Subscribe(channel.id, (c,), replace=True))
    assert [s.id for s in channel.subscriptions.values()] == ["v2.c"]
    org.perform(ClearSubscriptions(channel.id))
    assert channel.subscriptions == {}


def test_a_topic_given_twice_in_other_letters_is_one(org: Org) -> None:
    channel = _create(org)
    org.perform(Subscribe(channel.id, (Subscription("v2.A", ("v2.a",)), Subscription("V2.a", ("v2.a",)))))
    assert len(channel.subscriptions) == 1


def test_more_than_a_thousand_topics_are_refused_and_change_nothing(org: Org) -> None:
    channel = _create(org)
    topics = tuple(Subscription(f"v2.{n}", (f"v2.{n}",)) for n in range(1000))
    org.perform(Subscribe(channel.id, topics))
    with pytest.raises(Refused) as refused:
        org.perform(Subscribe(channel.id, (Subscription("v2.more", ("v2.more",)),)))
    assert (refused.value.status, refused.value.code) == (400, "notification.subscription.too.many.subscriptions")
    assert refused.value.limit == {"namespace": "notifications", "key": "topics.per.channel", "value": 1000}
    assert len(channel.subscriptions) == 1000
    org.perform(Subscribe(channel.id, (Subscription("v2.more", ("v2.more",)),), replace=True))
    assert len(channel.subscriptions) == 1


def test_a_socket_has_heartbeats_until_it_goes(org: Org, clock: ManualClock) -> None:
    channel = _create(org)
    org.perform(ChannelConnected(channel.id))
    for _ in range(2):
        clock.advance(30)
        assert org.tick() == 1
    assert _effects(org) == [("due", channel.id)] * 2
    assert org.perform(ChannelDisconnected(channel.id, 1)) is True
    clock.advance(300)
    assert org.tick() == 0


def test_the_first_sockets_going_does_not_disconnect_the_second(org: Org) -> None:
    channel = _create(org)
    org.perform(ChannelConnected(channel.id))
    org.perform(ChannelConnected(channel.id))
    assert org.perform(ChannelDisconnected(channel.id, 1)) is False
    assert channel.connected is not None
    assert org.perform(ChannelDisconnected(channel.id, 2)) is True
    assert org.perform(ChannelDisconnected(channel.id, 2)) is False


def test_an_expired_channel_closes_its_socket(org: Org, clock: ManualClock) -> None:
    channel = _create(org)
    org.perform(ChannelConnected(channel.id))
    clock.advance(DAY)
    org.tick()
    assert ("close", channel.id) in _effects(org)
    assert org.perform(ChannelDisconnected(channel.id, 1)) is False
    assert len(org.schedule) == 0


def test_an_announced_closing_is_due_a_minute_later(org: Org, clock: ManualClock) -> None:
    channel = _create(org)
    with pytest.raises(Refused, match=r"409 general.conflict: Channel streaming-0-.* has no socket"):
        org.perform(AnnounceClosing(channel.id))
    org.perform(ChannelConnected(channel.id))
    clock.advance(15)
    org.perform(AnnounceClosing(channel.id))
    assert _effects(org) == [("announce", channel.id)]
    clock.advance(60)
    org.tick()
    assert _effects(org) == [("due", channel.id)] * 2  # the heartbeat, and the end of the grace


def test_a_closing_is_announced_once_a_socket(org: Org, clock: ManualClock) -> None:
    channel = _create(org)
    org.perform(ChannelConnected(channel.id))
    org.perform(AnnounceClosing(channel.id))
    with pytest.raises(Refused, match=r"409 general.conflict: Channel streaming-0-.* is closing already"):
        org.perform(AnnounceClosing(channel.id))
    org.perform(ChannelConnected(channel.id))  # the client came back in time: nothing is due on its new socket
    clock.advance(60)
    org.take_effects("notifications")
    org.tick()
    assert _effects(org) == [("due", channel.id)]  # the heartbeat
    org.perform(AnnounceClosing(channel.id))


@pytest.mark.parametrize("command", [ChannelConnected, AnnounceClosing, ClearSubscriptions])
def test_commands_on_a_dead_channel_are_refused(org: Org, command: type) -> None:
    assert command in HANDLERS
    with pytest.raises(Refused, match=r"404 not.found"):
        org.perform(command("streaming-0-x"))
