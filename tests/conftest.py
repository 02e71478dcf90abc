"""Rules for all tests: in CI a skip is a failure, for a test that never runs can't fail. And a host for drivers."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import ClientSession, web

from understudy.actors import Rehearsal, Slot
from understudy.clock import RealClock
from understudy.control.client import ControlClient
from understudy.record.entry import Entry
from understudy.record.recorder import Recorder
from understudy.settings import Settings
from understudy.suite import load_suite
from understudy.verify.run import emulator
from understudy.verify.slots import open_slots
from understudy.webhooks.driver import traced
from understudy.world.changes import Effect
from understudy.world.org import Org
from understudy.world.world import World


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI, which counts as a failure: {report.longrepr}"
    return report


class Loopback:
    """A host for drivers (``understudy.host.Host``) and a peer on 127.0.0.1 that answers as ``answers`` says.

    ``answers`` holds statuses or awaitable functions of the request, used up in order; then 200. ``seen``: the requests
    as (method, path, headers as sent, body).
    """

    def __init__(self) -> None:
        self.world = World()
        self.clock = RealClock()
        self.recorder = Recorder(0, "salt")
        self.origin = "http://127.0.0.1:1"
        self.answers: list[Any] = []
        self.seen: list[tuple[str, str, list[tuple[str, str]], bytes]] = []
        self.url = ""
        self._wake = asyncio.Event()
        self._session: ClientSession | None = None

    @property
    def http(self) -> ClientSession:
        assert self._session is not None
        return self._session

    def listen(self, org: Org) -> Org:
        """Put an org into the world and hear its effects."""
        self.world.add(org)
        org.listeners.append(lambda _: self._wake.set())
        return org

    async def effects(self, interface: str) -> list[tuple[Org, Effect]]:
        while True:
            taken = [(org, effect) for org in self.world.orgs.values() for effect in org.take_effects(interface)]
            if taken:
                return taken
            self._wake.clear()
            await self._wake.wait()

    async def settled(self, number: int) -> None:
        """Nothing is on disk here."""

    @asynccontextmanager
    async def peer(self, driver: Any = None, handle: Any = None) -> AsyncIterator[str]:
        """Open client and peer, run the driver; yields the peer's base URL."""
        runner = web.ServerRunner(web.Server(handle or self._answer, access_log=None), shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        job = asyncio.create_task(driver.run()) if driver is not None else None
        try:
            async with ClientSession(trace_configs=[traced()]) as self._session:
                yield self.url
        finally:
            if job is not None:
                job.cancel()
                await asyncio.gather(job, return_exceptions=True)
            await runner.cleanup()

    async def until(self, done: Callable[[], Any], limit: float = 5.0) -> None:
        """Let the loop run until ``done()``; fails after ``limit`` seconds."""
        async with asyncio.timeout(limit):
            while not done():
                await asyncio.sleep(0.002)

    def named(self, name: str) -> list[Entry]:
        """Entries of the record by name."""
        return [entry for entry in self.recorder.ring.read(0) if entry.name == name]

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        headers = [(k.decode(), v.decode()) for k, v in request.raw_headers]
        self.seen.append((request.method, request.path_qs, headers, await request.read()))
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, int):
            return web.Response(status=answer, text="heard")
        response: web.StreamResponse = await answer(request)
        return response


@pytest.fixture
def loopback() -> Loopback:
    return Loopback()


@pytest.fixture(scope="session")
def control(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlClient]:
    """An emulator in a process of its own, without an org; tests make their own."""
    with emulator(Settings(), tmp_path_factory.mktemp("emulator"), "salt") as client:
        yield client


@pytest.fixture(scope="session")
def slots(control: ControlClient, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Slot]]:
    """A reference endpoint of PolyAI for each topology, with the org that is configured for it."""
    folder = tmp_path_factory.mktemp("slots")
    suite, settings = load_suite("polyai"), Settings(workers=1, seed=77)
    with open_slots(suite, settings, control, folder, fault="", profiles=suite.profiles) as opened:
        yield {slot.profile: slot for slot in opened}


@pytest.fixture
def rehearse(
    control: ControlClient, slots: Mapping[str, Slot], request: pytest.FixtureRequest
) -> Iterator[Callable[..., Rehearsal]]:
    """Rehearsals of this test, ``rehearse("forward", max_wait=1.0)``: its view of a slot, left as it was found."""
    made: list[Rehearsal] = []

    def rehearsal(profile: str = "channel", **differing: Any) -> Rehearsal:
        slot = replace(slots[profile], **differing)
        made.append(Rehearsal(control.org(slot.org), slot, request.node.nodeid))
        return made[-1]

    yield rehearsal
    for one in made:
        one.close()
