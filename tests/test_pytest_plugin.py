"""The fixture ``understudy`` in somebody else's pytest run: asked for, not asked for, and asked for wrongly."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from understudy.suite import suite_names

PLUGINS = ["-p", "understudy.pytest_plugin", "-p", "no:cacheprovider"]  # by name: no other plugin is loaded


def run(folder: Path, tests: str, ini: str = "", **env: str) -> tuple[int, str]:
    """Run a vendor's tests; exit code and output."""
    (folder / "test_mine.py").write_text(tests)
    (folder / "pytest.ini").write_text(f"[pytest]\n{ini}\n")
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": "", **env}
    command = [sys.executable, "-m", "pytest", *PLUGINS, "-v", str(folder)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_a_run_that_does_not_ask_pays_nothing(tmp_path: Path) -> None:
    code, output = run(
        tmp_path,
        "import sys\n"
        "def test_mine():\n"
        "    heavy = {'aiohttp', 'orjson', 'typer', 'rich', 'urllib3', 'yaml', 'jsonschema', 'understudy.stage'}\n"
        "    assert not heavy & set(sys.modules)\n",
        "understudy_suite = polyai",
    )
    assert code == 0, output


def test_each_test_is_a_scope_of_its_own_from_the_first_on(tmp_path: Path) -> None:
    code, output = run(
        tmp_path,
        """
import pytest

@pytest.fixture
def ann(understudy):
    return understudy.customer("Ann")

def who(understudy):
    notes = understudy.client.control.call("GET", "entries", query={"match": '{"name": "test.customer"}'})["entries"]
    return [note["data"]["test"].rpartition("::")[2] for note in notes]

def test_one(ann, understudy):
    assert understudy.test.endswith("::test_one")
    assert who(understudy) == ["test_one"]
    understudy.checks.append("OM-08")

def test_two(understudy, ann):
    assert understudy.test.endswith("::test_two")
    assert who(understudy) == ["test_one", "test_two"]
    assert [one.name for one in understudy.customers] == ["Ann"], "the first test's were closed"
    assert understudy.checks == []
""",
        "understudy_suite = polyai",
    )
    assert code == 0, output
    assert "2 passed" in output


def test_without_a_suite_the_test_is_told_where_to_name_one(tmp_path: Path) -> None:
    code, output = run(tmp_path, "def test_mine(understudy): pass")
    assert code == 1
    assert (
        "understudy.errors.SettingsError: suite is '': set understudy_suite in pytest's ini, or suite in "
        f"understudy.toml: {', '.join(suite_names())}"
    ) in output


def test_settings_are_read_from_the_file_that_the_ini_names(tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text('suite = "polyai"\n[settings]\nhandoff_phrase = "human!"\n')
    test = "def test_mine(understudy): assert understudy.setting('handoff_phrase') == 'human!'"
    code, output = run(tmp_path, test, "understudy_config = other.toml")
    assert code == 0, output


def test_a_fixture_of_the_same_name_is_the_vendors(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text("import pytest\n@pytest.fixture\ndef understudy(): return 7\n")
    code, output = run(tmp_path, "def test_mine(understudy): assert understudy == 7")
    assert code == 0, output


@pytest.mark.parametrize("option", ["-H", "--host"])
def test_no_option_is_taken_that_other_plugins_want(option: str) -> None:
    command = [sys.executable, "-m", "pytest", *PLUGINS, "--help"]
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert f"  {option}" not in done.stdout
    assert "understudy_config (string):" in done.stdout
