"""The messenger as a process of its own, started by file path, over real sockets."""

from __future__ import annotations

import ast
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3
from tests.references.messenger_endpoint.conftest import FakeMessaging, told, until

from understudy.references.messenger_endpoint import faults

FOLDER = Path(faults.__file__).parents[1]
SCRIPT = FOLDER / "messenger.py"
GIVEN = {"GENESYS_DEPLOYMENT_ID": "d-1", "BACKOFF_SECONDS": "0.05"}


class Running:
    """The process."""

    def __init__(self, base_url: str, *arguments: str) -> None:
        self.process = subprocess.Popen(
            # -I: isolated, so that nothing of the environment can be what makes its imports work.
            [sys.executable, "-I", str(SCRIPT), *arguments],
            env={**os.environ, "GENESYS_BASE_URL": base_url, **GIVEN},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.url = str(json.loads(self.process.stdout.readline())["listening"])
        self.pool = urllib3.PoolManager(retries=False)

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        answer = self.pool.request(method, self.url + path, body=None if body is None else json.dumps(body))
        return answer.status, answer.json()

    def stop(self) -> tuple[int, str]:
        """(exit code, what it logged)."""
        self.process.send_signal(signal.SIGTERM)
        _, log = self.process.communicate(timeout=5)
        self.pool.clear()
        return self.process.returncode, log


@pytest.fixture
def fake() -> Iterator[FakeMessaging]:
    one = FakeMessaging()
    yield one
    one.stop()


@pytest.fixture
def run(fake: FakeMessaging) -> Iterator[Callable[..., Running]]:
    """Starts processes, and kills what a test left."""
    started: list[Running] = []

    def start(*arguments: str) -> Running:
        started.append(Running(fake.url, *arguments))
        return started[-1]

    yield start
    for running in started:
        if running.process.poll() is None:
            running.process.kill()
            running.process.communicate(timeout=5)


def test_a_user_chats_through_the_door_and_no_token_is_said(run: Callable[..., Running], fake: FakeMessaging) -> None:
    running = run()
    assert running.call("GET", "/users/ann/messages") == (200, {"messages": []})
    assert running.call("POST", "/users/ann/messages", {"text": "hello"})[0] == 202
    fake.wait("onMessage")
    fake.push(told(id="m1", text="Hi"))
    listed = until(lambda: running.call("GET", "/users/ann/messages")[1], lambda found: bool(found["messages"]))
    assert [(one["id"], one["text"], one["from"]) for one in listed["messages"]] == [("m1", "Hi", "agent")]
    token = fake.said("configureSession")[0]["token"]
    code, log = running.stop()
    assert code == 0
    assert "deployment d-1, faults: none" in log
    assert token not in log


def test_a_fault_breaks_it(run: Callable[..., Running], fake: FakeMessaging) -> None:
    running = run("--fault", "token_not_uuid")
    running.call("POST", "/users/ann/messages", {"text": "hello"})
    assert fake.wait("configureSession")[0]["token"].startswith("guest-")
    assert "faults: token_not_uuid" in running.stop()[1]


def test_a_missing_setting_ends_it_with_2() -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GENESYS_")}
    done = subprocess.run([sys.executable, str(SCRIPT)], env=clean, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "GENESYS_DEPLOYMENT_ID is not set" in done.stderr


def test_it_imports_nothing_of_understudy_and_no_other_client() -> None:
    allowed = {"urllib3", "websockets", *sys.stdlib_module_names}
    for path in (SCRIPT, *(FOLDER / "messenger_endpoint").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                assert {alias.name.split(".")[0] for alias in node.names} <= allowed, path
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                assert (node.module or "").split(".")[0] in allowed, path
            if isinstance(node, ast.ImportFrom):
                assert node.level <= 1 or (node.level == 2 and (node.module or "").startswith("vendor_side")), path
