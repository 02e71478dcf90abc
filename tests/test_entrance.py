from __future__ import annotations

from base64 import b64encode
from dataclasses import replace

from aiohttp import ClientSession, web
from tests.composed import CONFIG, get, play

from understudy.emulator import Emulator, EmulatorConfig


def test_a_path_that_no_interface_has_is_answered_in_the_platforms_shape() -> None:
    async def scene(emulator: Emulator) -> None:
        status, body = await get(emulator, "/nothing/here")
        assert status in (401, 404)
        assert {"code", "message", "status"} <= set(body)

    play(scene)


def test_urls_lead_back_the_way_the_client_came_unless_one_is_advertised() -> None:
    async def socket_of(emulator: Emulator, token: str, host: str) -> str:
        headers = {"Host": host, "Authorization": f"Bearer {token}"}
        url = f"http://127.0.0.1:{emulator.port}/api/v2/notifications/channels"
        async with ClientSession() as session, session.post(url, headers=headers) as answer:
            return str((await answer.json())["connectUri"]).rpartition("/channels/")[0]

    async def scene(emulator: Emulator) -> None:
        form, login = {"grant_type": "client_credentials"}, f"http://127.0.0.1:{emulator.port}/oauth/token"
        basic = {"Authorization": f"Basic {b64encode(b'admin:secret').decode()}"}
        async with ClientSession() as session, session.post(login, data=form, headers=basic) as answer:
            token = (await answer.json())["access_token"]
        hosts = ("understudy:81", "api.mypurecloud.jp", "not/a/host")
        found.append([await socket_of(emulator, token, host) for host in hosts])
        found[-1].append(emulator.origin)

    found: list[list[str]] = []
    play(scene)
    play(scene, replace(CONFIG, advertised_url="https://gw.test/x/"))
    assert found[0] == [
        "ws://understudy:81",
        "ws://streaming.mypurecloud.jp",
        found[0][3].replace("http", "ws"),
        found[0][3],
    ]
    assert found[1] == [*["wss://gw.test/x"] * 3, "https://gw.test/x"]


def test_a_gateways_prefix_is_taken_off_uploads_too() -> None:
    async def scene(emulator: Emulator) -> None:
        assert (await get(emulator, "/gw/media/no/such"))[1]["message"] == "There is no such media."
        assert (await get(emulator, "/gw/understudy/uploads/no/such"))[1]["error"].startswith("no control route")

    play(scene, EmulatorConfig(prefixes={"api": "/gw"}))


def test_below_a_prefix_a_request_keeps_its_query() -> None:
    async def scene(emulator: Emulator) -> None:
        seen: list[str] = []

        async def handle(request: web.BaseRequest) -> web.StreamResponse:
            seen.append(request.path_qs)
            return web.json_response({})

        emulator._entrance.routes = (("/media/", handle),)
        await get(emulator, "/gw/media/a%20b?signature=x%2By&expires=1")
        await get(emulator, "/gw/media/a")
        assert seen == ["/media/a%20b?signature=x%2By&expires=1", "/media/a"]

    play(scene, EmulatorConfig(prefixes={"api": "/gw"}))


def test_what_guests_load_is_found_on_every_host_and_below_a_prefix() -> None:
    async def scene(emulator: Emulator) -> None:
        for path in (
            "/webdeployments/v1/deployments/d/config.json",
            "/cdn/webdeployments/v1/deployments/d/config.json",
        ):
            status, body = await get(emulator, path)
            assert (status, body["message"]) == (404, "Deployment with id [d] was not found")
        assert (await get(emulator, "/other/webdeployments/v1/deployments/d/config.json"))[1]["code"] == "not.found"

    play(scene, EmulatorConfig(prefixes={"api-cdn": "/cdn"}))
