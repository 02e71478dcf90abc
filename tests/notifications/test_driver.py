"""Real loopback sockets, with a client that is not ours (``websockets``); the org's clock is moved by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import orjson
import pytest
from aiohttp import ClientSession
from tests.notifications.staging import PING, Stage, closed, frame, play, staged, until
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import InvalidStatus

from understudy.clock import ManualClock
from understudy.conversations.commands import Disconnect
from understudy.conversations.model import Conversation
from understudy.notifications.channel import (
    ChannelExpired,
    Subscribe,
)
from understudy.notifications.channels import channels_of
from understudy.world import org as org_module
from understudy.world.org import Org
from understudy.world.tokens import Token


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

    play(clock, org)(script)


def test_a_dead_channel_answers_404_where_the_orgs_switch_says_so(clock: ManualClock, org: Org) -> None:
    org.entities.put("organizations", org.id, {}, {"switches": {"notifications.dead_channel_upgrade": "404"}})

    async def script(stage: Stage) -> None:
        channel = stage.channel(org)
        org.perform(ChannelExpired(channel.id))
        for dead, status in ((channel.id, 404), ("streaming-0-unknown", 401)):  # whose it would be nobody knows
            with pytest.raises(InvalidStatus) as refused:
                await stage.connect(dead)
            assert refused.value.response.status_code == status
            assert orjson.loads(refused.value.response.body or b"")["status"] == status

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
