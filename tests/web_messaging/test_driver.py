"""The driver on a loopback port, for a client that is not ours; the org's clock is moved by hand."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from aiohttp import ClientSession, web
from tests.web_messaging.staging import deploy, jwt, make_org
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from understudy.clock import Clock, ManualClock
from understudy.conversations.commands import SendMessage
from understudy.conversations.model import Sender
from understudy.errors import SettingsError
from understudy.exchange import PREFIX
from understudy.record.entry import Entry
from understudy.record.recorder import Recorder
from understudy.web_deployments.configurations import DEPLOYMENTS, VERSIONS
from understudy.web_messaging.behaviour import GuestEnds
from understudy.web_messaging.configuring import ConfigureGuest
from understudy.web_messaging.driver import GuestsDriver
from understudy.web_messaging.guests import guest_of, guests_of
from understudy.web_messaging.identity import SignOutGuest
from understudy.web_messaging.messages import ConfigureSession
from understudy.world.changes import Effect
from understudy.world.org import Org
from understudy.world.world import World

WAIT = 5.0  # seconds of real time before a test gives up


class StubHost:
    """A host with one org."""

    origin = "http://127.0.0.1"

    def __init__(self, clock: ManualClock, org: Org) -> None:
        self.clock: Clock = clock
        self.world, self.recorder = World(), Recorder(0, "salt")
        self._woken = asyncio.Event()
        self.world.add(org)
        self.world.integrations |= dict.fromkeys(org.entities.of(DEPLOYMENTS), org)
        org.listeners.append(lambda _: self._woken.set())

    @property
    def http(self) -> ClientSession:
        raise AssertionError("guests are never called")

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
    def __init__(self, host: StubHost, port: int, driver: GuestsDriver) -> None:
        self.host, self.port, self.driver = host, port, driver

    def connect(self, deployment: str = "d", path: str = "", **options: Any) -> connect:
        url = f"ws://127.0.0.1:{self.port}{path}/v1?deploymentId={deployment}"
        return connect(url, proxy=None, compression=None, **options)

    def notes(self, name: str) -> list[Entry]:
        return [entry for entry in self.host.recorder.ring.read(0) if entry.name == name]


async def send(client: ClientConnection, action: str, token: str = "t", **fields: Any) -> None:
    await client.send(json.dumps({"action": action, "token": token, **fields}))


async def frame(client: ClientConnection, class_: str = "") -> dict[str, Any]:
    """The next frame, of a class where one is named."""
    async with asyncio.timeout(WAIT):
        while True:
            found = dict(json.loads(await client.recv()))
            if class_ in ("", found["class"]):
                return found


async def configure(client: ClientConnection, **fields: Any) -> dict[str, Any]:
    await send(client, "configureSession", deploymentId="d", **fields)
    return await frame(client)


async def say(client: ClientConnection, text: str = "hello") -> None:
    await send(client, "onMessage", message={"type": "Text", "text": text})


async def closed(client: ClientConnection) -> tuple[int, str]:
    """The close frame that we sent."""
    async with asyncio.timeout(WAIT):
        while True:
            try:
                await client.recv()
            except ConnectionClosed as error:
                return (error.rcvd.code, error.rcvd.reason) if error.rcvd is not None else (1006, "")


async def until(done: Callable[[], Any]) -> None:
    async with asyncio.timeout(WAIT):
        while not done():
            await asyncio.sleep(0.001)


@asynccontextmanager
async def staged(clock: ManualClock, org: Org) -> AsyncIterator[Stage]:
    host = StubHost(clock, org)
    driver = GuestsDriver(host, {"api": "/api", "webmessaging": "/guests"})
    running = asyncio.create_task(driver.run())

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        if request.path.startswith("/guests/"):  # as the entrance does
            request[PREFIX] = "/guests"
        return await driver.handle(request)

    runner = web.ServerRunner(web.Server(handle, access_log=None), shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield Stage(host, int(runner.addresses[0][1]), driver)
    finally:
        driver.stop()
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await runner.cleanup()


Script = Callable[[Stage], Awaitable[None]]
Play = Callable[[Script], None]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def org(clock: ManualClock) -> Org:
    return make_org(clock)


@pytest.fixture
def play(clock: ManualClock, org: Org) -> Play:
    def run(script: Script) -> None:
        async def acted() -> None:
            async with staged(clock, org) as stage:
                await script(stage)

        asyncio.run(acted())

    return run


def test_what_the_org_says_reaches_the_guest_and_is_reported(org: Org, play: Play) -> None:
    async def script(stage: Stage) -> None:
        async with stage.connect() as client:
            await configure(client)
            await say(client)
            assert [(await frame(client))["body"]["text"] for _ in range(2)] == ["hello", "Welcome"]
            (conversation,) = org.conversations.values()
            welcome = list(conversation.messages.values())[1]
            await until(lambda: welcome.status == "sent")
            guest = guest_of(org, "t")
            assert guest is not None
            org.perform(GuestEnds(guest.id))
            assert (await frame(client))["body"]["metadata"] == {"readOnly": "true"}
        await until(lambda: guest.sockets == [])

    play(script)


def test_what_is_said_while_nobody_is_connected_is_sent_all_the_same(org: Org, play: Play) -> None:
    async def script(stage: Stage) -> None:
        async with stage.connect() as client:
            await configure(client)
            await say(client)
        guest = guest_of(org, "t")
        assert guest is not None
        await until(lambda: guest.sockets == [])
        (conversation,) = org.conversations.values()
        queue = conversation.live("acd")
        assert queue is not None
        sent = org.perform(SendMessage(conversation.id, queue.communication.id, Sender.SYSTEM, text="wait"))
        await until(lambda: sent.status == "sent")

    play(script)


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"status": "Inactive"}, 403),
        ({"status": "Pending"}, 403),
        ({"allowAllDomains": False, "allowedDomains": ["other.example"]}, 403),
        ({"allowAllDomains": False, "allowedDomains": ["shop.example"]}, 101),
    ],
)
def test_the_deployment_decides_who_may_connect(org: Org, play: Play, more: dict[str, Any], status: int) -> None:
    deploy(org, **more)

    async def script(stage: Stage) -> None:
        if status == 101:
            async with stage.connect(origin="https://shop.example") as client:
                assert (await configure(client))["code"] == 200
            return
        with pytest.raises(InvalidStatus) as refused:
            async with stage.connect(origin="https://shop.example"):
                pass
        assert refused.value.response.status_code == status
        assert stage.notes("web_messaging.refused")[0].org == "acme"

    play(script)


def test_too_many_connections_of_a_deployment_are_429(org: Org, play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(org, "limits", _Fewer(org, "connections.per.deployment.per.minute", 1))

    async def script(stage: Stage) -> None:
        async with stage.connect():
            with pytest.raises(InvalidStatus) as refused:
                async with stage.connect():
                    pass
            assert refused.value.response.status_code == 429
            assert refused.value.response.headers["Retry-After"] == "60"

    play(script)


class _Fewer:
    """The limits, but for one."""

    def __init__(self, org: Org, key: str, value: float) -> None:
        self._limits, self._key, self._value = org.limits, key, value

    def value(self, namespace: str, key: str) -> float:
        return self._value if key == self._key else self._limits.value(namespace, key)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._limits, name)


def test_a_silent_socket_is_closed_where_the_limits_say_so_and_a_ping_is_a_sign_of_life(
    org: Org, play: Play, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(org, "limits", _Fewer(org, "idle.seconds", 100))

    async def script(stage: Stage) -> None:
        async with stage.connect() as client:
            await configure(client)
            clock.advance(90)
            await (await client.ping())
            clock.advance(20)
            org.tick()
            await until(org.is_quiet)
            assert (await configure(client))["code"] == 200
            clock.advance(200)
            org.tick()
            assert await closed(client) == (1001, "idle")
        await until(lambda: len(org.schedule) == 1)  # the session's expiry alone

    play(script)


def test_a_session_expires_at_every_connection(org: Org, play: Play, clock: ManualClock) -> None:
    async def script(stage: Stage) -> None:
        async with stage.connect() as one, stage.connect() as other:
            for client in (one, other):
                await configure(client)
            clock.advance(3600)
            org.tick()
            for client in (one, other):
                assert (await frame(client))["class"] == "SessionExpiredEvent"
            await say(one)
            assert (await frame(one))["code"] == 4007

    play(script)


def test_uploads_are_told_to_every_connection(org: Org, play: Play) -> None:
    async def script(stage: Stage) -> None:
        async with stage.connect() as client:
            await configure(client)
            guest = guest_of(org, "t")
            assert guest is not None
            about = {"guest": guest.id, "attachment": "a", "tracing_id": "u"}
            org.say("web_messaging", "uploaded", url="http://o/a", **about)
            org.say("web_messaging", "upload_failed", code=4003, **about)
            org.say("web_messaging", "uploaded", url="http://o/a", **{**about, "guest": "gone"})
            org.perform(GuestEnds(guest.id))
            success, failure = await frame(client), await frame(client)
            assert (success["class"], success["tracingId"]) == ("UploadSuccessEvent", "u")
            assert (failure["class"], failure["body"]["errorCode"]) == ("UploadFailureEvent", 4003)

    play(script)


def test_a_revoked_sign_in_logs_out_and_closes(org: Org, play: Play) -> None:
    deploy(org, sign_in=True)
    token = jwt(org, "ann")

    async def script(stage: Stage) -> None:
        async with stage.connect() as client:
            await send(client, "configureAuthenticatedSession", deploymentId="d", data={"code": token})
            assert (await frame(client))["class"] == "SessionResponse"
            guest = guest_of(org, "t")
            assert guest is not None
            assert guest.identity is not None
            org.perform(SignOutGuest(guest.identity.sign_in))
            assert (await frame(client))["class"] == "LogoutEvent"
            assert (await closed(client))[0] == 1000

    play(script)


def test_a_renewed_org_an_org_that_is_gone_and_the_end_of_the_emulator_close_the_sockets(org: Org, play: Play) -> None:
    async def script(stage: Stage) -> None:
        async with stage.connect() as client:
            await configure(client)
            org.say("web_messaging", "reset")
            guest = guest_of(org, "t")
            assert guest is not None
            org.perform(GuestEnds(guest.id))
            assert await closed(client) == (1001, "the org is renewed")
        async with stage.connect() as client:
            await configure(client)
            stage.driver.forget(make_org(ManualClock()))
            stage.driver.forget(org)
            assert guest.sockets == []
            assert await closed(client) == (1001, "the org is gone")
        async with stage.connect() as client:
            await configure(client)
            stage.driver.stop()
            assert await closed(client) == (1001, "the emulator stops")

    play(script)


def test_what_a_client_does_wrong_becomes_a_note(org: Org, play: Play) -> None:
    async def script(stage: Stage) -> None:
        async with stage.connect() as client:
            await client.send("nonsense")
            await client.send(b"\x00\xff")
            await say(client)
            assert [(await frame(client))["code"] for _ in range(3)] == [400, 400, 4007]
        rules = [(note.data["rule"], note.data["code"]) for note in stage.notes("web_messaging.fault")]
        assert rules == [("web_messaging.client-frame", 400)] * 2 + [("web_messaging.order", 4007)]

    play(script)


def test_the_driver_names_the_record_no_token(org: Org, play: Play) -> None:
    async def script(stage: Stage) -> None:
        async with stage.connect() as client:
            await send(client, "configureSession", "a-secret-of-a-guest", deploymentId="d")
            await frame(client)
        entries = stage.host.recorder.ring.read(0)
        assert b"a-secret-of-a-guest" not in b"".join(entry.body for entry in entries)
        assert any(entry.name == "SessionResponse" for entry in entries)

    play(script)


def test_a_read_only_tab_goes_on_when_another_one_starts_anew(org: Org, play: Play) -> None:
    async def script(stage: Stage) -> None:
        async with stage.connect() as one, stage.connect() as other:
            await configure(one)
            await configure(other)
            await say(one)
            guest = guest_of(org, "t")
            assert guest is not None
            await until(lambda: org.conversations)
            org.perform(GuestEnds(guest.id))
            while not ((await frame(other, "StructuredMessage"))["body"].get("metadata") or {}).get("readOnly"):
                pass
            await say(other)
            assert (await frame(other))["code"] == 400
            await configure(one, startNew=True)
            reopened = (await frame(other, "SessionResponse"))["body"]
            assert (reopened["connected"], reopened["readOnly"], reopened["newSession"]) == (True, False, False)
            await say(other, "again")
            assert (await frame(other))["body"]["text"] == "again"
            assert (await frame(one, "StructuredMessage"))["body"]["text"]

    play(script)


def test_a_displaced_socket_that_comes_back_before_it_heard_of_it_leaves_nothing_behind(org: Org, play: Play) -> None:
    async def script(stage: Stage) -> None:
        async with stage.connect() as oldest, stage.connect() as second, stage.connect() as third:
            for client in (oldest, second, third):
                await configure(client)
            guest = guest_of(org, "t")
            assert guest is not None
            number = guest.sockets[0]
            again = ConfigureSession(token="t", deployment_id="d")
            org.perform(ConfigureGuest("d", 1000, again))
            org.perform(ConfigureGuest("d", number, again))  # its frame was read before the driver took the effect
            assert number in guest.sockets
            assert (await closed(oldest))[0] == 1000
            await until(lambda: number not in guest.sockets)

    play(script)


def test_a_guest_who_came_through_a_gateway_uploads_through_it(org: Org, play: Play) -> None:
    media = {"enableAttachments": True, "modes": [{"fileTypes": ["image/png"], "maxFileSizeKB": 10}]}
    version = org.entities.of(f"{VERSIONS}/c-d")["1"]
    version.body["messenger"]["fileUpload"] = media
    wish: dict[str, Any] = {"fileName": "a.png", "fileType": "image/png", "fileSize": 1, "fileMd5": "0" * 32}

    async def script(stage: Stage) -> None:
        for path, folder in (("", ""), ("/guests", "/api")):
            async with stage.connect(path=path) as client:
                await configure(client)
                await send(client, "onAttachment", **wish)
                url = (await frame(client))["body"]["url"]
                assert url.startswith(f"http://127.0.0.1{folder}/media/guests/acme/")

    play(script)


def test_the_end_is_told_as_the_configuration_of_now_says(org: Org, play: Play) -> None:
    deploy(org, app={"conversationDisconnect": {"enabled": False, "type": "ReadOnly"}})

    async def script(stage: Stage) -> None:
        async with stage.connect() as client:
            await configure(client)
            guest = guest_of(org, "t")
            assert guest is not None
            for shown in ("", "Send", "ReadOnly"):
                await say(client)
                assert (await frame(client))["body"]["text"] == "hello"
                deploy(org, app={"conversationDisconnect": {"enabled": bool(shown), "type": shown or "ReadOnly"}})
                org.perform(GuestEnds(guest.id))
                await until(org.is_quiet)
                await send(client, "echo", message={"type": "Text", "text": "ping"})
                heard = [await frame(client)]
                while heard[-1]["type"] != "response":
                    heard.append(await frame(client))
                ends = [one["body"]["metadata"]["readOnly"] for one in heard if one["body"].get("type") == "Event"]
                assert ends == {"": [], "Send": ["false"], "ReadOnly": ["true"]}[shown]

    play(script)


def test_a_test_says_frames_of_its_own_and_cuts_the_connection(org: Org, play: Play) -> None:
    async def script(stage: Stage) -> None:
        async with stage.connect() as client:
            await configure(client)
            guest = guest_of(org, "t")
            assert guest is not None
            asked = {"customer": guest.id, "frames": ['{"class":"Fireworks"}'], "probe": "unknown"}
            assert stage.driver.probe(org, asked) == {"connections": 1}
            assert await frame(client) == {"class": "Fireworks"}
            stage.driver.probe(org, {"customer": guest.id, "drop": True})
            assert await closed(client) == (1006, "")
            await until(lambda: not guest.sockets)
            assert stage.driver.probe(org, {"customer": guest.id, "drop": True}) == {"connections": 0}
        (cut,) = stage.notes("web_messaging.cut")
        assert (cut.customer, cut.data["probe"]) == (guest.id, "hand-made")
        with pytest.raises(SettingsError, match="session lives"):
            stage.driver.probe(org, {"customer": "nobody"})

    play(script)


def test_what_a_test_has_in_store_is_met_once_and_the_next_frame_is_served(org: Org, play: Play) -> None:
    async def script(stage: Stage) -> None:
        async with stage.connect() as client:
            await configure(client)
            guest = guest_of(org, "t")
            assert guest is not None
            prepare = [{"on": "onMessage", "code": 429, "retry_after": 3}]
            stage.driver.probe(org, {"customer": guest.id, "prepare": prepare})
            await say(client, "one")
            assert (await frame(client))["body"]["retryAfter"] == 3
            await say(client, "two")
            assert (await frame(client))["body"]["text"] == "two"
            prepare = [{"on": "configureSession", "drop": True}] * 200
            stage.driver.probe(org, {"customer": guest.id, "drop": True, "prepare": prepare})
            assert len(guests_of(org).prepared[guest.id]) == 100
        async with stage.connect() as again:
            await send(again, "configureSession", deploymentId="d")
            assert await closed(again) == (1006, "")

    play(script)


def test_a_prepared_close_is_an_orderly_one(org: Org, play: Play) -> None:
    async def script(stage: Stage) -> None:
        async with stage.connect() as client:
            await configure(client)
            guest = guest_of(org, "t")
            assert guest is not None
            stage.driver.probe(org, {"customer": guest.id, "close": 1000})
            assert await closed(client) == (1000, "")

    play(script)
