"""The public surface: what the package exports, and how little its pytest plugin imports."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType

import understudy
import understudy.actors

HEAVY = ("aiohttp", "orjson", "typer", "rich", "urllib3", "asyncio", "yaml", "jsonschema", "jinja2", "cryptography")


def public(module: ModuleType) -> set[str]:
    """Names that a module defines or imports, but for its submodules and dunders that Python puts there itself."""
    return {
        name
        for name, value in vars(module).items()
        if not isinstance(value, ModuleType) and (not name.startswith("_") or name == "__version__")
    }


def test_all_is_what_is_exported() -> None:
    assert sorted(understudy.__all__) == sorted(public(understudy))
    assert sorted(understudy.actors.__all__) == sorted(public(understudy.actors))


def test_the_version_is_that_of_the_project() -> None:
    file = Path(__file__).resolve().parent.parent / "pyproject.toml"
    assert understudy.__version__ == tomllib.loads(file.read_text("utf-8"))["project"]["version"]


def test_the_package_is_typed() -> None:
    assert (Path(understudy.__file__).parent / "py.typed").is_file()


def test_the_pytest_plugin_imports_almost_nothing() -> None:
    code = (
        "import sys, pytest\nbefore = set(sys.modules)\nimport understudy.pytest_plugin\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert [name for name in loaded if name.split(".")[0] in HEAVY] == []
    assert [name for name in loaded if name.split(".")[0] == "understudy"] == ["understudy", "understudy.pytest_plugin"]


def test_the_package_itself_imports_nothing() -> None:
    code = "import sys\nbefore = set(sys.modules)\nimport understudy\nprint(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["understudy"]


def test_command_and_plugin_are_entry_points() -> None:
    (plugin,) = entry_points(group="pytest11", name="understudy")
    assert plugin.value == "understudy.pytest_plugin"
    (command,) = entry_points(group="console_scripts", name="understudy")
    assert command.value == "understudy.cli:main"
