"""Writes the renderings of a report into the run's folder; each appears whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from understudy.reporter.allure import allure
from understudy.reporter.html import html
from understudy.reporter.junit import junit
from understudy.reporter.markdown import markdown
from understudy.reporter.report import Report

ALLURE: Final = "allure-results"
PART: Final = ".part"  # what is being written; a crash leaves it behind, never half a report


def render_all(report: Report, folder: Path) -> list[Path]:
    """Write ``report.json`` (where there is none), ``report.md``, ``report.html``, ``junit.xml``, ``allure-results/``;
    returns their paths in this order."""
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "report.json"
    if not source.exists():
        _write(source, report.to_json())
    made = {"report.md": markdown(report), "report.html": html(report), "junit.xml": junit(report)}
    for name, text in made.items():
        _write(folder / name, text.encode("utf-8"))
    _replace(folder / ALLURE, allure(report))
    return [source, *(folder / name for name in made), folder / ALLURE]


def _write(file: Path, content: bytes) -> None:
    part = file.with_name(file.name + PART)
    part.write_bytes(content)
    os.replace(part, file)


def _replace(folder: Path, files: Mapping[str, bytes]) -> None:
    """A folder can't replace one that is not empty: the old one steps aside first."""
    part, old = folder.with_name(folder.name + PART), folder.with_name(folder.name + ".old")
    for leftover in (part, old):
        shutil.rmtree(leftover, ignore_errors=True)
    part.mkdir()
    for name, content in files.items():
        (part / name).write_bytes(content)
    if folder.exists():
        os.replace(folder, old)
    os.replace(part, folder)
    shutil.rmtree(old, ignore_errors=True)
