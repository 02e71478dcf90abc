"""An emulator in this process, on a loop of its own in a thread, so that synchronous tests can look inside."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from understudy.emulator import Emulator, EmulatorConfig


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
