from __future__ import annotations

import pytest

from understudy.errors import Refused
from understudy.notifications.channels import Channel, Channels, Subscription, channel_of, channels_of
from understudy.world.org import Org


def _channel(channels: Channels, id_: str, user: str | None = None) -> Channel:
    channel = channels.by_id[id_] = Channel(id_, "client", user, "token", 0.0, 1.0)
    return channel


def test_only_channels_with_a_socket_listen() -> None:
    channels = Channels()
    one, two = _channel(channels, "a"), _channel(channels, "b")
    for channel in (one, two):
        channels.replace(channel, [Subscription("V2.X", ("v2.x",))])
    two.connected = 5.0
    assert channels.listeners("v2.x") == [two]
    assert channels.listeners("v2.y") == []


def test_replacing_and_removing_leave_nothing_in_the_index() -> None:
    channels = Channels()
    channel = _channel(channels, "a")
    channels.replace(channel, [Subscription("c", ("v2.x", "v2.y")), Subscription("no", rejection="why")])
    channels.replace(channel, [Subscription("v2.y", ("v2.y",))])
    assert set(channels.listening) == {"v2.y"}
    channels.remove(channel)
    assert channels.listening == {}
    assert channels.by_id == {}
    assert list(channels.gone) == ["a"]


def test_channels_belong_to_a_user_and_application() -> None:
    channels = Channels()
    _channel(channels, "a")
    _channel(channels, "b", user="u1")
    assert [channel.id for channel in channels.of("client", None)] == ["a"]
    assert [channel.id for channel in channels.of("client", "u1")] == ["b"]
    assert channels.of("other", None) == []


def test_a_dead_channel_is_not_found(org: Org) -> None:
    assert channels_of(org) is channels_of(org)
    with pytest.raises(Refused, match=r"404 not.found: Channel streaming-0-x was not found"):
        channel_of(org, "streaming-0-x")
