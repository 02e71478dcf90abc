"""Real loopback sockets, with a client that is not ours (``websockets``); the org's clock is moved by hand."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import orjson
import pytest
from aiohttp import ClientSession, web
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from understudy.clock import Clock, ManualClock
from understudy.conversations.commands import Disconnect
from understudy.conversations.model import Conversation
from understudy.notifications import driver as driver_module
from understudy.notifications.channel import (
    AnnounceClosing,
    ChannelExpired,
    CreateChannel,
    Subscribe,
)
from understudy.notifications.channels import Channel, Subscription, channels_of
from understudy.notifications.driver import NotificationsDriver, Socket
from understudy.notifications.messages import HEARTBEAT, PONG, text_frame
from understudy.notifications.seam import Seam
from understudy.record.entry import Entry
from understudy.record.recorder import Recorder
from understudy.world import org as org_module
from understudy.world.changes import Effect
from understudy.world.org import Org
from understudy.world.tokens import Token
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
        channel: Channel = org.perform(CreateChannel(client, None, token))
        self.host.world.channels[channel.id] = org
        if topics:
            org.perform(Subscribe(channel.id, tuple(Subscription(topic, (topic.casefold(),)) for topic in topics)))
        return channel

    def connect(self, channel: str, **options: Any) -> connect:
        return connect(f"ws://127.0.0.1:{self.port}/channels/{channel}", proxy=None, **options)

    def entries(self) -> list[Entry]:
        return self.host.recorder.ring.read(0)

    def names(self, direction: str) -> list[str]:
        return [entry.name for entry in self.entries() if entry.direction == direction]

    def notes(self, name: str) -> list[dict[str, Any]]:
        return [entry.data for entry in self.entries() if entry.kind == "note" and entry.name == name]


@asynccontextmanager
async def staged(clock: ManualClock, *orgs: Org) -> AsyncIterator[Stage]:
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
    async with asyncio.timeout(WAIT):
        read: dict[str, Any] = orjson.loads(await client.recv())
        return read


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(WAIT):
        while not condition():
            await asyncio.sleep(0.001)


async def closed(client: ClientConnection) -> tuple[int, str]:
    """Read to the end (1001 is a regular one to ``websockets``); the code and reason with which the server closed."""
    async with asyncio.timeout(WAIT):
        async for _ in client:
            pass
    return client.close_code or 0, client.close_reason or ""


def test_a_subscriber_hears_in_order_that_a_conversation_ended(
    clock: ManualClock, org: Org, conversation: Conversation
) -> None:
    prefix = "v2.detail.events.conversation.c1"
    agent = conversation.participants[-1]

    async def script(stage: Stage) -> None:
        channel = stage.channel(
            org, f"{prefix}.USER.end", f"{prefix}.customer.end", "v2.users.U1.conversations.messages"
        )
        async with stage.connect(channel.id) as client:
            org.perform(Disconnect("c1", agent.id, "client"))
            heard = [await frame(client) for _ in range(3)]
        assert [event["topicName"] for event in heard] == [
            f"{prefix}.user.end",
            f"{prefix}.customer.end",
            "v2.users.u1.conversations.messages",
        ]
        assert heard[0]["eventBody"]["participantId"] == agent.id
        assert heard[2]["eventBody"]["participants"][-1]["state"] == "disconnected"
        assert {event["version"] for event in heard} == {"2"}
        recorded = [entry for entry in stage.entries() if entry.direction == "out" and entry.conversation == "c1"]
        assert [orjson.loads(entry.body) for entry in recorded] == heard
        assert [entry.correlation for entry in recorded] == [event["metadata"]["CorrelationId"] for event in heard]

    play(clock, org)(script)


def test_a_heartbeat_comes_every_thirty_seconds_of_the_orgs_clock(clock: ManualClock, org: Org) -> None:
    async def script(stage: Stage) -> None:
        channel = stage.channel(org)
        async with stage.connect(channel.id) as client:
            for _ in range(2):
                clock.advance(29.9)
                assert org.tick() == 0
                clock.advance(0.1)
                assert org.tick() == 1
                assert await frame(client) == {
                    "topicName": "channel.metadata",
                    "eventBody": {"message": "WebSocket Heartbeat"},
                }
            org.clock.jump(3600)
            org.tick()
            await frame(client)
            await client.send(PING)
            assert (await frame(client))["eventBody"] == {"message": "pong"}  # the jump gave one heartbeat, not 120

    play(clock, org)(script)


def test_nonsense_is_tolerated_and_noted(clock: ManualClock, org: Org) -> None:
    async def script(stage: Stage) -> None:
        channel = stage.channel(org)
        async with stage.connect(channel.id) as client:
            for nonsense in ("2026-01-01 00:00:01", b"\xff\x00", "{}", ""):
                await client.send(nonsense)
            await client.send(PING)
            assert (await frame(client))["eventBody"] == {"message": "pong"}
        assert len(stage.notes("notifications.tolerated")) == 4
        assert stage.names("in") == [f"GET /channels/{channel.id}", "frame", "frame", "frame", "frame", "ping"]

    play(clock, org)(script)


def test_a_second_socket_drops_the_first_and_takes_over(clock: ManualClock, org: Org) -> None:
    async def script(stage: Stage) -> None:
        channel = stage.channel(org, "v2.users.u1.routingStatus")
        async with stage.connect(channel.id) as first, stage.connect(channel.id) as second:
            assert await closed(first) == (1001, "another socket uses the channel")
            org.changed("user.routingStatus", user="u1", status="IDLE")
            org.perform(Subscribe(channel.id, ()))  # any command tells the listeners
            assert (await frame(second))["eventBody"]["routingStatus"]["status"] == "IDLE"
            assert channel.connected is not None
            assert channel.socket == 2

    play(clock, org)(script)


def test_what_happens_while_no_socket_is_open_is_missed(clock: ManualClock, org: Org) -> None:
    async def script(stage: Stage) -> None:
        channel = stage.channel(org, "v2.users.u1.routingStatus")

        def goes(status: str) -> None:
            org.changed("user.routingStatus", user="u1", status=status)
            org.perform(Subscribe(channel.id, ()))

        goes("OFF_QUEUE")
        async with stage.connect(channel.id) as client:
            goes("IDLE")
            assert (await frame(client))["eventBody"]["routingStatus"]["status"] == "IDLE"
        await until(lambda: channel.connected is None)
        goes("INTERACTING")
        async with stage.connect(channel.id) as client:
            goes("COMMUNICATING")
            assert (await frame(client))["eventBody"]["routingStatus"]["status"] == "COMMUNICATING"

    play(clock, org)(script)


def test_an_org_is_not_quiet_until_its_changes_are_told(clock: ManualClock, org: Org) -> None:
    async def script(stage: Stage) -> None:
        channel = stage.channel(org, "v2.users.u1.routingStatus")
        async with stage.connect(channel.id) as client:
            await until(org.is_quiet)
            org.changed("user.routingStatus", user="u1", status="IDLE")
            org.perform(Subscribe(channel.id, ()))
            assert not org.is_quiet()
            await until(org.is_quiet)
            await frame(client)
        await until(lambda: channel.connected is None)
        assert org.is_quiet()
        assert org.open_exchanges == 0

    play(clock, org)(script)


def test_orgs_and_channels_hear_only_what_is_theirs(
    clock: ManualClock, org: Org, make_org: Callable[[str], Org]
) -> None:
    other = make_org("other")

    async def script(stage: Stage) -> None:
        topic = "v2.users.u1.routingStatus"
        mine, deaf, theirs = stage.channel(org, topic), stage.channel(org), stage.channel(other, topic)
        async with stage.connect(mine.id) as a, stage.connect(deaf.id) as b, stage.connect(theirs.id) as c:
            org.changed("user.routingStatus", user="u1", status="IDLE")
            org.perform(Subscribe(mine.id, ()))
            assert (await frame(a))["topicName"] == topic
            for client in (b, c):
                await client.send(PING)
                assert (await frame(client))["eventBody"] == {"message": "pong"}

    play(clock, org, other)(script)


def test_topics_can_be_added_over_the_socket(clock: ManualClock, org: Org) -> None:
    async def script(stage: Stage) -> None:
        channel = stage.channel(org)
        async with stage.connect(channel.id) as client:
            await client.send(
                '{"message":"subscribe","topics":["v2.users.u1?presence&routingStatus"],"correlationId":"9"}'
            )
            assert await frame(client) == {"result": "200", "status": "subscribed", "correlationId": "9"}
            org.changed("user.presence", user="u1", presence="Away")
            org.perform(Subscribe(channel.id, ()))
            assert (await frame(client))["topicName"] == "v2.users.u1.presence"
            await client.send('{"message":"subscribe","topics":["v2.nonsense"]}')
            assert await frame(client) == {"result": "400", "status": "failure"}

    play(clock, org)(script)


def test_an_expired_channel_closes_its_socket_and_answers_401(clock: ManualClock, org: Org) -> None:
    async def script(stage: Stage) -> None:
        channel = stage.channel(org)
        async with stage.connect(channel.id) as client:
            org.perform(ChannelExpired(channel.id))
            assert await closed(client) == (1001, "expired")
        for dead in (channel.id, "streaming-0-unknown", ""):
            with pytest.raises(InvalidStatus) as refused:
                await stage.connect(dead)
            assert refused.value.response.status_code == 401
            body = orjson.loads(refused.value.response.body or b"")
            assert (body["status"], body["code"]) == (401, "bad.credentials")
        assert stage.names("out")[-1] == "401"
        assert stage.host.world.channels == {}

    play(clock, org)(script)


def test_a_request_that_is_no_upgrade_is_refused(clock: ManualClock, org: Org) -> None:
    async def script(stage: Stage) -> None:
        channel = stage.channel(org)
        url = f"http://127.0.0.1:{stage.port}/channels/{channel.id}"
        async with ClientSession() as http:
            for method in ("GET", "POST"):
                async with http.request(method, url) as response:
                    assert response.status == 400
                    assert (await response.json())["code"] == "bad.request"
        assert channel.socket == 0

    play(clock, org)(script)


def test_an_announced_closing_comes_a_minute_before_the_socket_closes(clock: ManualClock, org: Org) -> None:
    async def script(stage: Stage) -> None:
        channel = stage.channel(org)
        async with stage.connect(channel.id) as client:
            org.perform(AnnounceClosing(channel.id))
            assert (await frame(client))["topicName"] == "v2.system.socket_closing"
            clock.advance(60)
            org.tick()
            assert await closed(client) == (1001, "maintenance")
        await until(lambda: channel.connected is None)
        async with stage.connect(channel.id):  # the channel lives on: the same URI works again
            await until(lambda: channel.connected is not None)

    play(clock, org)(script)


def test_the_newest_channel_takes_the_place_of_the_oldest_when_all_are_live(clock: ManualClock, org: Org) -> None:
    async def script(stage: Stage) -> None:
        first = stage.channel(org)
        async with stage.connect(first.id) as client:
            for other in [stage.channel(org) for _ in range(19)]:
                other.connected = org.now()
            stage.channel(org)
            told = await frame(client)
            assert told["topicName"] == f"v2.system.no_longer_subscribed.{first.id}"
            assert told["eventBody"]["reason"] == "another_channel_subscribed"
            assert await closed(client) == (1001, "replaced by a newer channel")

    play(clock, org)(script)


def test_only_channels_of_a_revoked_token_are_told(clock: ManualClock, org: Org) -> None:
    async def script(stage: Stage) -> None:
        org.tokens["live"] = Token("live", "client", org.id, org.now(), org.now() + 60)
        revoked, alive = stage.channel(org, token="gone"), stage.channel(org, token="live")
        theirs = stage.channel(org, client="other")
        async with (
            stage.connect(revoked.id) as client,
            stage.connect(alive.id) as same,
            stage.connect(theirs.id) as other,
        ):
            org.changed("token.revoked", client="client")
            org.perform(Subscribe(alive.id, ()))
            assert (await frame(client))["topicName"] == f"v2.system.token_revoked.{revoked.id}"
            for deaf in (same, other):
                await deaf.send(PING)
                assert (await frame(deaf))["eventBody"] == {"message": "pong"}

    play(clock, org)(script)


def test_a_client_that_does_not_read_is_dropped_with_a_note(
    clock: ManualClock, org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver_module, "BUFFER_MAX", 1000)

    async def script(stage: Stage) -> None:
        channel = stage.channel(org, "v2.users.u1.presence")
        with socket.create_connection(("127.0.0.1", stage.port)) as silent:
            silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            upgrade = (
                f"GET /channels/{channel.id} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            )
            silent.sendall(upgrade.encode())
            await until(lambda: channel.connected is not None)
            big = {"systemPresence": "x" * 100_000}
            for _ in range(200):
                org.changed("user.presence", user="u1", presence=big)
                org.perform(Subscribe(channel.id, tuple(channel.subscriptions.values())))
                await asyncio.sleep(0)
                if stage.notes("notifications.dropped"):
                    break
            await until(lambda: channel.connected is None)
        (note,) = stage.notes("notifications.dropped")
        assert note["channel"] == channel.id
        assert note["waiting"] > 1000

    play(clock, org)(script)


def test_lost_changes_leave_a_gap_and_the_feed_goes_on(clock: ManualClock, org: Org) -> None:
    async def script(stage: Stage) -> None:
        channel = stage.channel(org, "v2.users.u1.routingStatus")
        async with stage.connect(channel.id) as client:
            for _ in range(org_module.CHANGES_KEPT):
                org.changed("flow.step")
            org.changed("user.routingStatus", user="u1", status="IDLE")
            org.perform(Subscribe(channel.id, ()))
            assert (await frame(client))["topicName"] == "v2.users.u1.routingStatus"
        (gap,) = stage.notes("gap")
        assert gap["changes"] > 0

    play(clock, org)(script)


def test_a_new_socket_does_not_hear_what_happened_before_it(clock: ManualClock, org: Org) -> None:
    async def script(stage: Stage) -> None:
        topic = "v2.users.u1.routingStatus"
        early, late = stage.channel(org, topic), stage.channel(org, topic)
        async with stage.connect(early.id) as first:
            org.changed("user.routingStatus", user="u1", status="OFF_QUEUE")  # nobody has been told of it yet
            async with stage.connect(late.id) as second:
                org.changed("user.routingStatus", user="u1", status="IDLE")
                org.perform(Subscribe(late.id, tuple(late.subscriptions.values())))
                for client, heard in ((first, ["OFF_QUEUE", "IDLE"]), (second, ["IDLE"])):
                    for status in heard:
                        assert (await frame(client))["eventBody"]["routingStatus"]["status"] == status

    play(clock, org)(script)


def test_nothing_is_written_before_the_upgrade_is_answered(
    clock: ManualClock, org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel: Channel = org.perform(CreateChannel("client", None, "token"))
    written: list[bytes] = []

    class Transport(asyncio.Transport):
        def write(self, data: Any) -> None:
            written.append(bytes(data))

        def is_closing(self) -> bool:
            return False

        def get_write_buffer_size(self) -> int:
            return 0

    async def prepare(request: object) -> None:
        assert written == []

    opened = Socket(org, channel, Transport(), Seam(Recorder(0, "salt"), clock, org, ""))
    monkeypatch.setattr(opened.ws, "prepare", prepare)
    opened.say(PONG)
    opened.say(HEARTBEAT)
    asyncio.run(opened.open(None))  # type: ignore[arg-type]  # the stand-in for prepare looks at no request
    assert written == [text_frame(PONG.to_bytes()), text_frame(HEARTBEAT.to_bytes())]


def test_sockets_are_closed_when_the_driver_stops_and_nothing_is_left(clock: ManualClock, org: Org) -> None:
    clients: list[ClientConnection] = []

    async def main() -> None:
        before = len(org.listeners)
        async with asyncio.timeout(30), staged(clock, org) as stage:
            channel = stage.channel(org)
            clients.append(await stage.connect(channel.id))
        assert await closed(clients[0]) == (1001, "the emulator stops")
        assert channel.connected is None
        assert len(org.listeners) == before + 1  # the host's own
        assert channels_of(org).by_id == {channel.id: channel}

    asyncio.run(main())
