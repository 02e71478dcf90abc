from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import ClientSession, web

from understudy.clock import Clock, ManualClock, OrgClock, RealClock
from understudy.exchange import serve
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.platform.messages import Answer
from understudy.platform.request import ApiRequest, Outcome
from understudy.record.recorder import Recorder
from understudy.world.changes import Effect
from understudy.world.org import Org
from understudy.world.world import World


class Host:
    """As much of an emulator as the seam needs. ``order`` says what happened in which order."""

    def __init__(self) -> None:
        self.world, self.origin = World(), "http://public:8080"
        self.clock: Clock = RealClock()
        self.recorder = Recorder(0, "salt")
        self.order: list[str] = []

    @property
    def http(self) -> ClientSession:
        raise NotImplementedError

    async def effects(self, interface: str) -> list[tuple[Org, Effect]]:
        raise NotImplementedError

    async def settled(self, number: int) -> None:
        self.order.append(f"settled {number}")


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.fixture
def org() -> Org:
    return Org("o", "Org", clock=OrgClock(ManualClock()), ids=Ids(1, "o"), limits=load_limits(), commands={})


def run(
    host: Host,
    answer: Callable[[ApiRequest], Outcome],
    talk: Callable[[ClientSession, str], Awaitable[Any]],
    **options: Any,
) -> Any:
    """Serve ``answer`` on 127.0.0.1 and let ``talk`` speak to it."""

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        return await serve(host, request, answer, interface="platform", **options)

    async def go() -> Any:
        runner = web.ServerRunner(web.Server(handle, access_log=None))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        async with ClientSession() as session:
            try:
                return await talk(session, f"http://127.0.0.1:{runner.addresses[0][1]}")
            finally:
                await runner.cleanup()

    return asyncio.run(go())


def echo(request: ApiRequest) -> Outcome:
    """What arrived, as JSON."""
    body = {"target": request.target, "body": request.body.decode(), "oversize": request.oversize}
    return Outcome(Answer(body=body | {"origin": request.origin}), correlation="corr-1")


async def _json(session: ClientSession, method: str, url: str, **sent: Any) -> Any:
    async with session.request(method, url, **sent) as response:
        return await response.json()


def test_the_behaviour_gets_the_request_as_it_came(host: Host) -> None:
    async def talk(session: ClientSession, url: str) -> Any:
        return await _json(session, "POST", url + "/a%2Fb?x=%20", data=b"raw")

    assert run(host, echo, talk) == {
        "target": "/a%2Fb?x=%20",
        "body": "raw",
        "oversize": False,
        "origin": "http://public:8080",
    }


def test_both_sides_are_entries_of_one_exchange(host: Host, org: Org) -> None:
    def answer(request: ApiRequest) -> Outcome:
        return Outcome(
            Answer(201, body={"id": 1}),
            org=org,
            data={"unknown_fields": ["x"]},
            headers=(("inin-ratelimit-count", "1"),),
            correlation="corr-1",
            conversation="c",
            customer="+49",
        )

    async def talk(session: ClientSession, url: str) -> int:
        async with session.post(url + "/api?x=1", data=b"{}", headers={"Authorization": "Bearer hidden"}) as response:
            return response.status

    assert run(host, answer, talk) == 201
    asked, told = host.recorder.ring.read(0)
    assert (asked.name, asked.direction, asked.body, asked.status) == ("POST /api?x=1", "in", b"{}", None)
    assert (told.name, told.direction, told.body, told.status) == ("201", "out", b'{"id":1}', 201)
    for entry in (asked, told):
        assert (entry.org, entry.conversation, entry.customer, entry.correlation) == ("o", "c", "+49", "corr-1")
        assert entry.data["unknown_fields"] == ["x"]
        assert entry.peer == "127.0.0.1"
        assert "hidden" not in str(entry.headers)
    assert asked.exchange == told.exchange != ""
    assert asked.mono <= told.mono
    assert dict(told.headers)["inin-ratelimit-count"] == "1"


def test_causes_stand_between_request_and_response(host: Host, org: Org) -> None:
    def answer(request: ApiRequest) -> Outcome:
        org.note("flow.step", name="start")
        org.changed("conversation.started")
        return Outcome(Answer(), org=org)

    async def talk(session: ClientSession, url: str) -> None:
        async with session.get(url):
            pass

    run(host, answer, talk)
    assert [entry.name for entry in host.recorder.ring.read(0)] == ["GET /", "flow.step", "200"]


def test_listeners_hear_once_the_request_is_recorded(host: Host, org: Org) -> None:
    heard: list[int] = []
    org.listeners.append(lambda _: heard.append(host.recorder.ring.end))

    async def talk(session: ClientSession, url: str) -> None:
        async with session.get(url):
            pass

    run(host, lambda _: Outcome(Answer(), org=org), talk)
    assert heard == [1]


