"""What one notification delivered costs, as a ratio to bare aiohttp WebSockets in the same run (DESIGN: Budgets).

    python benchmarks/notifications.py [--events 20] [--rounds 6] [--json] [--check]

1,000 channels with a socket each hear 10 events a second. *Shared*: all listen to one topic (a conversation of some
kB), so an event is made once and written 1,000 times. *Own*: each listens to its own user's routing status, so 1,000
events are made. Every frame stands in the record on disk. The servers are child processes on uvloop; CPU is the
child's own process time, all its threads. Rounds alternate between the servers and are short, so that a busy machine
slows both; the ratio is the median of the rounds' ratios. Latency is from the command to the client's read of the
frame, both on the machine's monotonic clock, so it has the client's own queue in it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any, cast

import uvloop

from platform_api import machine

GAP = 0.1  # seconds between events: 10 a second
KINDS = ("shared", "own")
BUDGETS = {"shared": 2.5, "own": 7.0}  # ratios of CPU per event delivered; the emulator's own, no budget is given
P99_MS = 250.0  # of the emulator's shared events; the next event comes after 100 ms
SMALL = 126  # bytes: a frame of this size or less is a heartbeat, not an event
QUIET = 0.3  # seconds for the writer of the record to end
PATIENCE = 60.0


class Listener(asyncio.Protocol):
    """One notification socket: upgrades, then notes when each event came (server frames: RFC 6455 §5.2, unmasked)."""

    def __init__(self, path: str, opened: asyncio.Future[None]) -> None:
        self._path, self._opened = path, opened
        self._buffer = b""
        self.times: list[float] = []
        self.size = 0  # bytes of the newest event

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        cast(asyncio.Transport, transport).write(  # uvloop's is no subclass of asyncio's
            f"GET {self._path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        """Take frames; anything but a switch of protocols ends the benchmark with its text."""
        data = self._buffer + data if self._buffer else data
        if not self._opened.done():
            head, found, data = data.partition(b"\r\n\r\n")
            if not found:
                self._buffer = head
                return
            if b" 101 " not in head:
                self._opened.set_exception(SystemExit(head.decode()))
                return
            self._opened.set_result(None)
        self._buffer = self._read(data, time.monotonic())

    def _read(self, data: bytes, now: float) -> bytes:
        place = 0
        while len(data) - place >= 4:
            size, head = data[place + 1], 2
            if size == 126:
                size, head = int.from_bytes(data[place + 2 : place + 4], "big"), 4
            if len(data) - place < head + size:
                break
            place += head + size
            if size > SMALL:
                self.times.append(now)
                self.size = size
        return data[place:]


class Subject:
    """One server under measurement, in a process of its own, with all its sockets open."""

    def __init__(self, kind: str, argument: str) -> None:
        self.kind = kind
        script = str(Path(__file__).with_name("notifications_server.py"))
        command = [sys.executable, script, kind, argument]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.listeners: list[Listener] = []
        self.cpu: dict[str, list[float]] = {}
        self.latency: dict[str, list[float]] = {}

    async def connect(self) -> None:
        """Open a socket for each channel, some at a time."""
        hello = json.loads(await self._line())
        loop = asyncio.get_running_loop()
        for start in range(0, len(hello["paths"]), 100):
            waits = []
            for path in hello["paths"][start : start + 100]:
                wait = loop.create_future()
                _, listener = await loop.create_connection(
                    lambda path=path, wait=wait: Listener(path, wait),  # type: ignore[misc]
                    "127.0.0.1",
                    hello["port"],
                )
                self.listeners.append(listener)
                waits.append(wait)
            await asyncio.gather(*waits)

    def stop(self) -> None:
        """End the server."""
        self.process.kill()
        self.process.communicate()

    async def ask(self, question: str) -> list[float]:
        """An answer of the server."""
        assert self.process.stdin is not None
        self.process.stdin.write(question + "\n")
        self.process.stdin.flush()
        told: list[float] = json.loads(await self._line())
        return told

    async def round(self, kind: str, count: int) -> None:
        """Measure one round of events."""
        for listener in self.listeners:
            listener.times.clear()
        before = (await self.ask("?"))[0]
        began = await self.ask(json.dumps({"count": count, "gap": GAP, "kind": kind}))
        async with asyncio.timeout(PATIENCE):
            while any(len(listener.times) < count for listener in self.listeners):
                await asyncio.sleep(0.01)
        await asyncio.sleep(QUIET)
        spent = (await self.ask("?"))[0] - before
        self.cpu.setdefault(kind, []).append(spent / count / len(self.listeners) * 1e6)
        waited = [
            (came - start) * 1e3
            for listener in self.listeners
            for start, came in zip(began, listener.times, strict=True)
        ]
        cuts = quantiles(waited, n=100)
        self.latency.setdefault(kind, []).append(cuts[49])
        self.latency.setdefault(f"{kind} p99", []).append(cuts[98])

    async def _line(self) -> str:
        assert self.process.stdout is not None
        line = await asyncio.to_thread(self.process.stdout.readline)
        if not line:
            raise SystemExit(f"the {self.kind} server ended early: see its message above")
        return line


async def measure(count: int, rounds: int) -> dict[str, Any]:
    """CPU and latency of both servers; the first round of each warms up and does not count."""
    with tempfile.TemporaryDirectory() as folder:
        subjects = [Subject("understudy", folder)]
        try:
            (ours,) = subjects
            await ours.connect()
            sizes = {}
            for kind in KINDS:
                await ours.round(kind, 1)
                sizes[kind] = ours.listeners[0].size
            subjects.append(theirs := Subject("bare", json.dumps(sizes)))
            await theirs.connect()
            for subject in subjects:
                subject.cpu.clear()
                subject.latency.clear()
            for kind in KINDS:
                for _ in range(rounds + 1):
                    for subject in subjects:
                        await subject.round(kind, count)
            resident = round((await ours.ask("?"))[1], 1)
            report: dict[str, Any] = {kind: _compared(kind, ours, theirs, sizes[kind]) for kind in KINDS}
            return report | {"channels": len(ours.listeners), "resident_mib": resident}
        finally:
            for subject in subjects:
                subject.stop()


def _compared(kind: str, ours: Subject, theirs: Subject, size: int) -> dict[str, Any]:
    shown: dict[str, Any] = {"bytes": size, "budget": BUDGETS[kind]}
    for subject in (theirs, ours):
        figures = subject.cpu[kind][1:]
        shown[subject.kind] = {
            "cpu_us": round(median(figures), 1),
            "least": round(min(figures), 1),
            "most": round(max(figures), 1),
            "p50_ms": round(median(subject.latency[kind][1:]), 1),
            "p99_ms": round(median(subject.latency[f"{kind} p99"][1:]), 1),
        }
    ratios = [mine / bare for mine, bare in zip(ours.cpu[kind][1:], theirs.cpu[kind][1:], strict=True)]
    return shown | {"ratio": round(median(ratios), 2)}


def broken(report: dict[str, Any]) -> list[str]:
    """The budgets that were not met."""
    found = [
        f"{kind}: {report[kind]['ratio']} times bare WebSockets, budget {budget}"
        for kind, budget in BUDGETS.items()
        if report[kind]["ratio"] > budget
    ]
    p99 = report["shared"]["understudy"]["p99_ms"]
    return found + ([f"shared: p99 {p99} ms, budget {P99_MS}"] if p99 > P99_MS else [])


def show(report: dict[str, Any]) -> None:
    """The report as text."""
    here = report["machine"]
    print(f"{here['cpu']}, {here['cores']} cores, {here['system']}, Python {here['python']}, load {here['load']}")
    rate = round(1 / GAP)
    print(
        f"{report['channels']} channels x {rate} events/s, {report['rounds']} rounds of {report['events']} events each"
    )
    print("\n         bytes      bare µs    understudy µs   ratio  budget   p50 / p99 ms bare   understudy")
    for kind in KINDS:
        row = report[kind]
        bare, ours = row["bare"], row["understudy"]
        cells = [f"{one['cpu_us']:.1f} [{one['least']:.0f}-{one['most']:.0f}]" for one in (bare, ours)]
        times = [f"{one['p50_ms']} / {one['p99_ms']}" for one in (bare, ours)]
        print(
            f"{kind:7} {row['bytes']:6} {cells[0]:>12} {cells[1]:>16} {row['ratio']:7.2f} {row['budget']:7.1f}"
            f" {times[0]:>19} {times[1]:>12}"
        )
    print(f"\nresident {report['resident_mib']} MiB")


def main() -> None:
    """Run, print, and with ``--check`` exit 1 when a budget is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=20, help="events a round")
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--check", action="store_true", help="exit 1 when a budget is broken")
    chosen = parser.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8_192, most) if most > 0 else 8_192, most))
    report: dict[str, Any] = {"machine": machine(), "events": chosen.events, "rounds": chosen.rounds}
    report |= uvloop.run(measure(chosen.events, chosen.rounds))
    report["broken"] = broken(report)
    if chosen.json:
        print(json.dumps(report, indent=2))
    else:
        show(report)
        for line in report["broken"]:
            print(f"BROKEN: {line}")
    if chosen.check and report["broken"]:
        sys.exit(1)


if __name__ == "__main__":
    main()
