"""The driver on a real loopback port, for a client that is not ours (``websockets``)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import orjson
from aiohttp import ClientSession, web
from websockets.asyncio.client import ClientConnection, connect

from understudy.clock import Clock, ManualClock
from understudy.notifications.channel import (
    CreateChannel,
    Subscribe,
)
from understudy.notifications.channels import Channel, Subscription
from understudy.notifications.driver import NotificationsDriver
from understudy.record.entry import Entry
from understudy.record.recorder import Recorder
from understudy.world.changes import Effect
from understudy.world.org import Org
from understudy.world.world import World

PING = '{"message":"ping"}'
WAIT = 5.0  # seconds of real time before a test gives up


class StubHost:
    """A host with one world; effects wake whoever waits, as in the emulator."""

    origin = "http://127.0.0.1"

    def __init__(self, clock: Clock, *orgs: Org) -> None:
        self.world, self.clock = World(), clock
        self.recorder = Recorder(0, "salt")
        self._woken = asyncio.Event()
        for org in orgs:
            self.world.add(org)
            org.listeners.append(lambda _: self._woken.set())

    @property
    def http(self) -> ClientSession:
        raise AssertionError("notifications never speak HTTP first")

    async def settled(self, number: int) -> None:
        return None

    async def effects(self, interface: str) -> list[tuple[Org, Effect]]:
        while True:
            taken = [(org, effect) for org in self.world.orgs.values() for effect in org.take_effects(interface)]
            if taken:
                return taken
            self._woken.clear()
            await self._woken.wait()


class Stage:
    """A driver that is served on a loopback port."""

    def __init__(self, host: StubHost, port: int) -> None:
        self.host, self.port = host, port

    def channel(self, org: Org, *topics: str, client: str = "client", token: str = "token") -> Channel:
        """A channel of an org, subscribed to topics."""
        channel: Channel = org.perform(CreateChannel(client, None, token))
        self.host.world.channels[channel.id] = org
        if topics:
            org.perform(Subscribe(channel.id, tuple(Subscription(topic, (topic.casefold(),)) for topic in topics)))
        return channel

    def connect(self, channel: str, **options: Any) -> connect:
        """A client's socket on a channel."""
        return connect(f"ws://127.0.0.1:{self.port}/channels/{channel}", proxy=None, **options)

    def entries(self) -> list[Entry]:
        """All of the record."""
        return self.host.recorder.ring.read(0)

    def names(self, direction: str) -> list[str]:
        """Names of the entries of one direction."""
        return [entry.name for entry in self.entries() if entry.direction == direction]

    def notes(self, name: str) -> list[dict[str, Any]]:
        """What notes of a name say."""
        return [entry.data for entry in self.entries() if entry.kind == "note" and entry.name == name]


@asynccontextmanager
async def staged(clock: ManualClock, *orgs: Org) -> AsyncIterator[Stage]:
    """A stage while it is needed."""
    host = StubHost(clock, *orgs)
    driver = NotificationsDriver(host)
    running = asyncio.create_task(driver.run())
    runner = web.ServerRunner(web.Server(driver.handle, access_log=None), shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield Stage(host, int(runner.addresses[0][1]))
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await runner.cleanup()


Script = Callable[[Stage], Awaitable[None]]


def play(clock: ManualClock, *orgs: Org) -> Callable[[Script], None]:
    """Run a script against a stage."""

    def run(script: Script) -> None:
        async def main() -> None:
            async with asyncio.timeout(30), staged(clock, *orgs) as stage:
                await script(stage)

        asyncio.run(main())

    return run


async def frame(client: ClientConnection) -> dict[str, Any]:
    """The next frame."""
    async with asyncio.timeout(WAIT):
        read: dict[str, Any] = orjson.loads(await client.recv())
        return read


async def until(condition: Callable[[], bool]) -> None:
    """Wait until it is so."""
    async with asyncio.timeout(WAIT):
        while not condition():
            await asyncio.sleep(0.001)


async def closed(client: ClientConnection) -> tuple[int, str]:
    """Read to the end (1001 is a regular one to ``websockets``); the code and reason with which the server closed."""
    async with asyncio.timeout(WAIT):
        async for _ in client:
            pass
    return client.close_code or 0, client.close_reason or ""
