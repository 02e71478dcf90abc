"""What one Platform API request costs, as a ratio to a bare aiohttp handler in the same run (DESIGN: Budgets).

    python benchmarks/platform_api.py [--requests 1500] [--rounds 15] [--memory 100000] [--json] [--check]

Whole path: token, permission, validation, record on disk. GET reads one queue of about 2 kB, POST creates one. The
servers are child processes on uvloop; CPU is the child's own process time, all its threads. Rounds alternate between
the servers and are short, so that a busy machine slows both; the ratio is the median of the rounds' ratios.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

CONNECTIONS = 16
BUDGETS = {"GET": 3.0, "POST": 3.3}  # ratios, binding
MEMORY_MIB = 150.0
FIRST_ANSWER = 0.6  # seconds
PATH = "/api/v2/routing/queues"
MEDIA = {
    "enableAutoAnswer": False,
    "alertingTimeoutSeconds": 30,
    "serviceLevel": {"percentage": 0.8, "durationMs": 20_000},
    "autoAnswerAlertToneSeconds": 0.3,
}
QUEUE: dict[str, Any] = {
    "description": "Orders, returns and everything that a customer wants to know of a delivery. " * 6,
    "mediaSettings": {"call": MEDIA, "callback": MEDIA, "chat": MEDIA, "email": MEDIA, "message": MEDIA},
    "routingRules": [{"operator": "ANY", "threshold": 50, "waitSeconds": wait} for wait in (20, 45, 90)],
    "acwSettings": {"wrapupPrompt": "MANDATORY_TIMEOUT", "timeoutMs": 300_000},
    "skillEvaluationMethod": "ALL",
    "agentOwnedRouting": {"enableAgentOwnedCallbacks": True, "maxOwnedCallbackHours": 24},
    "enableTranscription": True,
    "callingPartyName": "Understudy",
}


class Connection(asyncio.Protocol):
    """A keep-alive connection that sends the next request when an answer is complete."""

    def __init__(self, requests: Iterator[bytes], bodies: list[bytes], done: asyncio.Future[None]) -> None:
        self._requests, self._bodies, self._done = requests, bodies, done
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        """Take an answer; anything but a success ends the benchmark with its text."""
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        if len(body) < int(length or 0):
            return
        if head[9:10] != b"2":
            self._done.set_exception(SystemExit(self._buffer.decode()))
            return
        self._bodies.append(body)
        self._buffer = b""
        self._send()

    def connection_lost(self, error: Exception | None) -> None:
        """A server that goes away early ends the benchmark."""
        if not self._done.done():
            self._done.set_exception(SystemExit(f"the server closed a connection: {error}"))

    def _send(self) -> None:
        request = next(self._requests, None)
        if request is not None:
            self._transport.write(request)
        elif not self._done.done():
            self._done.set_result(None)
            self._transport.close()


async def drive(port: int, requests: list[bytes], connections: int = CONNECTIONS) -> list[bytes]:
    """Send all requests over some connections; returns the bodies in the order they came."""
    loop = asyncio.get_running_loop()
    source, bodies = iter(requests), list[bytes]()
    waits = [loop.create_future() for _ in range(min(connections, len(requests)))]
    for wait in waits:
        await loop.create_connection(lambda wait=wait: Connection(source, bodies, wait), "127.0.0.1", port)  # type: ignore[misc]
    await asyncio.gather(*waits)
    return bodies


@dataclass(slots=True)
class Subject:
    """One server under measurement, in a process of its own."""

    kind: str
    folder: Path
    created: int = 0
    cpu: dict[str, list[float]] = field(default_factory=dict)
    rate: dict[str, list[float]] = field(default_factory=dict)
    process: subprocess.Popen[str] = field(init=False)
    port: int = 0
    token: str = ""
    entity: bytes = b""
    first_answer: float = 0.0

    def start(self) -> None:
        """Start the server and create the queue that GET reads; the clock of the first answer runs from before."""
        started = time.perf_counter()
        command = [sys.executable, str(Path(__file__).with_name("platform_api_server.py")), self.kind, str(self.folder)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        hello = self._line()
        self.port, self.token = hello["port"], hello["token"]
        (self.entity,) = asyncio.run(drive(self.port, self.creates(1)))
        self.first_answer = time.perf_counter() - started

    def stop(self) -> None:
        """End the server."""
        self.process.kill()
        self.process.communicate()

    def used(self) -> tuple[float, float]:
        """(CPU seconds, resident MiB) of the server by now."""
        assert self.process.stdin is not None
        self.process.stdin.write("?\n")
        self.process.stdin.flush()
        cpu, mib = self._line()
        return float(cpu), float(mib)

    def creates(self, count: int) -> list[bytes]:
        """Requests that create queues, each with a name of its own."""
        numbers = range(self.created, self.created + count)
        self.created += count
        return [self.request("POST", PATH, {"name": f"Queue {number}", **QUEUE}) for number in numbers]

    def reads(self, count: int) -> list[bytes]:
        """Requests that read the first queue."""
        return [self.request("GET", f"{PATH}/{json.loads(self.entity)['id']}")] * count

    def request(self, method: str, path: str, body: dict[str, Any] | None = None) -> bytes:
        """One request as bytes, with the headers that an SDK sends."""
        payload = b"" if body is None else json.dumps(body).encode()
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAccept: application/json\r\n"
            f"User-Agent: benchmark\r\nAuthorization: Bearer {self.token}\r\nContent-Type: application/json\r\n"
        )
        length = f"Content-Length: {len(payload)}\r\n\r\n" if payload else "\r\n"
        return (head + length).encode() + payload

    def round(self, method: str, count: int) -> None:
        """Measure one round of requests."""
        requests = self.reads(count) if method == "GET" else self.creates(count)
        before, start = self.used()[0], time.perf_counter()
        asyncio.run(drive(self.port, requests))
        seconds = time.perf_counter() - start
        self.cpu.setdefault(method, []).append((self.used()[0] - before) / count * 1e6)
        self.rate.setdefault(method, []).append(count / seconds)

    def _line(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"the {self.kind} server ended early: see its message above")
        return json.loads(line)


def measure(count: int, rounds: int) -> dict[str, Any]:
    """CPU per request of both servers; the first round of each warms up and does not count."""
    with tempfile.TemporaryDirectory() as folder:
        subjects = [Subject(kind, Path(folder)) for kind in ("bare", "understudy")]
        try:
            for subject in subjects:
                subject.start()
            for method in BUDGETS:
                for _ in range(rounds + 1):
                    for subject in subjects:
                        subject.round(method, count)
            bare, whole = subjects
            return {method: _compared(method, bare, whole) for method in BUDGETS} | {"bytes": len(whole.entity)}
        finally:
            for subject in subjects:
                subject.stop()


def _compared(method: str, bare: Subject, whole: Subject) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for subject in (bare, whole):
        figures = subject.cpu[method][1:]
        shown[subject.kind] = {
            "cpu_us": round(median(figures), 1),
            "least": round(min(figures), 1),
            "most": round(max(figures), 1),
            "requests_per_s": round(median(subject.rate[method][1:])),
        }
    ratios = [ours / theirs for ours, theirs in zip(whole.cpu[method][1:], bare.cpu[method][1:], strict=True)]
    return {**shown, "ratio": round(median(ratios), 2), "budget": BUDGETS[method]}


def measure_memory(total: int) -> dict[str, Any]:
    """Resident MiB of the emulator idle, half way and at the end; of 1,000 requests 50 create, 900 read, 50 delete."""
    with tempfile.TemporaryDirectory() as folder:
        subject = Subject("understudy", Path(folder))
        try:
            subject.start()
            figures: dict[str, Any] = {
                "requests": total,
                "first_answer_s": round(subject.first_answer, 3),
                "idle_mib": round(subject.used()[1], 1),
            }
            for name in ("half_mib", "after_mib"):
                asyncio.run(_churn(subject, total // 2))
                figures[name] = round(subject.used()[1], 1)
            return figures
        finally:
            subject.stop()


async def _churn(subject: Subject, count: int) -> None:
    for _ in range(count // 1_000):
        made = await drive(subject.port, subject.creates(50))
        await drive(subject.port, subject.reads(900))
        paths = [f"{PATH}/{json.loads(body)['id']}" for body in made]
        await drive(subject.port, [subject.request("DELETE", path) for path in paths])


def machine() -> dict[str, Any]:
    """Where and with what this ran."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    return {
        "cpu": model,
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load": [round(load, 1) for load in os.getloadavg()],
        **{name: version(name) for name in ("aiohttp", "uvloop", "orjson", "jsonschema-rs")},
    }


