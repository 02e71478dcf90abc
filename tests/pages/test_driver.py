from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from understudy.exchange import PREFIX
from understudy.pages.driver import PagesDriver


def asked(loopback: Any, method: str, path: str, prefix: str = "", **headers: str) -> tuple[int, Any, bytes]:
    async def go() -> tuple[int, Any, bytes]:
        driver = PagesDriver(loopback, {"apps": prefix})

        async def handle(request: web.BaseRequest) -> web.StreamResponse:
            request[PREFIX] = prefix
            return await driver.handle(request)

        async with (
            loopback.peer(handle=handle) as url,
            loopback.http.request(method, url + path, headers=headers) as got,
        ):
            return got.status, got.headers, await got.read()

    return asyncio.run(go())


def test_a_page_is_served_with_its_policy_and_without_a_trace_in_the_record(loopback: Any) -> None:
    status, headers, body = asked(loopback, "GET", "/desktop?org=x")
    assert status == 200
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert b"Agent desktop" in body
    assert list(loopback.recorder.ring.read(0)) == []


def test_a_script_is_served_once_and_then_confirmed(loopback: Any) -> None:
    _, headers, body = asked(loopback, "GET", "/genesys-bootstrap/genesys.min.js")
    assert headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert b"_genesysJs" in body
    status, _, nothing = asked(
        loopback, "GET", "/genesys-bootstrap/genesys.min.js", **{"If-None-Match": headers["ETag"]}
    )
    assert (status, nothing) == (304, b"")


def test_the_prefix_of_a_gateway_is_no_part_of_the_path(loopback: Any) -> None:
    status, _, body = asked(loopback, "GET", "/apps/desktop", prefix="/apps")
    assert status == 200
    assert b'src="/apps/desktop/app.js"' in body


def test_a_head_request_has_no_body(loopback: Any) -> None:
    status, headers, body = asked(loopback, "HEAD", "/desktop")
    assert (status, body) == (200, b"")
    assert int(headers["Content-Length"]) > 0
