"""The emulator put together: start and stop, org files, and what goes wrong."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse
from tests.composed import CONFIG, ORG, get, play, running

from understudy.conversations.commands import CustomerMessage
from understudy.conversations.model import Leg
from understudy.emulator import Emulator, EmulatorConfig
from understudy.errors import RecordError, SettingsError, StartError
from understudy.record.driver import segment_path
from understudy.record.reader import read_record
from understudy.world.org import Org


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


def test_what_is_said_to_a_guest_without_a_socket_is_taken_so_that_time_can_go_on() -> None:
    async def scene(emulator: Emulator) -> None:
        org = next(iter(emulator.world.orgs.values()))
        org.perform(CustomerMessage(Leg("web_messaging", "d", "nobody"), text="hi"))
        org.say("web_messaging", "due", socket=1)
        await emulator.advance(org, 60.0, 5.0)
        assert org.is_quiet()

    play(scene)


def test_a_guests_socket_is_closed_with_its_org_and_with_the_emulator() -> None:
    async def socket_of(http: ClientSession, emulator: Emulator, org: Org) -> ClientWebSocketResponse:
        org.entities.put("webdeployments.configurations", "c", {"id": "c"})
        body = {"id": org.id, "allowAllDomains": True, "configuration": {"id": "c", "version": "1"}}
        org.entities.put("webdeployments.deployments", org.id, body)
        emulator.world.integrations[org.id] = org
        return await http.ws_connect(f"{emulator.origin}/v1?deploymentId={org.id}")

    async def scene() -> None:
        async with ClientSession() as http:
            async with running() as emulator:
                other = emulator.create_org({"text": ORG, "path": "org.yaml"})
                first = await socket_of(http, emulator, other)
                emulator.remove_org(other)
                assert (await first.receive(timeout=5.0)).data == 1001
                second = await socket_of(http, emulator, next(iter(emulator.world.orgs.values())))
                end = asyncio.create_task(second.receive(timeout=5.0))
            assert (await end).data == 1001

    asyncio.run(scene())
