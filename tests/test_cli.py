"""The command: help with examples, exit codes, and what a user reads who asks wrongly."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from understudy import cli
from understudy.material import material
from understudy.suite import load_suite, suite_names
from understudy.verify import command as verify_command
from understudy.verify import slots

COMMANDS = ("serve", "verify", "faults", "reference", "suites", "init", "check", "report", "contracts build")
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Runs the command in an empty folder: exit code, standard output, standard error."""
    monkeypatch.chdir(tmp_path)

    def main(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["understudy", *arguments])
        code = 0
        try:
            cli.main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        told = capsys.readouterr()
        return code, told.out, told.err

    return main


def words(text: str) -> str:
    """Text without boxes and line breaks."""
    return " ".join(re.sub(r"[│╭╮╰╯─━┃]", " ", text).split())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shows_an_example_of_itself(run: Run, command: str) -> None:
    code, out, _ = run(*command.split(), "--help")
    assert code == 0
    assert f"Example: understudy {command}" in words(out)


def test_help_lists_every_command_and_an_example(run: Run) -> None:
    code, out, _ = run("--help")
    assert code == 0
    for command in COMMANDS:
        assert f" {command.split()[0]} " in out
    assert "Example: understudy verify polyai" in words(out)
    assert "The stand-in for Genesys Cloud that rehearses an integration before it goes live." in words(out)


def test_no_command_is_left_out_of_these_tests() -> None:
    named = {info.name or getattr(info.callback, "__name__", "") for info in cli.app.registered_commands}
    assert named == {command for command in COMMANDS if " " not in command}


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ("verify nonsense", "suite is 'nonsense': known are open_messaging, polyai"),
        ("verify polyay", "suite is 'polyay': did you mean 'polyai'?"),
        ("verify polyai --fault nonsense", "--fault is 'nonsense': known are "),
        ("verify open_messaging --fault no_dedup", "--fault is 'no_dedup': did you mean 'no_dedupe'?"),
        ("verify polyai --only PA-V22", "row or check is 'PA-V22': did you mean 'PA-V2'?"),
        ("verify polyai --skip X*", "row or check is 'X*': known are "),
        (
            "verify polyai --target localhost:9",
            "target.url is 'localhost:9': give the webhook's URL, http:// or https://",
        ),
        ("verify polyai --config nope.toml", "config is 'nope.toml': no such file: `understudy init SUITE` writes one"),
        ("verify polyai --durability strickt", "durability is 'strickt': did you mean 'strict'?"),
        ("verify polyai --workers 0", "workers is 0: give 1 to 64 test workers"),
        (
            "verify polyai --fault never_replies --target http://127.0.0.1:9/",
            "--fault is 'never_replies': a fault breaks the reference: leave the target out, or the fault",
        ),
        ("verify polyai --out /proc/no", "/proc/no: No such file or directory"),
        ("faults polyay", "suite is 'polyay': did you mean 'polyai'?"),
        ("reference polyai --fault never_reply", "--fault is 'never_reply': did you mean 'never_replies'?"),
        ("init polyay", "suite is 'polyay': did you mean 'polyai'?"),
        ("init polyai --config no/such/folder.toml", "no/such/folder.toml: No such file or directory"),
        ("serve --admin-client secret", "--admin-client is 'secret': give ID:SECRET"),
        ("serve --org no.yaml", "--org is 'no.yaml': no such file"),
        ("serve --limits generous", "limits is 'generous': give real, relaxed or the path of a limits file"),
        ("serve --durability later", "durability is 'later': known are group, strict"),
        ("check nowhere", "nowhere: no record here: give a run's folder or a segment such as 0.jsonl"),
        ("report nowhere", "nowhere: no report here: give the folder of a run, such as runs/<suite>-<time>"),
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(run: Run, arguments: str, text: str) -> None:
    code, out, err = run(*arguments.split())
    assert (code, out) == (2, "")
    line = err.strip().splitlines()[-1]
    assert line.startswith("understudy: ")
    assert line.removeprefix("understudy: ").startswith(text)


@pytest.mark.parametrize("arguments", ["nonsense", "verify", "verify --colour red", "serve --port 70000", "check"])
def test_wrong_arguments_are_exit_code_2_too(run: Run, arguments: str) -> None:
    code, _, err = run(*arguments.split())
    assert code == 2
    assert "Error" in err


def test_a_wrong_key_of_the_settings_file_is_named_with_the_nearest(run: Run, tmp_path: Path) -> None:
    (tmp_path / "understudy.toml").write_text('topolgy = "channel"\n')
    code, _, err = run("verify", "polyai")
    assert (code, err) == (2, "understudy: understudy.toml: key is 'topolgy': did you mean 'topology'?\n")


def test_a_target_that_can_not_be_reached_is_exit_code_3(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "ANSWER_SECONDS", 0.1)
    code, out, err = run("verify", "polyai", "--target", "http://127.0.0.1:9/")
    assert (code, out) == (3, "")
    told = words(err)
    assert told.startswith("understudy: the target does not answer at http://127.0.0.1:9/ (")
    assert told.endswith("start it first, or set [target] start and ready")


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


def test_a_malformed_org_file_is_exit_code_2_with_file_and_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "org.yaml").write_text("organization: {name: A}\nusrs: []\n")
    code, _, err = run("serve", "--port", "0", "--org", "org.yaml")
    assert (code, err) == (2, "understudy: org.yaml:2: usrs is 'usrs': did you mean 'users'?\n")


