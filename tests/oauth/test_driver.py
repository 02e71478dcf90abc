from __future__ import annotations

import asyncio
from typing import cast

from aiohttp import ClientSession, encode_basic_auth, web

from understudy.clock import RealClock
from understudy.host import Host
from understudy.oauth.driver import OAuthDriver
from understudy.record.recorder import Recorder
from understudy.world.org import Org
from understudy.world.world import World


class _Host:
    """What the driver needs of the emulator."""

    def __init__(self, world: World) -> None:
        self.world, self.recorder, self.clock = world, Recorder(process=0, salt="salt"), RealClock()
        self.origin = "http://127.0.0.1:1"

    async def settled(self, number: int) -> None:
        """Nothing goes to disk."""


async def _exchange(world: World, host: _Host, **kwargs: object) -> tuple[int, dict[str, object]]:
    runner = web.ServerRunner(web.Server(OAuthDriver(cast(Host, host)).handle))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        async with (
            ClientSession() as session,
            session.post(f"http://127.0.0.1:{port}/oauth/token", **kwargs) as answer,  # type: ignore[arg-type]
        ):
            return answer.status, await answer.json()
    finally:
        await runner.cleanup()


def test_a_token_is_granted_over_the_wire_and_both_sides_are_recorded(world: World, org: Org) -> None:
    host = _Host(world)
    form = {"grant_type": "client_credentials"}
    status, body = asyncio.run(
        _exchange(world, host, data=form, headers={"Authorization": encode_basic_auth("c1", "s3cret")})
    )
    assert status == 200
    assert body["access_token"] in world.tokens
    asked, told = [entry for entry in host.recorder.ring.read(0) if entry.kind == "message"]
    assert (asked.interface, asked.direction, told.direction, told.status) == ("oauth", "in", "out", 200)
    assert asked.org == told.org == org.id
    assert str(body["access_token"]).encode() not in told.body


def test_a_malformed_form_is_answered_with_400(world: World, org: Org) -> None:
    status, body = asyncio.run(_exchange(world, _Host(world), json={"grant_type": "client_credentials"}))
    assert (status, body["error"]) == (400, "invalid_request")


def test_an_oversize_form_is_answered_with_400(world: World, org: Org) -> None:
    data = {"grant_type": "x" * 100_000}
    status, body = asyncio.run(_exchange(world, _Host(world), data=data))
    assert (status, body["error"]) == (400, "invalid_request")
