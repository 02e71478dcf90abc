"""Commands on channels, and their handlers.

Source: facts platform-api §5 (developer blog 2021-12-02 and 2022-07-29). A channel lives 24 h and is prolonged by
subscribing again; a user and application have at most 20; one socket a channel; nothing is queued while none is open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from understudy.errors import Refused
from understudy.notifications.channels import INTERFACE, Channel, Channels, Subscription, channel_of, channels_of
from understudy.notifications.session import CLOSE_GOING_AWAY
from understudy.world.org import Handler, Org
from understudy.world.switches import switch


@dataclass(frozen=True, slots=True)
class CreateChannel:
    """Returns the Channel. At the limit it replaces the oldest one without a socket. Where all have one, the switch
    ``notifications.all_channels_live`` decides: the oldest goes, or Refused 400."""

    client: str
    user: str | None
    token: str


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Add topics to a channel, or replace all of them; prolongs its life. Returns the Channel, or Refused 400."""

    channel: str
    subscriptions: tuple[Subscription, ...]
    replace: bool = False


@dataclass(frozen=True, slots=True)
class ClearSubscriptions:
    """Forget all topics of a channel. Returns the Channel."""

    channel: str


@dataclass(frozen=True, slots=True)
class ChannelConnected:
    """A socket opened. Returns the Channel, whose ``socket`` is now this socket's number."""

    channel: str


@dataclass(frozen=True, slots=True)
class ChannelDisconnected:
    """Socket number ``socket`` is gone. Returns whether the channel is without one now."""

    channel: str
    socket: int


@dataclass(frozen=True, slots=True)
class ChannelExpired:
    """A channel's life is over (timer)."""

    channel: str


@dataclass(frozen=True, slots=True)
class SocketDue:
    """A heartbeat or the end of a grace is due on a channel's socket (timer)."""

    channel: str


@dataclass(frozen=True, slots=True)
class AnnounceClosing:
    """Maintenance: the socket says socket_closing and closes a minute later. A variation that tests ask for."""

    channel: str


def create(org: Org, command: CreateChannel) -> Channel:
    """Handler of CreateChannel."""
    channels = channels_of(org)
    own = channels.of(command.client, command.user)
    if len(own) >= org.limits.value(INTERFACE, "channels.per.user.and.application"):
        _replaced(org, channels, own)
    now = org.now()
    id_ = f"streaming-0-{org.ids.stream('channel').word(26).lower()}"
    channel = Channel(id_, command.client, command.user, command.token, now, now)
    channels.by_id[id_] = channel
    _prolong(org, channel)
    org.changed("channel.created", channel=id_, client=command.client, user=command.user)
    return channel


def _replaced(org: Org, channels: Channels, own: list[Channel]) -> None:
    # Documented: the oldest without a live connection goes. Where all are live, nothing is: hence a switch.
    oldest = next((channel for channel in own if channel.connected is None), own[0])
    if oldest.connected is not None:
        if switch(org, "notifications.all_channels_live") == "refuse":
            raise _too_many(org)
        org.say(INTERFACE, "replaced", channel=oldest.id, user=oldest.user, client=oldest.client)
    _end(org, channels, oldest, "replaced by a newer channel")


def _too_many(org: Org) -> Refused:
    limit = org.limits.limit(INTERFACE, "channels.per.user.and.application")
    return Refused(
        400,
        "bad.request",
        f"A user and application can have {limit.value:.0f} channels, and each of them has a connection",
        limit={"namespace": limit.namespace, "key": limit.key, "value": int(limit.value)},
    )


def subscribe(org: Org, command: Subscribe) -> Channel:
    """Handler of Subscribe."""
    channels = channels_of(org)
    channel = channel_of(org, command.channel)
    wanted = {} if command.replace else dict(channel.subscriptions)
    for subscription in command.subscriptions:
        wanted[subscription.id.casefold()] = subscription
    limit = org.limits.limit(INTERFACE, "topics.per.channel")
    if len(wanted) > limit.value:
        raise Refused(
            400,
            "notification.subscription.too.many.subscriptions",
            f"A channel can have {limit.value:.0f} topics, not {len(wanted)}",
            limit={"namespace": limit.namespace, "key": limit.key, "value": int(limit.value)},
        )
    channels.replace(channel, wanted.values())
    _prolong(org, channel)
    topics = [subscription.id for subscription in command.subscriptions]
    org.changed("channel.subscribed", channel=channel.id, topics=topics, replace=command.replace)
    return channel


