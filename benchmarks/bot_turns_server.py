"""A server for ``bot_turns.py``, in a process of its own: ``bot`` (what both others call), ``bare`` or ``understudy``.

Prints one JSON line ``{"port", "path"}``: where it listens, and where its guests connect. Then each line on stdin is
answered by ``[CPU seconds, resident MiB]``.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from pathlib import Path

import uvloop
from aiohttp import ClientSession, TCPConnector, web

from platform_api_server import resident

DEPLOYMENT = "3d7e0f8c-52a9-4c55-9a11-0b0e5a3f6c01"


async def start_bot() -> tuple[int, str]:
    """A bot that says back what it was told, for ever."""

    async def turn(request: web.Request) -> web.Response:
        asked = await request.json()
        text = asked["inputMessage"]["text"]
        told = {"replymessages": [{"type": "Text", "text": f"bot: {text}"}], "botState": "MOREDATA"}
        return web.json_response(told)

    application = web.Application()
    application.add_routes([web.post("/turn", turn)])
    return await listening(application), "/turn"


async def start_bare(bot: str) -> tuple[int, str]:
    """The yardstick: an aiohttp application that echoes a guest's frame, asks the bot and hands its answer on."""
    http = ClientSession(connector=TCPConnector(limit=0))

    async def handle(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        async for message in socket:
            frame = json.loads(message.data)
            if frame["action"] == "configureSession":
                await socket.send_json({"type": "response", "class": "SessionResponse", "code": 200, "body": {}})
                continue
            said = frame["message"]["text"]
            body = {"text": said, "direction": "Inbound"}
            await socket.send_json({"type": "message", "class": "StructuredMessage", "code": 200, "body": body})
            async with http.post(bot, json={"inputMessage": {"type": "Text", "text": said}}) as response:
                answer = await response.json()
            body = {"text": answer["replymessages"][0]["text"], "direction": "Outbound"}
            await socket.send_json({"type": "message", "class": "StructuredMessage", "code": 200, "body": body})
        return socket

    application = web.Application()
    application.add_routes([web.get("/v1", handle)])
    return await listening(application), "/v1"


async def start_understudy(bot: str, folder: Path) -> tuple[int, str]:
    """The emulator as ``understudy serve`` runs it, its record on disk: a messenger whose flow calls the bot."""
    from understudy.emulator import Emulator, EmulatorConfig

    org = Path(__file__).with_name("bot_turns_org.yaml")
    config = EmulatorConfig(
        limits="relaxed", run=folder / "run", orgs=(org,), default=False,
        environment={"BOT": bot, "DEPLOYMENT": DEPLOYMENT},
    )  # fmt: skip
    emulator = Emulator(config)
    await emulator.start()
    return emulator.port, f"/v1?deploymentId={DEPLOYMENT}"


async def listening(application: web.Application) -> int:
    """Serve on a free port of the loopback address."""
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=512).start()
    return int(runner.addresses[0][1])


def answer() -> None:
    """Answer the parent's questions; its end is ours."""
    for _ in sys.stdin:
        print(json.dumps([time.process_time(), resident()]), flush=True)
    os._exit(0)


async def serve(kind: str, arguments: list[str]) -> None:
    """Run one of the servers until the parent is done."""
    if kind == "bot":
        port, path = await start_bot()
    elif kind == "bare":
        port, path = await start_bare(arguments[0])
    else:
        port, path = await start_understudy(arguments[0], Path(arguments[1]))
    print(json.dumps({"port": port, "path": path}), flush=True)
    await asyncio.to_thread(answer)


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1], sys.argv[2:]))
