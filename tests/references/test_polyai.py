"""The reference as a process of its own, started by file path, against a tiny Genesys."""

from __future__ import annotations

import ast
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import urllib3

from understudy.references.polyai_endpoint import faults

if TYPE_CHECKING:
    from tests.references.conftest import FakeGenesys, Rig

FOLDER = Path(faults.__file__).parents[1]
SCRIPT = FOLDER / "polyai.py"
HOOK = "/webhooks/genesys/ACCOUNT-27a33660/PROJECT-c4876e30/live/events"
SECRET = "a-secret-of-16+ch"


class Running:
    """The process."""

    def __init__(self, base_url: str, *arguments: str, **environment: str) -> None:
        given = {
            "GENESYS_BASE_URL": base_url,
            "GENESYS_INTEGRATION_ID": "integration-1",
            "GENESYS_CLIENT_ID": "client-1",
            "GENESYS_CLIENT_SECRET": "hush-client",
            "WEBHOOK_SECRET": SECRET,
            "BACKOFF_SECONDS": "0.01",
        }
        self.process = subprocess.Popen(
            # -I: isolated, so that nothing of the environment can be what makes its imports work.
            [sys.executable, "-I", str(SCRIPT), *arguments],
            env={**os.environ, **given, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.url = str(json.loads(self.process.stdout.readline())["listening"])
        self.pool = urllib3.PoolManager(retries=False)

    def request(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, Any]:
        """(status, body) of a request."""
        response = self.pool.request(method, self.url + path, body=body, headers=headers)
        return response.status, response.json()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """(exit code, what it logged)."""
        self.process.send_signal(number)
        _, log = self.process.communicate(timeout=5)
        self.pool.clear()
        return self.process.returncode, log


@pytest.fixture
def run(genesys: FakeGenesys) -> Iterator[Callable[..., Running]]:
    """Starts processes, and kills what a test left."""
    started: list[Running] = []

    def start(*arguments: str, **environment: str) -> Running:
        started.append(Running(genesys.url, *arguments, **environment))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.stop(signal.SIGKILL)


def test_a_conversation_from_the_bot_to_an_agent_and_back(
    genesys: FakeGenesys, run: Callable[..., Running], start: Callable[..., Rig]
) -> None:
    rig: Any = start()  # for its builders
    running = run()
    assert running.request("GET", "/ready") == (200, {"ready": True})
    assert running.request("POST", "/users/ann/messages", b'{"text": "agent please"}')[0] == 202
    genesys.wait("/inbound/open/message")
    genesys.wait(genesys.conversation)
    raw = json.dumps(rig.outbound("ann", "<i>Hello</i> é", id_="m1"), ensure_ascii=False).encode()
    assert running.request("POST", HOOK, raw)[0] == 401
    assert running.request("POST", HOOK, raw, **{"X-Hub-Signature-256": rig.sign(raw)})[0] == 200
    assert genesys.wait("/receipt")[0].body["status"] == "Delivered"
    genesys.participants = [rig.participant("customer", "disconnected")]
    genesys.notify("customer.end")
    path = "/users/ann/messages"
    rig.until(lambda: running.request("GET", path)[1]["mode"], lambda mode: mode == "bot")
    shown = running.request("GET", path)[1]["messages"]
    assert [(item["type"], item["from"]) for item in shown] == [
        ("notice", "system"),
        ("text", "agent"),
        ("notice", "system"),
    ]
    assert shown[1]["text"] == "<i>Hello</i> é"
    assert genesys.tokens == 1
    code, log = running.stop()
    assert code == 0
    assert "hush" not in log
    assert SECRET not in log


def test_a_fault_breaks_it(genesys: FakeGenesys, run: Callable[..., Running]) -> None:
    running = run("--fault", "get_is_200", "--fault", "accepts_unsigned")
    assert running.request("GET", HOOK)[0] == 200
    assert running.request("POST", HOOK, b'{"type": "Receipt"}')[0] == 200
    code, log = running.stop(signal.SIGINT)
    assert code == 0
    assert "faults: accepts_unsigned, get_is_200" in log


def test_it_stops_at_once_though_it_waits_for_genesys(
    genesys: FakeGenesys, run: Callable[..., Running], start: Callable[..., Rig]
) -> None:
    scripted = start().scripted(429, headers={"Retry-After": "60"})
    genesys.scripts["/inbound/open/message"].append(scripted)
    running = run()
    running.request("POST", "/users/ann/messages", b'{"text": "agent please"}')
    genesys.wait("/inbound/open/message")
    assert running.stop()[0] == 0


def test_a_missing_setting_ends_it_with_2() -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("GENESYS_", "WEBHOOK_"))}
    done = subprocess.run([sys.executable, str(SCRIPT)], env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "GENESYS_BASE_URL is not set" in done.stderr


def test_it_imports_nothing_of_understudy_and_no_other_client() -> None:
    allowed = {"urllib3", "websockets", *sys.stdlib_module_names}
    packages = (FOLDER / "polyai_endpoint", FOLDER / "vendor_side")
    for path in (SCRIPT, *(path for folder in packages for path in folder.glob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                assert {alias.name.split(".")[0] for alias in node.names} <= allowed, path
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                assert (node.module or "").split(".")[0] in allowed, path
            if isinstance(node, ast.ImportFrom):
                assert node.level <= 1 or (node.level == 2 and (node.module or "").startswith("vendor_side")), path