@pytest.mark.parametrize("name", suite_names())
def test_faults_are_a_list_of_objects_with_name_checks_and_rows(run: Run, name: str) -> None:
    code, out, _ = run("faults", name, "--json")
    found, suite = json.loads(out), load_suite(name)
    assert code == 0
    assert len(found) >= 3
    known = {row.id for row in suite.rows}
    for one in found:
        assert {"name", "checks", "rows"} <= set(one)
        assert all(isinstance(one[key], list) for key in ("checks", "rows"))
        assert set(one["checks"]) & set(suite.checks) or set(one["rows"]) & known


def test_faults_are_a_table_whose_names_are_never_cut(run: Run) -> None:
    code, out, _ = run("faults", "polyai")
    assert code == 0
    assert "reads_whole_conversation" in out
    assert "…" not in out


def test_suites_are_listed_for_people_and_programs(run: Run) -> None:
    code, out, _ = run("suites")
    assert code == 0
    assert "PolyAI over Open Messaging" in out
    code, out, _ = run("suites", "--json")
    found = {one["name"]: one for one in json.loads(out)}
    assert list(found) == suite_names()
    assert found["polyai"]["rows"] == [row.id for row in load_suite("polyai").rows]
    assert {"title", "guide"} <= set(found["polyai"])


def test_init_writes_once_and_never_over_what_is_there(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("init", "polyai", "--export-env", "vendor.env")
    assert code == 0
    assert "GENESYS_CLIENT_SECRET" in out
    before = (tmp_path / "understudy.toml").read_bytes()
    assert b"GENESYS_CLIENT_SECRET=" in (tmp_path / "vendor.env").read_bytes()
    code, _, err = run("init", "polyai", "--seed", "7")
    assert (code, err) == (
        2,
        "understudy: file is 'understudy.toml': it is there already: give --force, or another name\n",
    )
    assert (tmp_path / "understudy.toml").read_bytes() == before
    assert run("init", "polyai", "--seed", "7", "--force")[0] == 0
    assert (tmp_path / "understudy.toml").read_bytes() != before


@pytest.mark.parametrize(("red", "options", "code"), [(False, [], 0), (True, [], 1), (True, ["--report-only"], 0)])
def test_red_rows_are_exit_code_1_unless_only_a_report_is_wanted(
    run: Run, monkeypatch: pytest.MonkeyPatch, red: bool, options: list[str], code: int
) -> None:
    asked: dict[str, Any] = {}

    def run_suites(suites: Any, settings: Any, **more: Any) -> bool:
        asked.update(more, suites=suites, settings=settings)
        return red

    monkeypatch.setattr(verify_command, "run_suites", run_suites)
    given = ["--only", "V*", "--only", "F1", "--skip", "V4", "--seed", "7", "--workers", "2", "--max-wait", "3"]
    assert run("verify", "polyai", "open_messaging", *given, *options)[0] == code
    assert [suite.name for suite in asked["suites"]] == ["polyai", "open_messaging"]
    assert (asked["only"], asked["skip"]) == (("V*", "F1"), ("V4",))
    settings = asked["settings"]
    assert (settings.seed, settings.workers, settings.max_wait) == (7, 2, 3.0)
    assert asked["command"].startswith("understudy verify polyai open_messaging --only 'V*'")


def test_a_run_against_a_broken_reference_is_red_and_can_be_rendered_and_judged_again(run: Run, tmp_path: Path) -> None:
    given = ["--fault", "reads_whole_conversation", "--only", "PA-V3.allowed", "--workers", "1", "--out", "runs"]
    code, out, _ = run("verify", "polyai", *given)
    assert code == 1
    assert "✗ failed" in out
    (folder,) = (tmp_path / "runs").iterdir()
    page = folder / "report.html"
    page.unlink()
    code, out, err = run("report", str(folder))
    assert code == 0
    assert "✗ failed" in out
    assert "report.html" in words(err)
    assert page.is_file()
    code, out, _ = run("check", str(folder), "--json")
    assert code == 1
    assert "failed" in {verdict["result"] for verdict in json.loads(out) if verdict["check"] == "PA-V3.allowed"}
    damaged = folder / "record" / "0.jsonl"
    lines = damaged.read_bytes().splitlines(keepends=True)
    damaged.write_bytes(b"".join([*lines[:3], b"{cut\n", *lines[3:]]))
    code, out, err = run("check", str(folder))
    assert (code, out) == (2, "")
    assert words(err).startswith(f"understudy: {damaged}, line 4: ")
    assert "the file was changed after it was written; restore it" in words(err)


def test_serve_says_where_everything_is(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "understudy", "serve", "--port", "0", "--admin-client", "me:my-secret"]
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
    assert (told["client_id"], told["client_secret"]) == ("me", "my-secret")
    assert told["login"] == f"{told['url']}/oauth/token"
    assert told["control"] == f"{told['url']}/understudy/"
    assert "ready; Ctrl-C stops it" in told


def test_a_reference_is_started_in_the_foreground_with_its_own_exit_code(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "understudy", "reference", "polyai"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, env={"PATH": ""})
    assert done.returncode == 2
    assert "GENESYS_BASE_URL is not set" in done.stderr


def test_contracts_are_built_from_their_source(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    original, copy = material("contracts/platform_api"), tmp_path / "platform_api"
    shutil.copytree(original / "source", copy / "source")
    for name in ("corrections.toml", "statuses.toml", "users_only.toml"):
        if (original / name).is_file():
            shutil.copy(original / name, copy / name)
    monkeypatch.setattr("understudy.material.material", lambda name: tmp_path / Path(name).name)
    code, out, err = run("contracts", "build")
    assert code == 0, err
    assert out.strip()
    assert (copy / "operations.json").read_bytes() == (original / "operations.json").read_bytes()
