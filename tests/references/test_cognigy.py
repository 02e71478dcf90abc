"""The reference as a process of its own, started by file path, over real sockets."""

from __future__ import annotations

import ast
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import urllib3

from understudy.references.cognigy_endpoint import faults

if TYPE_CHECKING:
    from tests.references.conftest import FakeGenesys

FOLDER = Path(faults.__file__).parents[1]
SCRIPT = FOLDER / "cognigy.py"
PATH = "/genesys/ENDPOINT-1f0a7c52"
TOKEN = "aB3!#$%&'()*+,-./:;<=>?@[]^_`{|}~z9"
BOT = "5f0c1c9e-0d5c-4b8e-9a53-6c1f3f0a7e11"
GIVEN = {
    "GENESYS_CLIENT_ID": "client-1",
    "GENESYS_CLIENT_SECRET": "hush-client",
    "VERIFY_TOKEN": TOKEN,
    "BOT_ID": BOT,
    "OAUTH2_URL": "mypurecloud.de",
    "BACKOFF_SECONDS": "0.01",
}


class Running:
    """The process."""

    def __init__(self, base_url: str, *arguments: str, **environment: str) -> None:
        self.process = subprocess.Popen(
            # -I: isolated, so that nothing of the environment can be what makes its imports work.
            [sys.executable, "-I", str(SCRIPT), *arguments],
            env={**os.environ, "GENESYS_BASE_URL": base_url, **GIVEN, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.url = str(json.loads(self.process.stdout.readline())["listening"])
        self.pool = urllib3.PoolManager(retries=False)

    def says(self, text: str, path: str = PATH, **headers: str) -> tuple[int, dict[str, str], Any]:
        """(status, headers in lower case, body) of a turn."""
        sent = {"Content-Type": "application/json", "Verify-Token": TOKEN, **headers}
        response = self.pool.request("POST", self.url + path, body=turn(text), headers=sent)
        return response.status, {name.lower(): value for name, value in response.headers.items()}, response.json()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """(exit code, what it logged)."""
        self.process.send_signal(number)
        _, log = self.process.communicate(timeout=5)
        self.pool.clear()
        return self.process.returncode, log


def turn(text: str) -> bytes:
    """A turn of session s1."""
    message = {"type": "Text", "text": text}
    return json.dumps(
        {"botId": BOT, "botVersion": "1", "botSessionId": "s1", "inputMessage": message, "languageCode": "en-us"},
        ensure_ascii=False,
    ).encode()


@pytest.fixture
def run(genesys: FakeGenesys) -> Iterator[Callable[..., Running]]:
    """Starts processes, and kills what a test left."""
    started: list[Running] = []

    def start(*arguments: str, **environment: str) -> Running:
        started.append(Running(genesys.url, *arguments, **environment))
        return started[-1]

    yield start
    for running in started:
        if running.process.poll() is None:
            running.process.kill()
            running.process.communicate(timeout=5)


def test_it_answers_both_contracts_and_says_no_secret(run: Callable[..., Running]) -> None:
    running = run()
    status, headers, body = running.says("order")
    assert (status, headers["content-type"], headers["server"]) == (200, "application/json", "cognigy-reference")
    assert body["botState"] == "MOREDATA"
    assert running.says("🙂 עברית")[2]["slotValues"] == {"item": "🙂 עברית"}
    status, _, body = running.says("3", "/digital/messages")
    assert (status, body["botState"], body["intent"]) == (200, "Complete", "Success")
    assert running.says("hi", **{"Verify-Token": "wrong"})[0] == 401
    assert running.pool.request("GET", running.url + "/bots-list").json()["chatBots"][0]["id"] == BOT
    code, log = running.stop()
    assert code == 0
    assert "topology messenger, bot list full, faults: none" in log
    assert "hush" not in log
    assert TOKEN not in log


def test_a_client_that_hangs_up_does_no_harm(run: Callable[..., Running]) -> None:
    running = run(SLOW_SECONDS="0.2")
    address = urlsplit(running.url)
    body = turn("take your time")
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nverify-token: {TOKEN}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    for sent in (head.encode() + body, head.encode() + body[:10], head[:20].encode()):
        with socket.create_connection((address.hostname, address.port), timeout=5) as peer:
            peer.sendall(sent)
    assert running.says("hi")[0] == 200
    assert "Traceback" not in running.stop()[1]


def test_a_fault_breaks_it_and_it_stops_at_once(run: Callable[..., Running]) -> None:
    running = run("--fault", "accepts_any_token", SLOW_SECONDS="60", BOT_LIST="guide")
    assert running.says("done", **{"Verify-Token": "wrong"})[0] == 200
    address = urlsplit(running.url)
    with socket.create_connection((address.hostname, address.port), timeout=5) as peer:
        body = turn("take your time")
        peer.sendall(b"POST %b HTTP/1.1\r\nContent-Type: application/json\r\n" % PATH.encode())
        peer.sendall(b"Verify-Token: x\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
        code, log = running.stop(signal.SIGINT)
    assert code == 0
    assert "faults: accepts_any_token" in log


def test_a_missing_setting_ends_it_with_2() -> None:
    clean = {name: value for name, value in os.environ.items() if name not in GIVEN and name != "GENESYS_BASE_URL"}
    done = subprocess.run([sys.executable, str(SCRIPT)], env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "VERIFY_TOKEN is not set" in done.stderr


def test_it_imports_nothing_of_understudy_and_no_other_client() -> None:
    allowed = {"urllib3", "websockets", *sys.stdlib_module_names}
    for path in (SCRIPT, *(FOLDER / "cognigy_endpoint").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                assert {alias.name.split(".")[0] for alias in node.names} <= allowed, path
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                assert (node.module or "").split(".")[0] in allowed, path
            if isinstance(node, ast.ImportFrom):
                assert node.level <= 1 or (node.level == 2 and (node.module or "").startswith("vendor_side")), path
