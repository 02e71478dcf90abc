"""The command: help with examples, exit codes, and what a user reads who asks wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import Run, words

from understudy.cli import program
from understudy.suite import suite_names

COMMANDS = (
    "serve",
    "ca",
    "verify",
    "faults",
    "reference",
    "suites",
    "init",
    "check",
    "report",
    "contracts build",
    "contracts openapi",
)
ORG_COMMANDS = ("org export", "org snapshot", "org restore", "org reset")


@pytest.mark.parametrize("command", [*COMMANDS, *ORG_COMMANDS])
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
    named = {info.name or getattr(info.callback, "__name__", "") for info in program.app.registered_commands}
    assert named == {command for command in COMMANDS if " " not in command}


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ("verify nonsense", f"suite is 'nonsense': known are {', '.join(suite_names())}"),
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
        ("serve --prefix lgin=/x", "--prefix is 'lgin=/x': did you mean 'login'?"),
        ("serve --prefix login", "--prefix is 'login': give HOST=/path, such as login=/login or api=/api"),
        ("serve --cert mine.pem", "--cert is 'mine.pem': give both, --cert and --key"),
        ("serve --key mine.pem", "--key is 'mine.pem': give both, --cert and --key"),
        ("serve --cert no.pem --key no.key", "--cert is 'no.pem': can't be read: No such file or directory"),
        ("serve --tls --ca-dir /proc/no", "--ca-dir is '/proc/no': "),
        ("serve --region eu-centrl-1", "region is 'eu-centrl-1': did you mean 'eu-central-1'?"),
        ("serve --hosts --region mypurecloud.dee", "region is 'mypurecloud.dee': did you mean 'mypurecloud.de'?"),
        ("ca --ca-dir /proc/no", "--ca-dir is '/proc/no': "),
        ("ca --ca-dir ca --out no/such/ca.pem", "no/such/ca.pem: No such file or directory"),
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
