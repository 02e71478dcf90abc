from __future__ import annotations

import asyncio
import socket
import ssl
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import ClientConnectionError, ClientSession, web
from tests.composed import CONFIG, play, until_ready

from understudy.clock import RealClock
from understudy.emulator import Emulator
from understudy.errors import StartError
from understudy.ports import Ports
from understudy.tls.context import own_context
from understudy.tls.vault import open_authority


def test_a_port_that_is_taken_is_named_with_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(StartError) as raised:
            play(lambda _: asyncio.sleep(0), replace(CONFIG, port=port))
    assert str(raised.value) == (
        f"port {port} on 127.0.0.1 can't be bound (Address already in use): "
        "stop what listens there or give another --port"
    )


def test_with_tls_alone_the_one_port_speaks_https_and_sockets_are_secure(tmp_path: Path) -> None:
    authority = open_authority(tmp_path / "ca", RealClock().utc())
    context = own_context(authority, (), RealClock().utc())

    async def scene(emulator: Emulator) -> None:
        assert emulator.origin == f"https://127.0.0.1:{emulator.port}"
        assert emulator.tls_origin == ""
        trusting = ssl.create_default_context(cadata=authority.pem.decode())
        async with ClientSession() as session:
            async with session.get(f"{emulator.origin}/understudy/ready", ssl=trusting) as answer:
                assert (await answer.json())["ready"] is True
            with pytest.raises(ClientConnectionError):
                await session.get(emulator.origin.replace("https", "http"))

    play(scene, replace(CONFIG, tls=context))


def test_a_tls_port_that_is_taken_is_named_by_its_own_option(tmp_path: Path) -> None:
    context = own_context(open_authority(tmp_path / "ca", RealClock().utc()), (), RealClock().utc())
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(StartError, match=rf"port {port} on 127\.0\.0\.1 can't be bound .* give another --tls-port"):
            play(until_ready, replace(CONFIG, tls=context, tls_port=port))


def test_a_port_that_needs_a_privilege_is_told_where_to_read_on(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(web.TCPSite, "start", refuse)
    with pytest.raises(
        StartError, match=r"Permission denied\): give another --port, or see `understudy serve --hosts`"
    ):
        play(until_ready, replace(CONFIG, port=443))


@pytest.mark.parametrize(
    ("host", "origin"), [("127.0.0.1", "http://127.0.0.1:81"), ("::1", "http://[::1]:81"), ("box", "http://box:81")]
)
def test_an_address_of_ipv6_stands_in_brackets(host: str, origin: str) -> None:
    assert Ports(host).origin("http", 81) == origin


def test_a_port_is_opened_only_where_somebody_answers_and_none_need_be_closed() -> None:
    async def scene() -> None:
        ports = Ports("127.0.0.1")
        with pytest.raises(StartError, match="before anything answers"):
            await ports.open(0, "--port")
        await ports.close()

    asyncio.run(scene())