def broken(report: dict[str, Any]) -> list[str]:
    """The budgets that were not met."""
    found = [
        f"{method}: {report[method]['ratio']} times the bare handler, budget {budget}"
        for method, budget in BUDGETS.items()
        if report[method]["ratio"] > budget
    ]
    memory = report.get("memory")
    if memory and memory["after_mib"] > MEMORY_MIB:
        found.append(f"memory: {memory['after_mib']} MiB, budget {MEMORY_MIB}")
    if memory and memory["first_answer_s"] > FIRST_ANSWER:
        found.append(f"first answer: {memory['first_answer_s']} s, budget {FIRST_ANSWER}")
    return found


def show(report: dict[str, Any]) -> None:
    """The report as text."""
    here = report["machine"]
    print(f"{here['cpu']}, {here['cores']} cores, {here['system']}, Python {here['python']}, load {here['load']}")
    print(f"entity of {report['bytes']} bytes, {report['rounds']} rounds of {report['requests']} requests each\n")
    print("        bare µs        understudy µs        ratio   budget   requests/s")
    for method in BUDGETS:
        row = report[method]
        cells = [f"{r['cpu_us']:6.1f} [{r['least']:.0f}-{r['most']:.0f}]" for r in (row["bare"], row["understudy"])]
        print(
            f"{method:5} {cells[0]:>16} {cells[1]:>20} {row['ratio']:9.2f} {row['budget']:8.1f}"
            f"   {row['understudy']['requests_per_s']}"
        )
    if memory := report.get("memory"):
        print(f"\nfirst answer {memory['first_answer_s']} s after process start (budget {FIRST_ANSWER})")
        print(
            f"resident {memory['idle_mib']} MiB idle, {memory['half_mib']} half way, {memory['after_mib']} after "
            f"{memory['requests']} requests (budget {MEMORY_MIB:.0f})"
        )


def main() -> None:
    """Run, print, and with ``--check`` exit 1 when a budget is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=1_500, help="requests a round")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--memory", type=int, default=100_000, metavar="REQUESTS", help="0 leaves memory out")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--check", action="store_true", help="exit 1 when a budget is broken")
    chosen = parser.parse_args()
    report: dict[str, Any] = {"machine": machine(), "requests": chosen.requests, "rounds": chosen.rounds}
    report |= measure(chosen.requests, chosen.rounds)
    if chosen.memory:
        report["memory"] = measure_memory(chosen.memory)
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
