"""The emulator put together: start and stop, orgs, the scheduler, and what goes wrong."""

from __future__ import annotations

import asyncio
import json
import socket
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from understudy.conversations.commands import CustomerMessage
from understudy.conversations.model import Leg
from understudy.emulator import Emulator, EmulatorConfig
from understudy.errors import RecordError, Refused, SettingsError, StartError
from understudy.orgfile.default import default_org
from understudy.record.driver import segment_path
from understudy.record.reader import read_record
from understudy.world.org import Org

CONFIG = EmulatorConfig(admin=("admin", "secret"), salt="salt")
ORG = "organization: {name: Mine}\noauth.clients: [{id: mine, name: Mine, secret: s}]\n"


@asynccontextmanager
async def running(config: EmulatorConfig = CONFIG) -> AsyncIterator[Emulator]:
    emulator = Emulator(config)
    try:
        await emulator.start()
        yield emulator
    finally:
        await emulator.stop()


def play(scene: Callable[[Emulator], Awaitable[None]], config: EmulatorConfig = CONFIG) -> None:
    async def act() -> None:
        async with running(config) as emulator:
            await scene(emulator)

    asyncio.run(act())


async def until(done: Callable[[], Any]) -> None:
    async with asyncio.timeout(5):
        while not done():
            await asyncio.sleep(0.002)


async def get(emulator: Emulator, path: str, **headers: str) -> tuple[int, Any]:
    async with ClientSession() as session, session.get(emulator.origin + path, headers=headers) as answer:
        return answer.status, json.loads(await answer.read())


def test_the_default_org_has_an_administrator_who_may_do_everything() -> None:
    async def scene(emulator: Emulator) -> None:
        form, login = {"grant_type": "client_credentials"}, f"{emulator.origin}/oauth/token"
        basic = {"Authorization": f"Basic {b64encode(b'admin:secret').decode()}"}
        async with ClientSession() as session, session.post(login, data=form, headers=basic) as answer:
            token = (await answer.json())["access_token"]
        status, body = await get(emulator, "/api/v2/routing/queues", Authorization=f"Bearer {token}")
        assert (status, body["total"]) == (200, 0)

    play(scene)


def test_an_administrator_that_nobody_named_is_made_up_and_told() -> None:
    async def scene(emulator: Emulator) -> None:
        assert emulator.admin is not None
        id_, secret = emulator.admin
        assert emulator.world.clients[id_].name == "Understudy"
        assert len(secret) >= 32

    play(scene, EmulatorConfig())


def test_without_a_default_org_there_is_none() -> None:
    async def scene(emulator: Emulator) -> None:
        assert emulator.world.orgs == {}
        assert emulator.admin is None

    play(scene, EmulatorConfig(default=False))


def test_a_path_that_no_interface_has_is_answered_in_the_platforms_shape() -> None:
    async def scene(emulator: Emulator) -> None:
        status, body = await get(emulator, "/nothing/here")
        assert status in (401, 404)
        assert {"code", "message", "status"} <= set(body)

    play(scene)


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


def test_a_run_folder_that_has_a_record_is_refused_and_the_stop_that_follows_is_clean(tmp_path: Path) -> None:
    config = replace(CONFIG, run=tmp_path)
    play(lambda _: asyncio.sleep(0), config)
    with pytest.raises(RecordError, match="a segment is there already: give a fresh folder with --out"):
        play(lambda _: asyncio.sleep(0), config)


def test_stopping_what_was_never_started_is_nothing() -> None:
    asyncio.run(Emulator(CONFIG).stop())
    with pytest.raises(StartError, match=r"^the emulator has not been started$"):
        _ = Emulator(CONFIG).http


@pytest.mark.parametrize(
    ("host", "needs"),
    [("127.0.0.1", False), ("localhost", False), ("::1", False), ("0.0.0.0", True), ("10.0.0.1", True)],
)
def test_off_loopback_the_control_api_has_a_token(host: str, needs: bool) -> None:
    assert bool(Emulator(replace(CONFIG, host=host)).control_token) is needs


def test_clients_are_told_the_advertised_address() -> None:
    async def scene(emulator: Emulator) -> None:
        assert emulator.origin == "https://genesys.test"
        assert emulator.port != 443

    play(scene, replace(CONFIG, advertised_url="https://genesys.test/"))


def test_org_files_are_loaded_before_it_is_ready_with_the_environment_that_was_handed_in(tmp_path: Path) -> None:
    file = tmp_path / "org.yaml"
    file.write_text(ORG.replace("Mine}", "'${WHO}'}", 1))

    async def scene(emulator: Emulator) -> None:
        assert emulator.ready
        assert emulator.world.clients["mine"].name == "Mine & Co"

    play(scene, replace(CONFIG, orgs=(file,), environment={"WHO": "Mine & Co"}))


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"organization: {name: A}\nusrs: []", "org.yaml:2: usrs is 'usrs': did you mean 'users'?"),
        (b"\xff\xfe", "can't be read: 'utf-8' codec can't decode byte 0xff"),
        (b"organization: {name: '${WHO}'}", "org.yaml:1: ${WHO} is None: set WHO in the environment"),
        (None, "can't be read: [Errno 2] No such file or directory"),
    ],
)
def test_an_org_file_that_is_wrong_stops_the_start(tmp_path: Path, content: bytes | None, text: str) -> None:
    file = tmp_path / "org.yaml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsError) as raised:
        play(lambda _: asyncio.sleep(0), replace(CONFIG, orgs=(file,)))
    assert text in str(raised.value)


