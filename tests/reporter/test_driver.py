from __future__ import annotations

from pathlib import Path

import pytest

from understudy.reporter.driver import render_all
from understudy.reporter.report import Report, read_report


def test_every_rendering_is_written_and_nothing_half(report: Report, tmp_path: Path) -> None:
    made = render_all(report, tmp_path / "run")
    assert [path.name for path in made] == ["report.json", "report.md", "report.html", "junit.xml", "allure-results"]
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == sorted(path.name for path in made)
    assert read_report(tmp_path / "run").to_json() == report.to_json()


def test_a_report_that_is_there_is_the_source_and_stays(report: Report, tmp_path: Path) -> None:
    (tmp_path / "report.json").write_bytes(b"as it was")
    render_all(report, tmp_path)
    assert (tmp_path / "report.json").read_bytes() == b"as it was"


def test_rendering_again_replaces_what_was_there(report: Report, tmp_path: Path) -> None:
    render_all(report, tmp_path)
    (tmp_path / "allure-results" / "stale-result.json").write_text("{}")
    (tmp_path / "report.html").write_text("stale")
    (tmp_path / "allure-results.part").mkdir()
    render_all(report, tmp_path)
    assert not (tmp_path / "allure-results" / "stale-result.json").exists()
    assert (tmp_path / "report.html").read_text("utf-8").startswith("<!doctype html>")
    assert not list(tmp_path.glob("*.part")) + list(tmp_path.glob("*.old"))


def test_a_failed_write_leaves_the_old_page(report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    render_all(report, tmp_path)
    before = (tmp_path / "report.html").read_bytes()

    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        render_all(report, tmp_path)
    assert (tmp_path / "report.html").read_bytes() == before
