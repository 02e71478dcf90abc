from __future__ import annotations

import asyncio
import io
from typing import Any

import pytest

from understudy.attachments.driver import AttachmentsDriver
from understudy.attachments.store import HANDLERS, AddMedia, Media, keep
from understudy.clock import OrgClock
from understudy.ids import Ids
from understudy.limits import load_limits
from understudy.world.org import Org


@pytest.fixture
def org(loopback: Any) -> Org:
    clock = OrgClock(loopback.clock)
    made = Org("acme", "Acme", clock=clock, ids=Ids(1, "acme"), limits=load_limits(), commands=HANDLERS)
    loopback.listen(made)
    return made


def test_an_announced_upload_is_put_and_then_served(loopback: Any, org: Org) -> None:
    media = keep(org, Media("m1", "acme", "a.png", "image/png"))

    async def script() -> None:
        async with loopback.peer(handle=AttachmentsDriver(loopback).handle) as url:
            assert (await loopback.http.get(url + media.path)).status == 404
            assert (await loopback.http.put(url + media.path, data=b"bytes")).status == 200
            answer = await loopback.http.get(url + media.path)
            assert (answer.status, answer.headers["Content-Type"], await answer.read()) == (200, "image/png", b"bytes")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Content-Security-Policy"].startswith("sandbox")
        noted = [(entry.data["method"], entry.data["status"]) for entry in loopback.named("media.served")]
        assert noted == [("GET", 404), ("PUT", 200), ("GET", 200)]
        assert org.is_quiet()

    asyncio.run(script())


def test_an_upload_over_the_limit_is_refused_without_reading_on(loopback: Any, org: Org) -> None:
    media = keep(org, Media("m1", "acme", "a.png", "image/png"))
    most = int(org.limits.value("open-messaging", "media.bytes.max"))

    async def script() -> None:
        async with loopback.peer(handle=AttachmentsDriver(loopback).handle) as url:
            assert (await loopback.http.put(url + media.path, data=io.BytesIO(bytes(most + 1)))).status == 413
            assert media.status == "invalid"

    asyncio.run(script())


def test_laboratory_media_misbehaves_as_told(loopback: Any, org: Org) -> None:
    gone = org.perform(AddMedia("a", "image/png", text="x", status=404))["path"]
    long = org.perform(AddMedia("b", "image/png", size=200_000))["path"]
    late = org.perform(AddMedia("c", "image/png", text="x", delay=0.05))["path"]

    async def script() -> None:
        async with loopback.peer(handle=AttachmentsDriver(loopback).handle) as url:
            assert (await loopback.http.get(url + gone)).status == 404
            answer = await loopback.http.get(url + long)
            assert await answer.read() == bytes(200_000)
            began = loopback.clock.mono()
            assert (await loopback.http.get(url + late)).status == 200
            assert loopback.clock.mono() - began >= 0.05

    asyncio.run(script())


@pytest.mark.parametrize("path", ["/media/acme/nope", "/media/nope/m1", "/media/", "/media/acme/m1/more"])
def test_unknown_media_is_404(loopback: Any, org: Org, path: str) -> None:
    keep(org, Media("m1", "acme", "a", "b"))

    async def script() -> None:
        async with loopback.peer(handle=AttachmentsDriver(loopback).handle) as url:
            assert (await loopback.http.get(url + path)).status == 404

    asyncio.run(script())


def test_who_knows_where_a_file_is_can_not_put_another_in_its_place(loopback: Any, org: Org) -> None:
    path = org.perform(AddMedia("a", "image/png", text="the file"))["path"]

    async def script() -> None:
        async with loopback.peer(handle=AttachmentsDriver(loopback).handle) as url:
            assert (await loopback.http.put(url + path, data=b"another")).status == 409
            assert await (await loopback.http.get(url + path)).read() == b"the file"

    asyncio.run(script())
