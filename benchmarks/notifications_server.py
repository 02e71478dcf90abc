"""A server for ``notifications.py``, in a process of its own: ``bare`` (aiohttp WebSockets) or ``understudy``.

Prints one JSON line ``{"port", "paths"}``: where the sockets are. Then each line on stdin is a question: ``?`` gets
``[CPU seconds, resident MiB]``, ``{"count", "gap", "kind"}`` makes so many events so many seconds apart and gets the
monotonic times at which each began.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable
from itertools import count
from pathlib import Path
from typing import Any

import uvloop
from aiohttp import web

from platform_api_server import resident

CHANNELS = 1_000
CUSTOMER = "customer-of-the-benchmark"
Push = Callable[[str, int], Awaitable[None] | None]  # (kind, number of the event)


def filler(text: str, size: int) -> str:
    """A text of the same length as an event of the emulator."""
    return text + "x" * (size - len(text))


async def start_bare(sizes: dict[str, int]) -> tuple[int, list[str], Push]:
    """The yardstick: an aiohttp application that sends each socket the text of an event and does nothing else."""
    sockets: list[web.WebSocketResponse] = []

    async def handle(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        sockets.append(socket)
        async for _ in socket:
            pass
        return socket

    async def push(kind: str, number: int) -> None:
        if kind == "shared":
            text = filler(f'{{"number": {number}}}', sizes[kind])
            for socket in sockets:
                await socket.send_str(text)
        else:
            for place, socket in enumerate(sockets):
                await socket.send_str(filler(f'{{"number": {number}, "user": {place}}}', sizes[kind]))

    application = web.Application()
    application.add_routes([web.get("/channels/{id}", handle)])
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=2 * CHANNELS).start()
    return int(runner.addresses[0][1]), [f"/channels/{number}" for number in range(CHANNELS)], push


async def start_understudy(folder: Path) -> tuple[int, list[str], Push]:
    """The emulator as ``understudy serve`` runs it, its record on disk; every channel hears of one conversation's user
    and of a user of its own."""
    from understudy.conversations import parties
    from understudy.conversations.commands import RoutingStatus, SetAttributes
    from understudy.conversations.model import Conversation, Leg
    from understudy.emulator import Emulator, EmulatorConfig
    from understudy.notifications.channel import CreateChannel, Subscribe
    from understudy.notifications.channels import Channel, Subscription

    emulator = Emulator(EmulatorConfig(limits="relaxed", run=folder))
    await emulator.start()
    org = next(iter(emulator.world.orgs.values()))
    talk = org.conversations["c1"] = Conversation("c1", org.now(), Leg("open_messaging", "i1", CUSTOMER), "d1")
    for purpose in ("customer", "workflow", "acd"):
        parties.add(org, talk, purpose, purpose.title())
    agent = parties.add(org, talk, "agent", "Ann", user="shared")
    agent.attributes = {f"attribute {number}": "a value of some length" for number in range(8)}
    paths = []
    for number in range(CHANNELS):
        org.entities.put("users", f"own-{number}", {"id": f"own-{number}", "name": f"User {number}"})
        channel: Channel = org.perform(CreateChannel("client", None, "token"))
        emulator.world.channels[channel.id] = org
        names = ("v2.users.shared.conversations", f"v2.users.own-{number}.routingstatus")
        org.perform(Subscribe(channel.id, tuple(Subscription(name, (name,)) for name in names)))
        paths.append(f"/channels/{channel.id}")

    turns = count()

    def push(kind: str, number: int) -> None:
        if kind == "shared":
            org.perform(SetAttributes("c1", agent.id, {"number": f"{number:09}"}))
            return
        status = "OFF_QUEUE" if next(turns) % 2 else "IDLE"  # the same status again would be no event
        for place in range(CHANNELS):
            org.perform(RoutingStatus(f"own-{place}", status))

    return emulator.port, paths, push


async def make(push: Push, numbers: count[int], asked: dict[str, Any]) -> list[float]:
    """Make events at a steady pace, late ones at once; when each began."""
    loop = asyncio.get_running_loop()
    start, began = loop.time(), []
    for place in range(asked["count"]):
        await asyncio.sleep(max(0.0, start + place * asked["gap"] - loop.time()))
        began.append(time.monotonic())
        waiting = push(asked["kind"], next(numbers))
        if waiting is not None:
            await waiting
    return began


def answer(push: Push, loop: asyncio.AbstractEventLoop) -> None:
    """Answer the parent's questions; its end is ours."""
    numbers = count()
    for line in sys.stdin:
        if line.strip() == "?":
            told: list[float] = [time.process_time(), resident()]
        else:
            told = asyncio.run_coroutine_threadsafe(make(push, numbers, json.loads(line)), loop).result()
        print(json.dumps(told), flush=True)
    os._exit(0)


async def serve(kind: str, argument: str) -> None:
    """Run one of the servers until the parent is done. ``argument``: the sizes of events, or the record's folder."""
    started = start_bare(json.loads(argument)) if kind == "bare" else start_understudy(Path(argument))
    port, paths, push = await started
    print(json.dumps({"port": port, "paths": paths}), flush=True)
    await asyncio.to_thread(answer, push, asyncio.get_running_loop())


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1], sys.argv[2]))
