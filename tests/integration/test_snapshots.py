"""Orgs as files, over the wire: export, snapshot, restore and reset by the command, as a user runs it."""

from __future__ import annotations

import json
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import urllib3
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from understudy.children import python

if TYPE_CHECKING:
    from tests.integration.conftest import Hook, Office, Serve, Serving


@pytest.fixture(scope="module")
def emulator(serve: Serve) -> Iterator[Serving]:
    with serve() as running:
        yield running


def run(serving: Serving, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = python("-m", "understudy", "org", *map(str, arguments), "--url", serving.url)
    return subprocess.run(command, capture_output=True, text=True, check=False)


def read(serving: Serving, path: str) -> Any:
    """What the API says, without what it stamps."""
    return [
        {k: v for k, v in one.items() if not k.startswith("date")} for one in serving.api("GET", path).json["entities"]
    ]


LISTS = ("/routing/queues", "/users", "/authorization/roles", "/routing/wrapupcodes", "/routing/message/recipients")


def test_a_restored_org_is_the_same_to_its_clients_and_what_lived_in_it_is_ended(
    emulator: Serving, hook: Hook, furnish: Callable[..., Office], tmp_path: Path
) -> None:
    office = furnish(emulator, hook.url, "Restore")
    file = tmp_path / "before.json"
    done = run(emulator, "snapshot", file)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = {path: read(emulator, path) for path in LISTS}
    conversation = office.conversation("customer")["conversation"]
    channel = emulator.made("/notifications/channels", None)
    assert emulator.api("DELETE", f"/routing/wrapupcodes/{office.ids['code']}").status in (200, 204)
    emulator.made("/routing/queues", {"name": "Later"})
    with connect(channel["connectUri"]) as socket:
        assert run(emulator, "restore", file, "--json").returncode == 0
        with pytest.raises(ConnectionClosed):
            drain(socket)
        assert socket.close_code == 1001
    assert emulator.api("GET", "/users").status == 401
    emulator.token = emulator.log_in()
    assert {path: read(emulator, path) for path in LISTS} == before
    assert emulator.api("GET", f"/conversations/{conversation}").status == 404
    office.conversation("another customer")  # the flow, the queue, its members and the integration work on
    emulator.check_unharmed()


def test_a_delivery_that_waits_for_its_next_try_holds_up_no_reset_and_nobody_after_it(
    emulator: Serving,
    hook: Hook,
    furnish: Callable[..., Office],
    until: Callable[[Callable[[], Any]], Any],
    tmp_path: Path,
) -> None:
    office = furnish(emulator, hook.url, "Retry")
    file = tmp_path / "before.json"
    assert run(emulator, "snapshot", file).returncode == 0
    hook.answers = [503]
    before = len(hook.got)
    assert emulator.says(office.ids["integration"], "waiting", "hello").status == 200
    until(lambda: len(hook.got) > before)  # the flow's greeting was refused: it is tried again in a minute
    assert run(emulator, "restore", file).returncode == 0
    emulator.token = emulator.log_in()
    told = len(hook.got)
    hook.answers = []
    assert emulator.says(office.ids["integration"], "waiting", "hello again").status == 200
    until(lambda: len(hook.got) > told)
    emulator.check_unharmed()


def drain(socket: ClientConnection) -> None:
    while True:
        socket.recv(5.0)


def test_a_damaged_snapshot_is_refused_by_file_and_by_wire_and_changes_nothing(
    emulator: Serving, tmp_path: Path
) -> None:
    file = tmp_path / "x.json"
    assert run(emulator, "snapshot", file).returncode == 0
    document = json.loads(file.read_text())
    name = document["body"]["org"]["name"]
    document["body"]["org"]["name"] = "Changed"
    path = f"{emulator.url}/understudy/orgs/{document['body']['org']['id']}/restore"
    answer = urllib3.request("PUT", path, body=json.dumps(document))
    assert answer.status == 400
    assert answer.json()["error"].startswith("snapshot is 'damaged': its checksum is not that of its content")
    file.write_text(json.dumps(document))
    done = run(emulator, "restore", file)
    assert done.returncode == 2
    assert f"understudy: {file} is 'damaged'" in done.stderr
    assert emulator.control.call("GET", "orgs")["orgs"][0]["name"] == name
    assert emulator.api("GET", "/users").status == 200


def test_a_snapshot_is_restored_in_an_emulator_that_never_had_the_org(
    emulator: Serving, serve: Serve, tmp_path: Path
) -> None:
    file = tmp_path / "x.json"
    made = emulator.made("/routing/queues", {"name": "Elsewhere"})
    assert run(emulator, "snapshot", file).returncode == 0
    with serve(seed=2) as other:
        assert run(other, "restore", file).returncode == 0
        (org,) = [one for one in other.control.call("GET", "orgs")["orgs"] if one["id"] == emulator.org.org]
        other.token = other.log_in(emulator.client)
        assert other.api("GET", f"/routing/queues/{made['id']}").json["name"] == "Elsewhere"
        again = other.made("/routing/queues", {"name": "After"})
        assert again["id"] != made["id"]
        assert again["id"] == emulator.made("/routing/queues", {"name": "After"})["id"]  # ids go on alike
        done = run(other, "reset", "--org", org["id"])
        assert done.returncode == 2
        assert "it came from a snapshot and has no org file: restore the snapshot" in done.stderr


def test_an_exported_org_loads_again_with_its_secrets_beside_it(
    emulator: Serving, serve: Serve, hook: Hook, furnish: Callable[..., Office], tmp_path: Path
) -> None:
    emulator.org.post("reset")
    emulator.token = emulator.log_in()
    office = furnish(emulator, hook.url, "Export")
    file = tmp_path / "org.yaml"
    done = run(emulator, "export", "--out", file)
    assert done.returncode == 0, done.stderr
    variables = tmp_path / "org.env"
    assert stat.S_IMODE(variables.stat().st_mode) == 0o600
    secret = office.ids["secret"]
    assert secret in variables.read_text()
    assert secret not in file.read_text() + done.stderr + run(emulator, "export").stdout
    env = {
        name: value.strip("'")
        for name, _, value in (line.partition("=") for line in variables.read_text().splitlines())
    }
    with serve(default=False, orgs=[str(file)], environment=env, admin=emulator.client) as other_line:
        other_line.token = other_line.log_in((office.ids["client"], secret))
        admin = other_line.log_in(emulator.client)
        for path in LISTS:
            theirs = other_line.api("GET", path, token=admin).json["entities"]
            ours = emulator.api("GET", path).json["entities"]
            assert [settled(one) for one in theirs] == [settled(one) for one in ours]


def settled(one: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in one.items() if not key.startswith("date") and not key.endswith("By")}


def test_which_org_is_meant_must_be_said_where_there_are_several(emulator: Serving) -> None:
    emulator.control.call("POST", "orgs", {"text": "organization: {name: Second}\n", "path": "x", "env": {}})
    done = run(emulator, "export")
    assert done.returncode == 2
    assert "--org is '': there are several: give Second or Understudy" in done.stderr
    done = run(emulator, "export", "--org", "Secnd")
    assert "--org is 'Secnd': did you mean 'Second'?" in done.stderr
    assert run(emulator, "export", "--org", "second").stdout.startswith("organization:\n  id: ")
    assert run(emulator, "reset", "--org", "Second", "--seed", "9", "--json").returncode == 0
