"""An emulator in this process, on a loop of its own in a thread, so that synchronous tests can look inside."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import urllib3

from understudy.control.client import ControlClient, OrgClient
from understudy.emulator import Emulator, EmulatorConfig
from understudy.world.org import Org

FILE = """
organization: {name: %s}
users:
  - {name: Alex, email: alex@rehearsal.example, understudy: {agent: true, status: OFF_QUEUE}}
routing.queues:
  - {name: Support, members: [alex@rehearsal.example]}
"""


@pytest.fixture(scope="module")
def inside() -> Iterator[Emulator]:
    """A running emulator with its default org."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    emulator = Emulator(EmulatorConfig(admin=("admin", "secret"), salt="salt"))
    try:
        asyncio.run_coroutine_threadsafe(emulator.start(), loop).result(10)
        yield emulator
    finally:
        asyncio.run_coroutine_threadsafe(emulator.stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture(scope="module")
def client(inside: Emulator) -> ControlClient:
    """A client of its control API."""
    return ControlClient(inside.origin)


@pytest.fixture
def org(client: ControlClient, inside: Emulator, request: pytest.FixtureRequest) -> Iterator[OrgClient]:
    """A fresh org with an agent and a queue."""
    made = client.call("POST", "orgs", {"text": FILE % json.dumps(request.node.name), "path": "org.yaml", "env": {}})
    yield client.org(made["id"])
    if made["id"] in inside.world.orgs:
        client.org(made["id"]).delete()


def ask(
    inside: Emulator, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> tuple[int, Any]:
    """A raw request below /understudy/: status and parsed answer."""
    url = f"{inside.origin}/understudy/{path}"
    answer = urllib3.request(method, url, body=body, headers=headers, retries=False, timeout=5.0)
    return answer.status, json.loads(answer.data)


def perform_in(inside: Emulator, org: OrgClient, *commands: object) -> Any:
    """Perform commands on the emulator's own loop; returns what the last one returned."""
    done = threading.Event()
    results: list[Any] = []

    def act() -> None:
        results.extend(world(inside, org).perform(command) for command in commands)
        done.set()

    inside._tasks[0].get_loop().call_soon_threadsafe(act)
    assert done.wait(5.0)
    return results[-1]


def world(inside: Emulator, org: OrgClient) -> Org:
    """The org itself."""
    return inside.world.orgs[org.org]
