"""``understudy serve``: run an emulator until it is told to stop.

Also ``python -m understudy.serve CONFIG``, with the configuration as one JSON argument: the way ``verify`` starts its
own, without the command line's imports.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from understudy.emulator import Emulator, EmulatorConfig
from understudy.errors import UnderstudyError
from understudy.memory import keep_large_blocks_apart
from understudy.pages.places import places

NewLoop = Callable[[], asyncio.AbstractEventLoop]
new_event_loop: NewLoop = asyncio.new_event_loop
with contextlib.suppress(ImportError):  # there is none for Windows
    from uvloop import new_event_loop

Announce = Callable[[Emulator], None]


def run(config: EmulatorConfig, announce: Announce) -> None:
    """Serve until SIGINT or SIGTERM; ``announce`` is called once it is ready."""
    keep_large_blocks_apart()
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(_serve(config, announce))


async def _serve(config: EmulatorConfig, announce: Announce) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    emulator = Emulator(config)
    try:
        await emulator.start()
        announce(emulator)
        await stop.wait()
    finally:
        await emulator.stop()


def description(emulator: Emulator) -> dict[str, Any]:
    """What a program must know of a running emulator: URLs, control token, administrator client; and where people find
    messengers and the agent desktop, if there is a messenger."""
    socket = emulator.origin.replace("http", "ws", 1)
    found: dict[str, Any] = {
        "url": emulator.origin,
        "port": emulator.port,
        "login": f"{emulator.origin}/oauth/token",
        "api": f"{emulator.origin}/api/v2",
        "notifications": f"{socket}/channels/{{id}}",
        "control": f"{emulator.origin}/understudy/",
    }
    if emulator.tls_origin:
        found["tls_url"] = emulator.tls_origin
    if emulator.control_token:
        found["token"] = emulator.control_token
    if emulator.admin:
        found["client_id"], found["client_secret"] = emulator.admin
    return {**found, **places(emulator.world.orgs.values(), emulator.origin)}


def lines(description: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """A description as names and texts for people: of several things each has a line, and only the first the name."""
    for name, value in description.items():
        for i, one in enumerate(value if isinstance(value, list) else [value]):
            text = f"{one.get('url', '')}  {one['name']} ({one['org']})".strip() if isinstance(one, dict) else str(one)
            yield "" if i else name, text


def print_json(emulator: Emulator) -> None:
    """One line on stdout: the emulator is ready."""
    print(json.dumps(description(emulator)), flush=True)


def from_json(document: Mapping[str, Any]) -> EmulatorConfig:
    """A configuration from JSON, paths as text. TLS is not among it: its context is no text."""
    made = dict(document)
    made["run"] = Path(made["run"]) if made.get("run") else None
    made["orgs"] = tuple(Path(path) for path in made.get("orgs", ()))
    return EmulatorConfig(**made)


if __name__ == "__main__":
    try:
        run(from_json(json.loads(sys.argv[1])), print_json)
    except UnderstudyError as error:
        print(json.dumps({"error": str(error)}), flush=True)
        sys.exit(3)
