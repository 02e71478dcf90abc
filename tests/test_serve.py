"""``serve`` as a process: the line that it announces itself with, and how it ends."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from understudy.children import Child, python
from understudy.control.client import ControlClient
from understudy.emulator import Emulator, EmulatorConfig
from understudy.record.reader import read_record
from understudy.serve import description, from_json, lines


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[tuple[Child, dict[str, Any]]]:
    config = {"admin": ["admin", "secret"], "run": str(tmp_path / "run")}
    command = python("-m", "understudy.serve", json.dumps(config))
    child = Child("the emulator", command, env={}, log=tmp_path / "emulator.log")
    yield child, child.first_line()
    child.stop()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_where_it_is_serves_and_ends_well_when_told_to(
    serving: tuple[Child, dict[str, Any]], number: signal.Signals, tmp_path: Path
) -> None:
    child, said = serving
    url = said["url"]
    assert said == {
        "url": url,
        "port": int(url.rpartition(":")[2]),
        "login": f"{url}/oauth/token",
        "api": f"{url}/api/v2",
        "notifications": url.replace("http", "ws") + "/channels/{id}",
        "control": f"{url}/understudy/",
        "client_id": "admin",
        "client_secret": "secret",
    }
    client = ControlClient(url)
    assert client.ready()
    (org,) = client.call("GET", "orgs")["orgs"]
    client.org(org["id"]).note("last words")
    child.process.send_signal(number)
    assert child.end(5.0) == 0
    assert child.tail() == "(it wrote nothing)"
    assert [entry.name for entry in read_record(tmp_path / "run")][-1] == "last words"


@pytest.mark.parametrize(
    ("config", "text"),
    [
        (
            {"salt": "a", "durability": "strict", "orgs": ["/"]},
            "--org is '/': can't be read: [Errno 21] Is a directory",
        ),
        ({"orgs": ["/no/such/org.yaml"]}, "--org is '/no/such/org.yaml': can't be read"),
        ({"run": "/proc/nowhere"}, "/proc/nowhere/record/0.jsonl: can't be created"),
        ({"limits": "generous"}, "limits is 'generous': give real, relaxed or the path of a limits file"),
    ],
)
def test_what_keeps_it_from_starting_is_one_json_line_and_exit_code_3(config: dict[str, Any], text: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "understudy.serve", json.dumps(config)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 3, done.stderr
    (line,) = done.stdout.splitlines()
    assert text in json.loads(line)["error"]
    assert "Traceback" not in done.stderr


def test_both_ways_are_told_where_http_and_https_are_served() -> None:
    emulator = Emulator(EmulatorConfig())
    emulator.origin, emulator.port, emulator.tls_origin = "http://a:1", 1, "https://a:2"
    told = description(emulator)
    assert (told["url"], told["tls_url"]) == ("http://a:1", "https://a:2")


def test_people_read_one_line_for_each_of_several_things() -> None:
    places = {
        "messengers": [
            {"org": "A", "name": "[b]", "url": "http://a/messenger/1"},
            {"org": "A", "name": "c", "url": "u"},
        ],
        "agents": [{"org": "A", "name": "Ann"}],
    }
    assert list(lines({"port": 1, **places})) == [
        ("port", "1"),
        ("messengers", "http://a/messenger/1  [b] (A)"),
        ("", "u  c (A)"),
        ("agents", "Ann (A)"),
    ]


def test_off_loopback_the_control_token_is_told() -> None:
    emulator = Emulator(EmulatorConfig(host="0.0.0.0"))
    emulator.origin, emulator.port = "http://genesys.test:8080", 8080
    told = description(emulator)
    assert told["token"] == emulator.control_token
    assert len(told["token"]) >= 32


def test_a_configuration_is_read_from_json() -> None:
    made = from_json({"run": "/tmp/run", "orgs": ["a.yaml"], "seed": 7})
    assert made == EmulatorConfig(run=Path("/tmp/run"), orgs=(Path("a.yaml"),), seed=7)
    assert from_json({}) == EmulatorConfig()
    assert from_json({"run": ""}).run is None
