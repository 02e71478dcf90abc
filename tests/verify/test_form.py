"""``understudy init``: a settings file that loads, and the form of what the vendor must enter."""

from __future__ import annotations

import io
import os
import shlex
import stat
import tomllib
from pathlib import Path

import pytest
from rich.console import Console

from understudy.errors import SettingsError
from understudy.settings import Settings, load_settings
from understudy.suite import load_suite, suite_names
from understudy.verify.form import form, write_form
from understudy.verify.slots import identifiers

SUITE = load_suite("polyai")


def write(folder: Path, settings: Settings | None = None, *, export: bool = False, force: bool = False) -> str:
    """The printed form."""
    console = Console(file=io.StringIO(), width=80)
    file = folder / "understudy.toml"
    write_form(SUITE, settings or Settings(), file, folder / "vendor.env" if export else None, console, force=force)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("name", suite_names())
def test_the_file_that_is_written_loads_and_says_what_the_defaults_are(tmp_path: Path, name: str) -> None:
    suite, file = load_suite(name), tmp_path / "understudy.toml"
    write_form(suite, Settings(seed=7), file, None, Console(file=io.StringIO()), force=False)
    made = load_settings({}, {}, file)
    assert (made.suite, made.seed, made.port, made.topology) == (name, 7, 8080, "")
    assert made.settings == {one.name: one.default for one in suite.settings}
    secret = identifiers(7, suite.profiles[0], 0)[suite.secret]
    assert made.target.secret == (secret if suite.secret in suite.env else "")


@pytest.mark.parametrize("name", suite_names())
def test_every_line_that_is_commented_out_is_right_when_it_is_taken_in(tmp_path: Path, name: str) -> None:
    file = tmp_path / "understudy.toml"
    write_form(load_suite(name), Settings(), file, None, Console(file=io.StringIO()), force=False)
    lines = [
        line[2:] if line.startswith(("# [", "# ")) and ("=" in line or line.startswith("# [")) else line
        for line in file.read_text("utf-8").splitlines()
    ]
    file.write_text("\n".join(lines), "utf-8")
    made = load_settings({}, {}, file)
    assert made.target.start == "node server.js"
    assert set(made.waivers) == {"V4"}


def test_values_are_those_of_a_run_with_the_same_seed() -> None:
    values, made = form(SUITE, Settings(seed=3)), identifiers(3, "channel", 0)
    assert values == {
        "GENESYS_BASE_URL": "http://127.0.0.1:8080",
        "GENESYS_INTEGRATION_ID": made["UNDERSTUDY_INTEGRATION_ID"],
        "GENESYS_CLIENT_ID": made["UNDERSTUDY_CLIENT_ID"],
        "GENESYS_CLIENT_SECRET": made["UNDERSTUDY_CLIENT_SECRET"],
        "WEBHOOK_SECRET": made["WEBHOOK_SECRET"],
    }
    assert form(SUITE, Settings(port=9)) != values
    assert form(SUITE, Settings(advertised_url="https://g.test"))["GENESYS_BASE_URL"] == "https://g.test"
    assert form(SUITE, Settings(topology="forward")) != form(SUITE, Settings(topology="channel"))


def test_the_form_shows_every_value_whole_on_a_narrow_terminal(tmp_path: Path) -> None:
    printed = write(tmp_path)
    assert "…" not in printed
    cells = "".join(line.split("│")[3].strip() for line in printed.splitlines() if line.count("│") == 4)
    for value in form(SUITE, Settings()).values():
        assert value in cells
    assert f"wrote {tmp_path}/understudy.toml; next: understudy verify polyai --config" in printed.replace("\n", "")


def test_the_environment_is_exported_as_a_shell_reads_it(tmp_path: Path) -> None:
    write(tmp_path, export=True)
    lines = (tmp_path / "vendor.env").read_text("utf-8").splitlines()
    assert dict(shlex.split(line)[0].split("=", 1) for line in lines) == form(SUITE, Settings())


@pytest.mark.parametrize("there", ["understudy.toml", "vendor.env"])
def test_a_file_that_is_there_is_not_overwritten_and_nothing_is_written(tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("mine")
    with pytest.raises(SettingsError) as raised:
        write(tmp_path, export=True)
    assert str(raised.value) == f"file is '{tmp_path / there}': it is there already: give --force, or another name"
    assert [path.name for path in tmp_path.iterdir()] == [there]
    write(tmp_path, export=True, force=True)
    assert (tmp_path / there).read_text("utf-8") != "mine"


@pytest.mark.skipif(os.name != "posix", reason="permissions of files are POSIX's")
def test_files_with_secrets_are_their_owners_only(tmp_path: Path) -> None:
    write(tmp_path, export=True)
    for name in ("understudy.toml", "vendor.env"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_the_secret_is_in_the_file_and_the_file_is_toml(tmp_path: Path) -> None:
    write(tmp_path)
    document = tomllib.loads((tmp_path / "understudy.toml").read_text("utf-8"))
    assert document["target"]["secret"] == form(SUITE, Settings())["WEBHOOK_SECRET"]
    assert document["user_side"] == {"url": ""}
