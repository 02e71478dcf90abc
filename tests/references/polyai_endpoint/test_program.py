"""Arguments: what is printed, what is refused, with which exit code."""

from __future__ import annotations

import json
import socket

import pytest

from understudy.references.polyai_endpoint.faults import FAULTS
from understudy.references.polyai_endpoint.program import main
from understudy.references.polyai_endpoint.settings import NAMES
from understudy.references.vendor_side.program import NOT_STARTED, WRONG_USE


def test_the_faults_are_listed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list-faults"]) == 0
    assert [fault["name"] for fault in json.loads(capsys.readouterr().out)] == list(FAULTS)


def test_an_unknown_fault_is_wrong_use_and_the_nearest_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--fault", "no_dedup"])
    assert caught.value.code == WRONG_USE
    assert capsys.readouterr().err == "polyai: there is no fault 'no_dedup': did you mean 'no_dedupe'?\n"


def test_a_missing_setting_is_wrong_use(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in NAMES:
        monkeypatch.setenv(name, "x")
    monkeypatch.delenv("WEBHOOK_SECRET")
    with pytest.raises(SystemExit) as caught:
        main([])
    assert caught.value.code == WRONG_USE
    assert capsys.readouterr().err.startswith("polyai: WEBHOOK_SECRET is not set: give ")


def test_the_help_names_every_setting(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    text = capsys.readouterr().out
    assert all(name in text for name in NAMES)
    assert "example:" in text


def test_a_port_in_use_can_not_be_started_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        for name in ("GENESYS_INTEGRATION_ID", "GENESYS_CLIENT_ID", "GENESYS_CLIENT_SECRET", "WEBHOOK_SECRET"):
            monkeypatch.setenv(name, "x")
        monkeypatch.setenv("GENESYS_BASE_URL", "http://127.0.0.1:1")
        monkeypatch.setenv("PORT", str(taken.getsockname()[1]))
        assert main([]) == NOT_STARTED
    assert "polyai: can't listen on 127.0.0.1:" in capsys.readouterr().err
