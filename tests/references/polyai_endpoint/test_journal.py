"""The log: one line each, and never a reason to fail."""

from __future__ import annotations

import io
import sys

import pytest

from understudy.references.polyai_endpoint.journal import log


def test_a_text_of_several_lines_becomes_one(capsys: pytest.CaptureFixture[str]) -> None:
    log("one\ntwo \ud800")
    assert capsys.readouterr().err == "polyai: one two \\ud800\n"


def test_a_reader_that_went_away_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stderr", closed)
    log("nobody reads this")