def test_an_org_that_is_there_is_not_silently_replaced() -> None:
    async def scene(emulator: Emulator) -> None:
        with pytest.raises(SettingsError, match="org Understudy has this id already"):
            emulator._add(default_org("admin", "secret"))
        spec = {"text": ORG.replace("id: mine", "id: admin"), "path": "org.yaml"}
        before = list(emulator.world.orgs)
        with pytest.raises(SettingsError, match="org Understudy has this id; ids are unique on one port"):
            emulator.create_org(spec)
        assert list(emulator.world.orgs) == before, "no half of an org stays behind"
        assert emulator.world.clients["admin"].name == "Understudy"

    play(scene)


def test_an_org_that_is_made_anew_is_recorded_from_its_beginning() -> None:
    async def scene(emulator: Emulator) -> None:
        for _ in range(2):
            org = emulator.create_org({"text": ORG, "path": "org.yaml"})
            for n in range(3):
                org.perform(CustomerMessage(Leg("open_messaging", "i", f"c{n}"), text="hi"))
            emulator.remove_org(org)
            assert "mine" not in emulator.world.clients
        started = [e for e in emulator.recorder.ring.read(0) if e.name == "conversation.started"]
        assert len(started) == 6

    play(scene)


@dataclass(frozen=True)
class Bell:
    name: str


def bells(emulator: Emulator, ring: Callable[[Org, Bell], None]) -> Org:
    org = emulator.create_org({"text": ORG, "path": "org.yaml"})
    org._commands = {**org._commands, Bell: ring}
    return org


def test_what_falls_due_is_performed_on_the_orgs_own_clock() -> None:
    async def scene(emulator: Emulator) -> None:
        rung: list[str] = []
        org = bells(emulator, lambda _, bell: rung.append(bell.name))
        org.schedule.at(org.now() + 3600, "late", Bell("late"))
        org.schedule.at(org.now() + 0.02, "soon", Bell("soon"))
        org.perform(Bell("now"))
        await until(lambda: len(rung) == 2)
        assert rung == ["now", "soon"]
        assert (await emulator.advance(org, 3600, 5.0))["fired"] == 1
        assert rung[-1] == "late"

    play(scene)


def test_what_falls_due_and_is_refused_is_noted_and_the_next_is_performed() -> None:
    async def scene(emulator: Emulator) -> None:
        rung: list[str] = []

        def ring(org: Org, bell: Bell) -> None:
            if bell.name == "refused":
                raise Refused(409, "general.conflict", "not now")
            rung.append(bell.name)

        org = bells(emulator, ring)
        for at, name in ((0.0, "refused"), (0.001, "next")):
            org.schedule.at(org.now() + at, name, Bell(name))
        emulator._wake.ring()
        await until(lambda: rung)
        notes = [e for e in emulator.recorder.ring.read(0) if e.name == "warning.interval"]
        assert [note.data["text"] for note in notes] == ["what fell due was refused: 409 general.conflict: not now"]
        assert emulator.ready

    play(scene)


def test_a_driver_that_ends_by_a_bug_is_told_and_the_emulator_is_ready_no_more(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def scene(emulator: Emulator) -> None:
        def ring(org: Org, bell: Bell) -> None:
            raise ZeroDivisionError("a bug")

        org = bells(emulator, ring)
        org.schedule.at(org.now(), "bug", Bell("bug"))
        emulator._wake.ring()
        await until(lambda: not emulator.ready)
        (note,) = [e for e in emulator.recorder.ring.read(0) if e.name == "warning.ended"]
        assert note.data["text"] == "the scheduler ended: ZeroDivisionError: a bug"
        assert (await get(emulator, "/understudy/ready"))[0] == 503

    play(scene)
    assert "ZeroDivisionError: a bug" in capsys.readouterr().err


def test_changes_of_conversations_become_notes_and_wake_who_waits() -> None:
    async def scene(emulator: Emulator) -> None:
        org = emulator.create_org({"text": ORG, "path": "org.yaml"})
        waiting = asyncio.create_task(emulator.changed(org, 5.0))
        await asyncio.sleep(0)
        org.perform(CustomerMessage(Leg("open_messaging", "i", "ann"), text="hi"))
        await asyncio.wait_for(waiting, 1.0)
        notes = [e for e in emulator.recorder.ring.read(0) if e.name == "message.received"]
        assert [(note.org, note.customer, note.data["text"]) for note in notes] == [(org.id, "ann", "hi")]

    play(scene)


@pytest.mark.parametrize("durability", ["group", "strict"])
def test_the_record_is_on_disk_when_it_has_stopped(tmp_path: Path, durability: str) -> None:
    async def scene(emulator: Emulator) -> None:
        status, _ = await get(emulator, "/api/v2/users/me")
        assert status == 401
        if durability == "strict":
            assert b'"401"' in segment_path(tmp_path, 0).read_bytes(), "it is there before the answer is"

    play(scene, replace(CONFIG, run=tmp_path, durability=durability))
    names = [entry.name for entry in read_record(tmp_path)]
    assert {"GET /api/v2/users/me", "401"} <= set(names)


def test_changes_and_notes_stand_in_the_record_in_the_order_of_their_making() -> None:
    async def scene() -> list[str]:
        async with running() as emulator:
            org = next(iter(emulator.world.orgs.values()))
            after = emulator.recorder.ring.end
            org.changed("first.change", customer="u")
            org.note("first.note")
            org.changed("second.change", customer="u")
            org.changed("entity.created", type="users")  # configuration: its request stands in the record already
            org.note("second.note")
            for listener in org.listeners:
                listener(org)
            return [entry.name for entry in emulator.recorder.ring.read(after)]

    assert asyncio.run(scene()) == ["first.change", "first.note", "second.change", "second.note"]
