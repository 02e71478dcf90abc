from __future__ import annotations

import asyncio
from io import BytesIO
from typing import Any

import pytest

from understudy.platform.behaviour import Platform
from understudy.platform.driver import PlatformDriver


def test_a_request_over_the_wire_is_answered_and_recorded(
    loopback: Any, platform: Platform, grant: Any, office: Any
) -> None:
    token = grant()

    async def go() -> tuple[int, Any, int]:
        driver = PlatformDriver(loopback, platform)
        headers = {"Authorization": f"Bearer {token.value}", "ININ-Correlation-Id": "corr-7"}
        async with loopback.peer(handle=driver.handle) as url:
            async with loopback.http.post(
                f"{url}/api/v2/routing/queues", json={"name": "Sales"}, headers=headers
            ) as made:
                assert made.headers["ININ-Correlation-Id"] == "corr-7"
                assert made.headers["inin-ratelimit-count"] == "1"
                queue = await made.json()
            async with loopback.http.get(url + queue["selfUri"], headers=headers) as read:
                assert await read.json() == queue
            async with loopback.http.delete(url + queue["selfUri"], headers=headers) as gone:
                return made.status, await gone.read(), gone.status

    assert asyncio.run(go()) == (200, b"", 200)
    entries = loopback.recorder.ring.read(0)
    assert [entry.direction for entry in entries] == ["in", "out"] * 3
    assert {entry.org for entry in entries} == {office.id}
    assert entries[0].data["operation"] == "postRoutingQueues"
    assert token.value not in str([entry.headers for entry in entries])


@pytest.mark.parametrize("body", [b"x" * 1_048_577, b"[" * 1_048_576])
def test_an_oversize_or_deep_body_is_refused_and_nothing_breaks(
    body: bytes, loopback: Any, platform: Platform, grant: Any
) -> None:
    headers = {"Authorization": f"Bearer {grant().value}", "Content-Type": "application/json"}

    async def go() -> int:
        async with (
            loopback.peer(handle=PlatformDriver(loopback, platform).handle) as url,
            loopback.http.post(f"{url}/api/v2/routing/queues", data=BytesIO(body), headers=headers) as response,
        ):
            assert (await response.json())["contextId"] == response.headers["ININ-Correlation-Id"]
            return int(response.status)

    assert asyncio.run(go()) == (413 if len(body) > 1_048_576 else 400)
