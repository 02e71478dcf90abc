from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run, words

from understudy import serve as serving


def test_a_port_that_is_taken_is_exit_code_3(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, _, err = run("serve", "--port", str(port))
    assert (code, err) == (
        3,
        f"understudy: port {port} on 127.0.0.1 can't be bound (Address already in use): "
        "stop what listens there or give another --port\n",
    )


@pytest.mark.parametrize(("flags", "generic"), [((), True), (("--generic",), True), (("--no-generic",), False)])
def test_generic_answers_are_on_in_serve_unless_refused(
    run: Run, monkeypatch: pytest.MonkeyPatch, flags: tuple[str, ...], generic: bool
) -> None:
    seen: list[Any] = []
    monkeypatch.setattr(serving, "run", lambda config, _: seen.append(config.generic))
    assert run("serve", *flags)[0] == 0
    assert seen == [generic]


def test_a_malformed_org_file_is_exit_code_2_with_file_and_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "org.yaml").write_text("organization: {name: A}\nusrs: []\n")
    code, _, err = run("serve", "--port", "0", "--org", "org.yaml")
    assert (code, err) == (2, "understudy: org.yaml:2: usrs is 'usrs': did you mean 'users'?\n")


def test_an_unknown_way_to_look_at_scopes_is_wrong_use(run: Run) -> None:
    code, out, err = run("serve", "--port", "0", "--scopes", "strickt")
    assert (code, out) == (2, "")
    assert "scopes is 'strickt': did you mean 'strict'?" in words(err)


def told_by(tmp_path: Path, *flags: str) -> dict[str, str]:
    """What ``serve`` prints until it is ready, by name."""
    command = [sys.executable, "-m", "understudy", "serve", "--port", "0", "--admin-client", "me:my-secret", *flags]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told: dict[str, str] = {}
        for line in process.stdout:
            name, _, value = line.strip().partition("  ")
            told[name] = value
            if line.startswith("ready"):
                break
        process.terminate()
        assert process.wait(10) == 0
    return told


def test_serve_says_where_everything_is(tmp_path: Path) -> None:
    told = told_by(tmp_path)
    assert "desktop" not in told  # nobody could be answered there
    assert (told["client_id"], told["client_secret"]) == ("me", "my-secret")
    assert told["login"] == f"{told['url']}/oauth/token"
    assert told["control"] == f"{told['url']}/understudy/"
    assert "ready; Ctrl-C stops it" in told


def test_the_example_is_a_messenger_and_an_agent_whose_pages_are_told(tmp_path: Path) -> None:
    told = told_by(tmp_path, "--example")
    url, _, who = told["messengers"].partition("  ")
    assert url.startswith(f"{told['url']}/messenger/")
    assert who == "Example messenger (Understudy)"
    assert told["desktop"] == f"{told['url']}/desktop"
    assert told["agents"] == "Example Agent (Understudy)"
