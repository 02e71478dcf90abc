"""A whole emulator for tests of what it is composed of: a scene is played with it on a loop of its own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession

from understudy.emulator import Emulator, EmulatorConfig

CONFIG = EmulatorConfig(admin=("admin", "secret"), salt="salt")
ORG = "organization: {name: Mine}\noauth.clients: [{id: mine, name: Mine, secret: s}]\n"


@asynccontextmanager
async def running(config: EmulatorConfig = CONFIG) -> AsyncIterator[Emulator]:
    """A started emulator, stopped at the end."""
    emulator = Emulator(config)
    try:
        await emulator.start()
        yield emulator
    finally:
        await emulator.stop()


def play(scene: Callable[[Emulator], Awaitable[None]], config: EmulatorConfig = CONFIG) -> None:
    """A scene with a started emulator."""

    async def act() -> None:
        async with running(config) as emulator:
            await scene(emulator)

    asyncio.run(act())


async def until(done: Callable[[], Any]) -> None:
    """Wait until it is so, at most five seconds."""
    async with asyncio.timeout(5):
        while not done():
            await asyncio.sleep(0.002)


async def get(emulator: Emulator, path: str, **headers: str) -> tuple[int, Any]:
    """Status and parsed body of one request."""
    async with ClientSession() as session, session.get(emulator.origin + path, headers=headers) as answer:
        return answer.status, json.loads(await answer.read())


async def until_ready(_: Emulator) -> None:
    """Nothing more: it has started."""
