"""Real loopback sockets, with a client that is not ours (``websockets``); the org's clock is moved by hand."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest
from tests.notifications.staging import PING, Stage, closed, frame, play, until

from understudy.clock import ManualClock
from understudy.notifications import socket as socket_module
from understudy.notifications.channel import (
    AnnounceClosing,
    CreateChannel,
    Subscribe,
)
from understudy.notifications.channels import Channel, Subscription
from understudy.notifications.messages import HEARTBEAT, PONG, text_frame
from understudy.notifications.seam import Seam
from understudy.notifications.socket import Socket
from understudy.record.recorder import Recorder
from understudy.world.org import Org
from understudy.world.tokens import Token


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


def test_a_channel_that_asked_hears_that_its_topics_changed(clock: ManualClock, org: Org) -> None:
    async def script(stage: Stage) -> None:
        channel, other = stage.channel(org, "v2.subscription.updated"), stage.channel(org)
        async with stage.connect(channel.id) as client, stage.connect(other.id) as silent:
            for one in (channel, other):
                org.perform(Subscribe(one.id, (Subscription("v2.users.u1.presence", ("v2.users.u1.presence",)),)))
            heard = await frame(client)
            assert heard["topicName"] == "v2.subscription.updated"
            assert heard["eventBody"]["channelId"] == channel.id
            await silent.send(PING)
            assert (await frame(silent))["eventBody"] == {"message": "pong"}

    play(clock, org)(script)


def test_a_revoked_token_is_told_once_a_socket(clock: ManualClock, org: Org) -> None:
    org.tokens["token"] = Token("token", "client", org.id, 0.0, 1e12, revoked=True)

    async def script(stage: Stage) -> None:
        channel = stage.channel(org)
        async with stage.connect(channel.id) as client:
            for _ in range(2):
                org.changed("token.revoked", client="client", user=None)
                org.perform(Subscribe(channel.id, ()))  # a command makes the org tell what it has
                await until(org.is_quiet)
            assert (await frame(client))["topicName"] == f"v2.system.token_revoked.{channel.id}"
            await client.send(PING)
            assert (await frame(client))["eventBody"] == {"message": "pong"}

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


def test_a_client_that_does_not_read_is_dropped_with_a_note(
    clock: ManualClock, org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_module, "BUFFER_MAX", 1000)

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
