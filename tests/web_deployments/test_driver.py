from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

from understudy.clock import OrgClock
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.web_deployments.configurations import DEPLOYMENTS, VERSIONS
from understudy.web_deployments.driver import GuestFilesDriver
from understudy.web_messaging.messages import GetAttachment, OnAttachment
from understudy.web_messaging.uploads import HANDLERS, offer, presented
from understudy.world.org import Org

DATA = b"the bytes of a picture"
PAGE = {"Origin": "https://shop.example"}


@dataclass
class Somebody:
    id: str = "g1"
    deployment: str = "d1"


@pytest.fixture
def org(loopback: Any) -> Org:
    clock = OrgClock(loopback.clock)
    made = Org("acme", "Acme", clock=clock, ids=Ids(1, "acme", "salt"), limits=load_limits(), commands=HANDLERS)
    made.entities.put(f"{VERSIONS}/c", "1", {"id": "c", "version": "1", "languages": ["de-de"]})
    made.entities.put(DEPLOYMENTS, "d1", {"id": "d1", "configuration": {"id": "c", "version": "1"}})
    loopback.listen(made)
    loopback.world.integrations["d1"] = made
    return made


@pytest.fixture
def driver(loopback: Any) -> GuestFilesDriver:
    return GuestFilesDriver(loopback, Ids(1, "platform"))


def announced(org: Org, url: str) -> dict[str, Any]:
    md5 = hashlib.md5(DATA, usedforsecurity=False).hexdigest()
    asked = OnAttachment(
        token="t", file_name="a.png", file_type="image/png", file_size=len(DATA), file_md5=md5, attachment_id="a1"
    )
    return dict(offer(org, Somebody(), asked, url).body)


def test_config_is_served_to_pages_and_recorded(loopback: Any, org: Org, driver: GuestFilesDriver) -> None:
    async def script() -> None:
        async with loopback.peer(handle=driver.handle) as url:
            answer = await loopback.http.get(f"{url}/webdeployments/v1/deployments/d1/config.json", headers=PAGE)
            assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, "*")
            assert (await answer.json())["languages"] == ["de-de"]
            assert answer.headers["Cache-Control"] == "no-cache"
            known = {"If-None-Match": answer.headers["ETag"]}
            again = await loopback.http.get(f"{url}/webdeployments/v1/deployments/d1/config.json", headers=known)
            assert (again.status, await again.read()) == (304, b"")
        (entry, _) = loopback.named("GET /webdeployments/v1/deployments/d1/config.json")
        assert (entry.interface, entry.org) == ("web_messaging", "acme")

    asyncio.run(script())


def test_an_upload_is_put_by_a_page_and_got_again(loopback: Any, org: Org, driver: GuestFilesDriver) -> None:
    async def script() -> None:
        async with loopback.peer(handle=driver.handle) as url:
            body = announced(org, url)
            asked = {**PAGE, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "content-md5"}
            allowed = await loopback.http.options(body["url"], headers=asked)
            assert (allowed.status, allowed.headers["Access-Control-Allow-Headers"]) == (204, "content-md5")
            answer = await loopback.http.put(body["url"], data=DATA, headers={**PAGE, **body["headers"]})
            assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, "*")
            told = presented(org, Somebody(), GetAttachment(token="t", attachment_id="a1")).body
            got = await loopback.http.get(told["url"])
            assert (await got.read(), got.headers["Content-Type"]) == (DATA, "image/png")
            assert got.headers["Content-Security-Policy"].startswith("sandbox")
        noted = [(entry.data["method"], entry.data["status"]) for entry in loopback.named("guest.media")]
        assert noted == [("PUT", 200), ("GET", 200)]
        assert org.open_exchanges == 0
        assert [effect.kind for effect in org.take_effects("web_messaging")] == ["uploaded"]

    asyncio.run(script())


def test_the_record_does_not_hold_a_presigned_urls_signature(loopback: Any, org: Org, driver: GuestFilesDriver) -> None:
    async def script() -> None:
        async with loopback.peer(handle=driver.handle) as url:
            body = announced(org, url)
            await loopback.http.put(body["url"], data=DATA, headers=body["headers"])
            signature = urlsplit(body["url"]).query.rpartition("=")[2]
            entries = loopback.recorder.ring.read(0)
            assert entries
            assert len(signature) == 64
            assert [entry for entry in entries if signature in repr(entry)] == []

    asyncio.run(script())


def test_more_bytes_than_announced_are_not_taken(loopback: Any, org: Org, driver: GuestFilesDriver) -> None:
    async def script() -> None:
        async with loopback.peer(handle=driver.handle) as url:
            body = announced(org, url)
            answer = await loopback.http.put(body["url"], data=DATA + bytes(1000), headers=body["headers"])
            assert answer.status == 400
        assert [effect.data["code"] for effect in org.take_effects("web_messaging")] == [4002]

    asyncio.run(script())


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("PUT", "/media/guests/acme/none", 404),
        ("PUT", "/media/guests/nobody/none", 404),
        ("PUT", "/media/guests/acme", 404),
        ("PUT", "/media/guests/acme/a/b", 404),
        ("POST", "/media/guests/acme/none", 405),
        ("DELETE", "/media/guests/acme/none", 405),
        ("GET", "/webdeployments/", 404),
        ("GET", "/webdeployments/v1/deployments/none/config.json", 404),
    ],
)
def test_what_is_not_there_is_refused(
    loopback: Any, org: Org, driver: GuestFilesDriver, method: str, path: str, status: int
) -> None:
    async def script() -> None:
        async with loopback.peer(handle=driver.handle) as url:
            assert (await loopback.http.request(method, url + path, data=b"x")).status == status

    asyncio.run(script())


def test_uploads_under_way_are_bounded(loopback: Any, org: Org, driver: GuestFilesDriver, monkeypatch: Any) -> None:
    monkeypatch.setattr(f"{GuestFilesDriver.__module__}.BYTES_MAX", len(DATA) * 2 - 1)

    async def slowly() -> AsyncIterator[bytes]:
        yield DATA[:5]
        await go_on.wait()
        yield DATA[5:]

    go_on = asyncio.Event()

    async def script() -> None:
        async with loopback.peer(handle=driver.handle) as url:
            body = announced(org, url)
            first = asyncio.create_task(loopback.http.put(body["url"], data=slowly(), headers=body["headers"]))
            await loopback.until(lambda: org.open_exchanges)
            assert (await loopback.http.put(body["url"], data=DATA, headers=body["headers"])).status == 503
            go_on.set()
            assert (await first).status == 200
            assert (await loopback.http.put(body["url"], data=DATA, headers=body["headers"])).status == 200

    asyncio.run(script())
