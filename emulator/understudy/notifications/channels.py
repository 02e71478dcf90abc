"""Channels and their subscriptions: live objects of an org (facts: platform-api §5)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from understudy.errors import Refused
from understudy.world.org import Org

INTERFACE: Final = "notifications"
GONE_KEPT: Final = 1_000  # dead channels of an org whose ids the world's index still knows


@dataclass(frozen=True, slots=True)
class Subscription:
    """One topic as a client gave it. ``names`` are the topics it stands for, folded: several where it is combined."""

    id: str
    names: tuple[str, ...] = ()
    rejection: str = ""  # why it is Rejected; empty when Permitted
    missing: tuple[str, ...] = ()  # permissions that would let it be read
    used: tuple[str, ...] = ()  # permissions by which it is read

    @property
    def is_permitted(self) -> bool:
        """Events of it are sent."""
        return not self.rejection


@dataclass(slots=True)
class Channel:
    """One channel. Times are the org's; ``connected`` is None while no socket is open; ``socket`` counts them."""

    id: str
    client: str
    user: str | None
    token: str
    created: float
    expires: float
    subscriptions: dict[str, Subscription] = field(default_factory=dict)  # by folded id, in order
    connected: float | None = None
    socket: int = 0
    is_closing: bool = False  # its socket was told that it closes for maintenance

    def names(self) -> set[str]:
        """Every topic that it listens to, folded."""
        return {name for subscription in self.subscriptions.values() for name in subscription.names}


class Channels:
    """The channels of one org, in order of creation, and who listens to which topic."""

    def __init__(self) -> None:
        self.by_id: dict[str, Channel] = {}
        self.listening: dict[str, dict[str, Channel]] = {}  # folded topic → channel id → channel
        self.gone: deque[str] = deque()  # ids of dead channels, oldest first; whoever creates one cuts it

    def of(self, client: str, user: str | None) -> list[Channel]:
        """The channels of a user and application, oldest first."""
        return [channel for channel in self.by_id.values() if (channel.client, channel.user) == (client, user)]

    def listeners(self, name: str) -> list[Channel]:
        """The channels with a socket that listen to a folded topic."""
        return [channel for channel in self.listening.get(name, {}).values() if channel.connected is not None]

    def replace(self, channel: Channel, subscriptions: Iterable[Subscription]) -> None:
        """Give a channel exactly these subscriptions and keep the index true."""
        for name in channel.names():
            listeners = self.listening[name]
            listeners.pop(channel.id, None)
            if not listeners:
                del self.listening[name]
        channel.subscriptions = {s.id.casefold(): s for s in subscriptions}
        for name in channel.names():
            self.listening.setdefault(name, {})[channel.id] = channel

    def remove(self, channel: Channel) -> None:
        """Forget a channel."""
        self.replace(channel, ())
        del self.by_id[channel.id]
        self.gone.append(channel.id)


def channels_of(org: Org) -> Channels:
    """The org's channels."""
    found = org.live.get(INTERFACE)
    if found is None:
        found = org.live[INTERFACE] = Channels()
    assert isinstance(found, Channels)
    return found


def channel_of(org: Org, id_: str) -> Channel:
    """A live channel; Refused 404 when it is dead or was never made."""
    channel = channels_of(org).by_id.get(id_)
    if channel is None:
        raise Refused(404, "not.found", f"Channel {id_} was not found", params={"id": id_})
    return channel
