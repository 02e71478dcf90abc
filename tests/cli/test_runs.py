from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run, words

from understudy.verify import command as verify_command
from understudy.verify import slots


def test_a_target_that_can_not_be_reached_is_exit_code_3(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "ANSWER_SECONDS", 0.1)
    code, out, err = run("verify", "polyai", "--target", "http://127.0.0.1:9/")
    assert (code, out) == (3, "")
    told = words(err)
    assert told.startswith("understudy: the target does not answer at http://127.0.0.1:9/ (")
    assert told.endswith("start it first, or set [target] start and ready")


@pytest.mark.parametrize(("flags", "generic"), [((), False), (("--generic",), True), (("--no-generic",), False)])
def test_generic_answers_are_off_in_verify_unless_asked_for(
    run: Run, monkeypatch: pytest.MonkeyPatch, flags: tuple[str, ...], generic: bool
) -> None:
    seen: list[Any] = []
    monkeypatch.setattr(verify_command, "run_suites", lambda _, settings, **__: seen.append(settings.generic))
    assert run("verify", "polyai", *flags)[0] == 0
    assert seen == [generic]


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
