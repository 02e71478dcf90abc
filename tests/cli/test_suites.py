from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.conftest import Run

from understudy.suite import load_suite, suite_names


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


def test_a_reference_is_started_in_the_foreground_with_its_own_exit_code(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "understudy", "reference", "polyai"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, env={"PATH": ""})
    assert done.returncode == 2
    assert "GENESYS_BASE_URL is not set" in done.stderr
