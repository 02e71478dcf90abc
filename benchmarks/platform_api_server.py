"""A server for ``platform_api.py``, in a process of its own: ``bare`` (an aiohttp handler) or ``understudy``.

Prints one JSON line ``{"port", "token"}``, then answers each line on stdin with ``[CPU seconds, resident MiB]``.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
import time
from base64 import b64encode
from itertools import count
from pathlib import Path

import orjson
import uvloop
from aiohttp import ClientSession, web

GRANT = {"grant_type": "client_credentials"}
CLIENT = ("benchmark", "a-secret-of-the-benchmark")


def resident() -> float:
    """MiB in memory now (on Linux), or at most (elsewhere)."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def answer_questions() -> None:
    """Tell CPU and memory as often as the parent asks; its end is ours."""
    for _ in sys.stdin:
        print(json.dumps([time.process_time(), resident()]), flush=True)
    os._exit(0)


async def start_bare() -> tuple[int, str]:
    """The yardstick: what an aiohttp application costs that stores and answers and does nothing else."""
    stored: dict[str, bytes] = {}
    entities: dict[str, object] = {}
    numbers = count()

    async def get(request: web.Request) -> web.Response:
        return web.Response(body=stored[request.match_info["id"]], content_type="application/json")

    async def post(request: web.Request) -> web.Response:
        entity = orjson.loads(await request.read())
        entity["id"] = f"queue-{next(numbers)}"
        entities[entity["id"]] = entity
        stored[entity["id"]] = body = orjson.dumps(entity)
        return web.Response(body=body, content_type="application/json")

    application = web.Application()
    application.add_routes([web.get("/api/v2/routing/queues/{id}", get), web.post("/api/v2/routing/queues", post)])
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return int(runner.addresses[0][1]), "none"


async def start_understudy(folder: Path) -> tuple[int, str]:
    """The emulator as ``understudy serve`` runs it, its record on disk, without the limits that a load would meet.

    An ``org.yaml`` in the folder is its org, with the client above; else it has the default one.
    """
    from understudy.memory import collection_put_off

    with collection_put_off():
        from understudy.emulator import Emulator, EmulatorConfig

    org = folder / "org.yaml"
    orgs = (org,) if org.exists() else ()
    emulator = Emulator(EmulatorConfig(limits="relaxed", run=folder, admin=CLIENT, orgs=orgs, default=not orgs))
    await emulator.start()
    basic = b64encode(":".join(CLIENT).encode()).decode()
    async with ClientSession() as session:
        url = f"http://127.0.0.1:{emulator.port}/oauth/token"
        async with session.post(url, data=GRANT, headers={"Authorization": f"Basic {basic}"}) as response:
            return emulator.port, str((await response.json())["access_token"])


async def serve(kind: str, folder: Path) -> None:
    """Run one of the servers until the parent is done."""
    port, token = await (start_bare() if kind == "bare" else start_understudy(folder))
    print(json.dumps({"port": port, "token": token}), flush=True)
    await asyncio.to_thread(answer_questions)


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1], Path(sys.argv[2])))