def test_nobody_is_told_of_an_exchange_that_changed_nothing(host: Host, org: Org) -> None:
    heard: list[str] = []
    org.listeners.append(lambda changed: heard.append(changed.id))

    async def talk(session: ClientSession, url: str) -> None:
        async with session.get(url):
            pass

    run(host, lambda _: Outcome(Answer(), org=org, is_quiet=True), talk)
    assert heard == []


def test_the_org_is_not_quiet_while_an_exchange_is_open(host: Host, org: Org) -> None:
    seen: list[int] = []
    org.listeners.append(lambda changed: seen.append(changed.open_exchanges))

    async def talk(session: ClientSession, url: str) -> None:
        async with session.get(url):
            pass

    run(host, lambda _: Outcome(Answer(), org=org), talk)
    assert seen == [1]
    assert org.is_quiet()


def test_the_response_waits_until_its_entry_is_settled(host: Host) -> None:
    async def talk(session: ClientSession, url: str) -> None:
        async with session.get(url):
            host.order.append("answered")

    run(host, lambda _: Outcome(Answer()), talk)
    assert host.order == ["settled 1", "answered"]


def test_a_delay_holds_the_answer_back(host: Host) -> None:
    async def talk(session: ClientSession, url: str) -> float:
        start = asyncio.get_running_loop().time()
        async with session.get(url):
            return asyncio.get_running_loop().time() - start

    assert run(host, lambda _: Outcome(Answer(), delay=0.05), talk) >= 0.05


def test_a_body_over_the_bound_is_told_and_not_kept(host: Host) -> None:
    async def talk(session: ClientSession, url: str) -> Any:
        whole = await _json(session, "POST", url, data=b"x" * 11)
        return whole, await _json(session, "POST", url, data=_chunks())

    for told in run(host, echo, talk, body_max=10):
        assert (told["oversize"], told["body"]) == (True, "")


def test_a_body_that_comes_in_pieces_is_whole(host: Host) -> None:
    async def talk(session: ClientSession, url: str) -> Any:
        return await _json(session, "POST", url, data=_chunks())

    assert run(host, echo, talk)["body"] == "chunk" * 3


def test_a_body_that_never_comes_is_not_waited_for_without_end(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("understudy.exchange.BODY_WAIT", 0.01)

    async def talk(session: ClientSession, url: str) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
        writer.write(b"POST /api/v2/x HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
        answered = await reader.readuntil(b"come within 0.01 s")
        writer.close()
        return answered

    assert run(host, echo, talk).startswith(b"HTTP/1.1 408 ")


async def _chunks() -> Any:
    for _ in range(3):
        yield b"chunk"
        await asyncio.sleep(0)


def test_an_answers_own_header_replaces_the_fixed_one(host: Host) -> None:
    def answer(request: ApiRequest) -> Outcome:
        return Outcome(Answer(encoded=b"\x89PNG", headers={"Content-Type": "image/png", "Retry-After": "1"}))

    async def talk(session: ClientSession, url: str) -> list[tuple[str, str]]:
        async with session.get(url) as response:
            return [(name.lower(), value) for name, value in response.headers.items()]

    headers = run(host, answer, talk)
    assert [value for name, value in headers if name == "content-type"] == ["image/png"]
    told = dict(headers)
    assert told["retry-after"] == "1"
    assert told["strict-transport-security"] == "max-age=600; includeSubDomains"
    assert told["cache-control"] == "no-cache, no-store, must-revalidate"
    assert (told["pragma"], told["expires"], told["content-length"]) == ("no-cache", "0", "4")


def test_the_absolute_form_of_a_proxy_is_understood(host: Host) -> None:
    async def talk(session: ClientSession, url: str) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
        writer.write(b"GET http://api.mypurecloud.com/api/v2/x?y=1 HTTP/1.1\r\nHost: api.mypurecloud.com\r\n\r\n")
        answered = await reader.readuntil(b"}")
        writer.close()
        return answered

    assert b'"target":"/api/v2/x?y=1"' in run(host, echo, talk)


def test_a_pages_script_may_call_and_its_preflight_is_recorded(host: Host) -> None:
    async def talk(session: ClientSession, url: str) -> None:
        page = {"Origin": "https://vendor.example"}
        asked = {**page, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}
        async with session.options(url + "/api/v2/users/me", headers=asked) as answer:
            assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (204, "*")
            assert answer.headers["Access-Control-Allow-Headers"] == "authorization"
        async with session.get(url + "/api/v2/users/me", headers=page) as answer:
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
            assert "ININ-Correlation-Id" in answer.headers["Access-Control-Expose-Headers"]
        async with session.get(url + "/api/v2/users/me") as answer:
            assert "Access-Control-Allow-Origin" not in answer.headers

    run(host, lambda request: Outcome(Answer(body={})), talk)
    assert [entry.name for entry in host.recorder.ring.read(0)][:2] == ["OPTIONS /api/v2/users/me", "204"]
