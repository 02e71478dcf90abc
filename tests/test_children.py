"""Child processes: what they say first, how they end, and what is told when they do not come up."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from understudy import children
from understudy.children import Child, end_of, python
from understudy.errors import StartError

Start = Callable[..., Child]
WAIT = "import signal, sys; print('{\"up\": 1}', flush=True); signal.pause()"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts ``python -c CODE`` as a child and stops it."""
    started: list[Child] = []

    def child(code: str, *, env: dict[str, str] | None = None, speaks: bool = True) -> Child:
        log = tmp_path / "logs" / f"{len(started)}.log"
        started.append(Child("the child", [sys.executable, "-c", code], env=env or {}, log=log, speaks=speaks))
        return started[-1]

    yield child
    for one in started:
        one.stop()


def test_a_child_says_where_it_listens_in_its_first_json_line(start: Start) -> None:
    child = start(
        "import os; print('starting'); print('[1]'); print('{\"url\": \"' + os.environ['WHO'] + '\"}')",
        env={"WHO": "me"},
    )
    assert child.first_line() == {"url": "me"}


def test_a_child_is_stopped_with_what_it_started(start: Start) -> None:
    code = (
        "import subprocess, sys, json; c = subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()']); "
    )
    child = start(code + "print(json.dumps({'pid': c.pid}), flush=True); c.wait()")
    grandchild = child.first_line()["pid"]
    child.stop()
    assert not child.is_running
    for _ in range(1000):
        try:
            os.kill(grandchild, 0)
        except ProcessLookupError:
            break
        if Path(f"/proc/{grandchild}/stat").read_text().split()[2] == "Z":
            break  # nobody has collected it yet
        subprocess.run([sys.executable, "-c", ""], check=True)
    else:
        raise AssertionError("the grandchild is still there")


def test_a_child_that_will_not_stop_is_killed(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "STOP_SECONDS", 0.05)
    child = start("import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + WAIT)
    child.first_line()
    child.stop()
    assert child.process.returncode == -signal.SIGKILL


def test_stopping_twice_is_stopping_once(start: Start) -> None:
    child = start(WAIT)
    child.first_line()
    child.stop()
    child.stop()
    assert child.process.returncode == -signal.SIGTERM


def test_a_child_that_ends_at_once_is_told_with_its_exit_code_and_its_log(start: Start) -> None:
    child = start("import sys; sys.exit('no such setting')")
    with pytest.raises(StartError) as raised:
        child.first_line()
    assert str(raised.value) == (
        "the child ended with exit code 1 before it said where it listens; the end of its log:\nno such setting"
    )


def test_a_child_that_stays_silent_is_told(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "START_SECONDS", 0.05)
    with pytest.raises(StartError) as raised:
        start("import signal; signal.pause()").first_line()
    assert str(raised.value) == ("the child did not come up within 0.05 s; the end of its log:\n(it wrote nothing)")


def test_a_command_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(StartError) as raised:
        Child("the target", ["/no/such/program", "--port", "9 000"], env={}, log=tmp_path / "log")
    assert str(raised.value) == (
        "the target could not be started: /no/such/program --port '9 000': No such file or directory"
    )


def test_a_vendors_chatter_goes_to_the_log_and_never_blocks_it(start: Start) -> None:
    child = start("print('x' * 300_000); import sys; print('end', file=sys.stderr)", speaks=False)
    assert child.end(10.0) == 0
    assert child.log.read_text("utf-8").count("x") == 300_000
    assert child.tail().endswith("end")


def test_a_process_that_runs_too_long_is_ended(start: Start) -> None:
    child = start("import signal; signal.pause()")
    assert child.end(0.05) == -signal.SIGKILL
    assert not child.is_running


def test_a_child_has_a_group_of_its_own_and_the_environment_of_its_parent(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INHERITED", "yes")
    child = start("import os, json; print(json.dumps({'group': os.getpgrp(), 'inherited': os.environ['INHERITED']}))")
    said = child.first_line()
    assert said == {"group": child.process.pid, "inherited": "yes"}


def test_a_module_is_never_looked_for_in_the_users_folder(tmp_path: Path) -> None:
    (tmp_path / "json").mkdir()
    (tmp_path / "json" / "__init__.py").write_text("raise SystemExit('the wrong json')")
    (tmp_path / "json" / "tool.py").write_text("")
    done = subprocess.run(
        python("-m", "json.tool"), cwd=tmp_path, input="[1]", capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.split()) == (0, ["[", "1", "]"])
    assert python("/some/reference.py") == [sys.executable, "-B", "/some/reference.py"]


def test_only_the_end_of_a_file_is_read(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_bytes(b"x" * 5000 + b"\xc3\xa9nd")
    assert end_of(log, 4) == "énd"
    assert end_of(log, 3) == "\N{REPLACEMENT CHARACTER}nd"
    assert len(end_of(log, 1_000_000)) == 5003