def clear(org: Org, command: ClearSubscriptions) -> Channel:
    """Handler of ClearSubscriptions."""
    channel = channel_of(org, command.channel)
    channels_of(org).replace(channel, ())
    org.changed("channel.subscribed", channel=channel.id, topics=[], replace=True)
    return channel


def connected(org: Org, command: ChannelConnected) -> Channel:
    """Handler of ChannelConnected."""
    channel = channel_of(org, command.channel)
    _silence(org, channel)  # what was due on the socket before
    channel.connected = org.now()
    channel.socket += 1
    period = org.limits.value(INTERFACE, "heartbeat")
    org.schedule.at(channel.connected + period, _key("heartbeat", channel.id), SocketDue(channel.id), period)
    org.changed("channel.connected", channel=channel.id, socket=channel.socket)
    return channel


def disconnected(org: Org, command: ChannelDisconnected) -> bool:
    """Handler of ChannelDisconnected."""
    channel = channels_of(org).by_id.get(command.channel)
    if channel is None or channel.socket != command.socket or channel.connected is None:
        return False  # a newer socket has the channel, or the channel is dead
    channel.connected = None
    _silence(org, channel)
    org.changed("channel.disconnected", channel=channel.id, socket=channel.socket)
    return True


def expired(org: Org, command: ChannelExpired) -> None:
    """Handler of ChannelExpired."""
    channels = channels_of(org)
    channel = channels.by_id.get(command.channel)
    if channel is not None:
        _end(org, channels, channel, "expired")


def due(org: Org, command: SocketDue) -> None:
    """Handler of SocketDue."""
    org.say(INTERFACE, "due", channel=command.channel)


def announce(org: Org, command: AnnounceClosing) -> None:
    """Handler of AnnounceClosing; Refused 409 when no socket is open, or it is closing already."""
    channel = channel_of(org, command.channel)
    if channel.connected is None or channel.is_closing:
        reason = "is closing already" if channel.is_closing else "has no socket"
        raise Refused(409, "general.conflict", f"Channel {channel.id} {reason}")
    channel.is_closing = True
    grace = org.limits.value(INTERFACE, "closing.grace")
    org.schedule.at(org.now() + grace, _key("closing", channel.id), SocketDue(channel.id))
    org.say(INTERFACE, "announce", channel=channel.id)


def _prolong(org: Org, channel: Channel) -> None:
    channel.expires = org.now() + org.limits.value(INTERFACE, "channel.life")
    org.schedule.at(channel.expires, _key("expiry", channel.id), ChannelExpired(channel.id))


def _end(org: Org, channels: Channels, channel: Channel, reason: str) -> None:
    channels.remove(channel)
    org.schedule.cancel(_key("expiry", channel.id))
    _silence(org, channel)
    if channel.connected is not None:
        org.say(INTERFACE, "close", channel=channel.id, code=CLOSE_GOING_AWAY, reason=reason)
        channel.connected = None
    org.changed("channel.expired", channel=channel.id, reason=reason)


def _silence(org: Org, channel: Channel) -> None:
    org.schedule.cancel(_key("heartbeat", channel.id))
    org.schedule.cancel(_key("closing", channel.id))
    channel.is_closing = False


def _key(kind: str, channel: str) -> str:
    return f"{INTERFACE}/{kind}/{channel}"


HANDLERS: Final[Mapping[type, Handler]] = {
    CreateChannel: create,
    Subscribe: subscribe,
    ClearSubscriptions: clear,
    ChannelConnected: connected,
    ChannelDisconnected: disconnected,
    ChannelExpired: expired,
    SocketDue: due,
    AnnounceClosing: announce,
}
