"""The log: one line each, and never a reason to fail."""

from __future__ import annotations

import io
import sys

import pytest

from understudy.references.vendor_side.journal import call_it, log


def test_a_text_of_several_lines_becomes_one(capsys: pytest.CaptureFixture[str]) -> None:
    call_it("reference")
    log("one\ntwo \ud800")
    assert capsys.readouterr().err == "reference: one two \\ud800\n"


def test_lines_begin_with_the_endpoints_name(capsys: pytest.CaptureFixture[str]) -> None:
    call_it("vendor")
    log("hello")
    call_it("reference")
    log("hello")
    assert capsys.readouterr().err == "vendor: hello\nreference: hello\n"


def test_a_reader_that_went_away_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stderr", closed)
    log("nobody reads this")
