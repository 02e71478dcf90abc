from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web

from understudy.clock import OrgClock
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.webhooks.driver import Outcome, Seam, Webhooks
from understudy.webhooks.messages import WebhookRequest, framing, merged, usual
from understudy.world.org import Org


@pytest.fixture
def org(loopback: Any) -> Org:
    clock = OrgClock(loopback.clock)
    return Org("acme", "Acme", clock=clock, ids=Ids(1, "acme"), limits=load_limits(), commands={})


def post(url: str, body: bytes = b"{}") -> WebhookRequest:
    return WebhookRequest(method="POST", url=url, headers=merged(usual(), framing(url, body)), body=body)


def test_an_exchange_is_two_entries_with_one_exchange_id(loopback: Any, org: Org) -> None:
    async def script() -> None:
        async with loopback.peer() as url:
            seam = Seam(org, "c1", "u-1", {"attempt": 1})
            reply = await Webhooks(loopback, "triggers").exchange(seam, post(url + "/t"), loopback.clock.mono() + 5)
        sent, got = loopback.recorder.ring.read(0)
        assert reply.entries == [sent.id, got.id]
        assert (sent.name, sent.direction, sent.interface, sent.conversation) == ("POST /t", "out", "triggers", "c1")
        assert (got.name, got.status, got.direction, got.customer) == ("200", 200, "in", "u-1")
        assert sent.exchange == got.exchange
        assert dict(sent.headers) == dict(loopback.seen[0][2])
        assert got.data["seconds"] == reply.seconds

    asyncio.run(script())


def test_a_missing_answer_is_a_note_in_the_answers_place(loopback: Any, org: Org) -> None:
    async def script() -> None:
        async with loopback.peer():
            reply = await Webhooks(loopback, "triggers").exchange(
                Seam(org, None, None, {}), post("http://127.0.0.1:9/"), loopback.clock.mono() + 5
            )
        sent, note = loopback.recorder.ring.read(0)
        assert (reply.status, reply.outcome) == (None, Outcome.UNREACHABLE)
        assert (note.kind, note.name) == ("note", "triggers.unanswered")
        assert (note.data["exchange"], note.data["outcome"]) == (sent.exchange, "unreachable")
        assert reply.to_json()["entries"] == [sent.id, note.id]

    asyncio.run(script())


def test_an_answer_cut_off_by_the_deadline_is_none(loopback: Any, org: Org) -> None:
    async def half(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "10"})
        await response.prepare(request)
        await response.write(b"12345")
        await asyncio.sleep(30)
        return response

    async def script() -> None:
        loopback.answers = [half]
        async with loopback.peer() as url:
            reply = await Webhooks(loopback, "triggers").send(post(url), loopback.clock.mono() + 0.1)
            assert (reply.status, reply.outcome) == (None, Outcome.TIMED_OUT)

    asyncio.run(script())


@pytest.mark.parametrize("bad", ["http://127.0.0.1:1\r\nX: y/", "ftp://127.0.0.1/", "http://", "nonsense"])
def test_a_url_that_is_none_is_an_outcome(loopback: Any, bad: str) -> None:
    async def script() -> None:
        async with loopback.peer():
            request = WebhookRequest(method="POST", url=bad, headers=(), body=b"")
            reply = await Webhooks(loopback, "triggers").send(request, loopback.clock.mono() + 5)
            assert reply.outcome is Outcome.UNREACHABLE

    asyncio.run(script())


def test_a_peer_that_talks_no_http_is_an_outcome(loopback: Any) -> None:
    async def nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"\x00\xff nonsense\r\n\r\n")
        await writer.drain()
        writer.close()

    async def script() -> None:
        server = await asyncio.start_server(nonsense, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with loopback.peer(), server:
            reply = await Webhooks(loopback, "triggers").send(
                post(f"http://127.0.0.1:{port}/"), loopback.clock.mono() + 5
            )
            assert (reply.status, reply.outcome) == (None, Outcome.UNREACHABLE)

    asyncio.run(script())


@pytest.mark.parametrize("again", [True, False])
def test_a_kept_connection_that_the_peer_closed_is_no_outcome(loopback: Any, again: bool) -> None:
    """The peer answers the first request of a connection and closes instead of answering the second; ``again`` says
    whether it still answers on new connections."""
    connections = 0

    async def peer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await reader.readuntil(b"\r\n\r\n{}")
        if again or connections == 1:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            await reader.readuntil(b"\r\n\r\n{}")
        writer.close()

    async def script() -> None:
        server = await asyncio.start_server(peer, "127.0.0.1", 0)
        request = post(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
        hooks = Webhooks(loopback, "triggers")
        async with loopback.peer(), server:
            first = await hooks.send(request, loopback.clock.mono() + 5)
            second = await hooks.send(request, loopback.clock.mono() + 5)
        assert (first.status, second.status) == (200, 200 if again else None)
        assert connections == 2

    asyncio.run(script())
