"""A vendor's own repository, with a folder ``contracts``, a ``conftest.py`` and a fixture ``customer``; and understudy
as it is installed here (editable or not), or from a wheel."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

import understudy

ROOT = Path(__file__).resolve().parent.parent
MATERIAL = ("contracts", "suites", "reports")
HERE = Path(understudy.__file__).resolve().parent

VERDICT = (
    'E       assert OM-08 failed: expected the user side shows ["something else"], each as often as it stands '
    "here; observed the user saw ['hello']: 'something else' 0 times, not 1\n"
)
CONFTEST = """
import json, os, subprocess, sys
from pathlib import Path

import pytest
import understudy as package

import contracts

assert contracts.WHOSE == "the vendor's", contracts.__file__

@pytest.fixture
def customer():
    return {"name": "Ann", "plan": "gold"}

@pytest.fixture(scope="session")
def server(understudy):
    script = Path(package.__file__).parent / "references" / "polyai.py"  # stands in for the vendor's own server
    env = {**os.environ, **understudy.env(), "PORT": "0"}
    with subprocess.Popen([sys.executable, "-B", str(script)], env=env, stdout=subprocess.PIPE, text=True) as process:
        url = json.loads(process.stdout.readline())["listening"]
        understudy.connect(url + "/webhooks/genesys/A-1/P-1/live/events", user_side=url)
        yield url
        process.terminate()
"""
TESTS = """
import contracts
import understudy as package

def test_where_understudy_is(request):
    assert package.__file__ == %(where)r

def test_their_fixture_and_their_contracts_are_theirs(customer):
    assert customer == {"name": "Ann", "plan": "gold"}
    assert contracts.WHOSE == "the vendor's"

def handed_over(understudy, customer):
    ann, agent = understudy.customer(customer["name"]), understudy.agent()
    agent.on_queue()
    ann.says(understudy.setting("handoff_phrase"))
    agent.accepts(ann)
    ann.has_seen([message["text"] for message in agent.reads() if message["direction"] == "outbound"])
    return ann, agent

def test_an_agent_is_heard(server, understudy, customer):
    ann, agent = handed_over(understudy, customer)
    with understudy.check("OM-08", texts=["hello"]):
        agent.says("hello")
        assert ann.sees(1)[0]["text"] == "hello"
    assert understudy.verdicts("OM-08")

def test_what_is_wrong_is_told(server, understudy, customer):
    ann, agent = handed_over(understudy, customer)
    with understudy.check("OM-08", texts=["something else"]):
        agent.says("hello")
        ann.sees(1)
    assert understudy.verdicts("OM-08")
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The vendor's repository, without its tests."""
    folder = tmp_path / "vendor"
    (folder / "contracts").mkdir(parents=True)
    (folder / "contracts" / "__init__.py").write_text('WHOSE = "the vendor\'s"\n')
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "pytest.ini").write_text("[pytest]\nunderstudy_suite = polyai\n")
    return folder


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    ran([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], ROOT)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing but the wheel installed in it."""
    folder = tmp_path_factory.mktemp("site")
    options = [
        "--no-deps",
        "--no-index",
        "--no-compile",
        "--quiet",
        "--disable-pip-version-check",
        "--target",
        str(folder),
    ]
    ran([sys.executable, "-m", "pip", "install", *options, str(wheel)], folder)
    return folder


def ran(command: list[str], folder: Path, **env: str) -> str:
    """The output of a command that must end well."""
    code, output = result(command, folder, **env)
    assert code == 0, output
    return output


def result(command: list[str], folder: Path, **env: str) -> tuple[int, str]:
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **env}, check=False, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )  # fmt: skip
    return done.returncode, done.stdout


def check(repository: Path, package: Path, **env: str) -> None:
    """Run the vendor's tests; the last one must fail, with the verdict as its text."""
    (repository / "test_bot.py").write_text(TESTS % {"where": str(package / "__init__.py")})
    command = [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider"]
    code, output = result(command, repository, PYTEST_ADDOPTS="", **env)
    assert code == 1, output
    assert "3 passed" in output, output
    assert "1 failed" in output, output
    assert "FAILED test_bot.py::test_what_is_wrong_is_told - " in output, output
    assert VERDICT in output, output


def test_a_vendors_test_works_with_understudy_as_it_is_installed_here(repository: Path) -> None:
    check(repository, HERE)


def test_a_vendors_test_works_with_a_wheel(repository: Path, site: Path) -> None:
    check(repository, site / "understudy", PYTHONPATH=str(site))


def test_the_material_is_in_the_wheel_and_nothing_else_is_beside_the_code(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert {name.split("/")[0] for name in names} == {"understudy"}
    expected = {
        f"understudy/{path.relative_to(ROOT)}"
        for folder in MATERIAL
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert expected - names == set()
    assert {"understudy/suites/pytest.ini", "understudy/contracts/open_messaging/rules.toml"} <= expected
    code = ROOT / "emulator" / "understudy"
    modules = {f"understudy/{path.relative_to(code)}" for path in code.rglob("*.py")} | {"understudy/py.typed"}
    pages = {f"understudy/{path.relative_to(code)}" for path in (code / "pages" / "static").rglob("*.*")}
    assert "understudy/pages/static/messenger/genesys.min.js" in pages
    assert names == expected | modules | pages


def test_the_main_job_runs_from_a_wheel_in_a_folder_elsewhere(site: Path, tmp_path: Path) -> None:
    (tmp_path / "contracts").mkdir()
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    (tmp_path / "conftest.py").write_text("raise SystemExit('the folder of the user is none of our business')\n")
    command = [sys.executable, "-m", "understudy", "verify", "polyai", "--only", "V2", "--workers", "1"]
    elsewhere = {"PYTHONPATH": str(site), "PYTHONSAFEPATH": "1", "PYTEST_ADDOPTS": "--no-such-option"}
    output = ran(command, tmp_path, **elsewhere)
    assert "1 passed" in output
    (run,) = (tmp_path / "runs").iterdir()
    assert (run / "report.html").is_file()
    assert not list((site / "understudy" / "suites").rglob("__pycache__")), "nothing is written beside the suites"
    (where,) = ran([sys.executable, "-c", WHERE], tmp_path, **elsewhere).split()
    assert where == str(site / "understudy" / "suites")


WHERE = "from understudy.material import material; print(material('suites'))"
