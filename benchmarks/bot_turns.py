"""What a bot turn of a messenger's guest costs the emulator, beside a bare relay in the same run (issue: at most 3 ms).

    python benchmarks/bot_turns.py [--guests 200] [--turns 10] [--rounds 3] [--json] [--check]

Each guest has a socket of its own and says something once a second; the flow asks a bot over HTTP, the bot's answer
comes back on the socket. A turn is all of it: frame in, echo, flow, POST, answer, frame out, every byte in the record
on disk. Each answer must be the guest's own and in order: cross-talk ends the benchmark. The bare relay (aiohttp: a
WebSocket handler that echoes, posts, and hands the answer on) meets the same bot and the same guests. CPU is the server
process's own time, all its threads. Wall time is from a guest's frame to the bot's answer on its socket, so it has the
client's own queue in it; what the client's timers are late by stands beside it as the noise of the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import uvloop
from aiohttp import ClientSession, ClientWebSocketResponse, TCPConnector

from platform_api import machine

GAP = 1.0  # seconds from one turn of a guest to its next
BUDGET_MS = 3.0  # of the emulator's CPU a turn
TICK = 0.01  # seconds that the timer sleeps whose lateness is the noise
QUIET = 0.3  # seconds for the writer of the record to end
PATIENCE = 60.0


class Subject:
    """One server in a process of its own."""

    def __init__(self, kind: str, *arguments: str) -> None:
        self.kind = kind
        script = str(Path(__file__).with_name("bot_turns_server.py"))
        command = [sys.executable, script, kind, *arguments]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        hello = json.loads(self._line())
        self.url = f"http://127.0.0.1:{hello['port']}{hello['path']}"
        self.cpu: list[float] = []
        self.waited: list[list[float]] = []
        self.late: list[list[float]] = []

    def stop(self) -> None:
        """End the server."""
        self.process.kill()
        self.process.communicate()

    def used(self) -> list[float]:
        """[CPU seconds, resident MiB]."""
        assert self.process.stdin is not None
        self.process.stdin.write("?\n")
        self.process.stdin.flush()
        told: list[float] = json.loads(self._line())
        return told

    def _line(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"the {self.kind} server ended early: see its message above")
        return line


async def round_of(subject: Subject, guests: int, turns: int) -> None:
    """Measure one round: new guests, who all say their turns. The first frames (configure) are not in the CPU."""
    async with ClientSession(connector=TCPConnector(limit=0)) as http:
        sockets = [await configured(http, subject.url) for _ in range(guests)]
        for socket, token in sockets:  # the first turn starts the conversation and its flow: it is not counted
            await turn(socket, token, f"{token} hello")
        before, waited, late = subject.used()[0], list[float](), list[float]()
        timer = asyncio.create_task(lateness(late))
        async with asyncio.timeout(PATIENCE + turns * GAP):
            await asyncio.gather(
                *(guest(*one, turns, place / guests * GAP, waited) for place, one in enumerate(sockets))
            )
        timer.cancel()
        await asyncio.sleep(QUIET)
        spent = subject.used()[0] - before
        for socket, _ in sockets:
            await socket.close()
    subject.cpu.append(spent / guests / turns * 1e3)
    subject.waited.append(waited)
    subject.late.append(late)


async def configured(http: ClientSession, url: str) -> tuple[ClientWebSocketResponse, str]:
    """A guest's socket, its session configured."""
    socket, token = await http.ws_connect(url), str(uuid.uuid4())
    deployment = url.partition("deploymentId=")[2]
    await socket.send_json({"action": "configureSession", "token": token, "deploymentId": deployment})
    answer = await socket.receive_json()
    if answer["class"] != "SessionResponse":
        raise SystemExit(f"a guest was refused: {answer}")
    return socket, token


async def guest(socket: ClientWebSocketResponse, token: str, turns: int, start: float, waited: list[float]) -> None:
    """Say so many things at a steady pace; each must be answered, in order, by what this guest said."""
    loop = asyncio.get_running_loop()
    start += loop.time()
    for number in range(turns):
        await asyncio.sleep(max(0.0, start + number * GAP - loop.time()))
        waited.append(await turn(socket, token, f"{token} turn {number}"))


async def turn(socket: ClientWebSocketResponse, token: str, text: str) -> float:
    """One turn; how many milliseconds it took."""
    began = time.monotonic()
    await socket.send_json({"action": "onMessage", "token": token, "message": {"type": "Text", "text": text}})
    while True:
        frame = await socket.receive_json()
        body = frame["body"]
        if frame["class"] != "StructuredMessage" or body.get("direction") == "Inbound":
            if frame["code"] != 200:
                raise SystemExit(f"a guest was refused: {frame}")
            continue
        if body["text"] != f"bot: {text}":
            raise SystemExit(f"cross-talk or disorder: {text!r} was answered by {body['text']!r}")
        return (time.monotonic() - began) * 1e3


async def lateness(late: list[float]) -> None:
    """How late this process's timers are, in milliseconds."""
    while True:
        began = time.monotonic()
        await asyncio.sleep(TICK)
        late.append((time.monotonic() - began - TICK) * 1e3)


async def measure(guests: int, turns: int, rounds: int) -> dict[str, Any]:
    """Rounds that alternate between the servers; the first of each warms up and does not count."""
    subjects: list[Subject] = []
    with tempfile.TemporaryDirectory() as folder:
        try:
            subjects.append(bot := Subject("bot"))
            subjects += [bare := Subject("bare", bot.url), ours := Subject("understudy", bot.url, folder)]
            await round_of(bare, guests, 1)
            await round_of(ours, guests, 1)
            for _ in range(rounds):
                await round_of(bare, guests, turns)
                await round_of(ours, guests, turns)
            report = {one.kind: _figures(one) for one in (bare, ours)}
            ratios = [mine / theirs for mine, theirs in zip(ours.cpu[1:], bare.cpu[1:], strict=True)]
            return {**report, "ratio": round(median(ratios), 2), "resident_mib": round(ours.used()[1], 1)}
        finally:
            for subject in subjects:
                subject.stop()


def _figures(subject: Subject) -> dict[str, float]:
    cuts = [quantiles(waited, n=100) for waited in subject.waited[1:]]
    late = [quantiles(one, n=100)[98] for one in subject.late[1:]]
    return {
        "cpu_ms": round(median(subject.cpu[1:]), 2),
        "least": round(min(subject.cpu[1:]), 2),
        "most": round(max(subject.cpu[1:]), 2),
        "p50_ms": round(median(cut[49] for cut in cuts), 1),
        "p99_ms": round(median(cut[98] for cut in cuts), 1),
        "noise_p99_ms": round(median(late), 1),
    }


def show(report: dict[str, Any]) -> None:
    """The report as text."""
    here = report["machine"]
    print(f"{here['cpu']}, {here['cores']} cores, {here['system']}, Python {here['python']}, load {here['load']}")
    print(f"{report['guests']} guests x {report['turns']} turns, one a second each, {report['rounds']} rounds")
    print("\n              CPU ms a turn   p50 ms   p99 ms   timer p99 ms")
    for kind in ("bare", "understudy"):
        row = report[kind]
        cpu = f"{row['cpu_ms']:.2f} [{row['least']:.2f}-{row['most']:.2f}]"
        print(f"{kind:11} {cpu:>18} {row['p50_ms']:8.1f} {row['p99_ms']:8.1f} {row['noise_p99_ms']:14.1f}")
    print(f"\nratio {report['ratio']}, budget {BUDGET_MS} ms of CPU a turn; resident {report['resident_mib']} MiB")


def main() -> None:
    """Run, print, and with ``--check`` exit 1 when the budget is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--guests", type=int, default=200)
    parser.add_argument("--turns", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--check", action="store_true", help="exit 1 when the budget is broken")
    chosen = parser.parse_args()
    report: dict[str, Any] = {"machine": machine(), "guests": chosen.guests, "turns": chosen.turns}
    report |= {"rounds": chosen.rounds, "budget_ms": BUDGET_MS}
    report |= uvloop.run(measure(chosen.guests, chosen.turns, chosen.rounds))
    report["broken"] = report["understudy"]["cpu_ms"] > BUDGET_MS
    if chosen.json:
        print(json.dumps(report, indent=2))
    else:
        show(report)
        if report["broken"]:
            print(f"BROKEN: {report['understudy']['cpu_ms']} ms of CPU a turn, budget {BUDGET_MS}")
    if chosen.check and report["broken"]:
        sys.exit(1)


if __name__ == "__main__":
    main()
