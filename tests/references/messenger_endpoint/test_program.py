from __future__ import annotations

import json

import pytest

from understudy.references.messenger_endpoint.faults import FAULTS
from understudy.references.messenger_endpoint.program import main


def test_the_faults_are_listed_with_their_kin(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list-faults"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in listed] == list(FAULTS)
    assert listed[0]["checks"] == ["WM-01"]


def test_an_unknown_fault_ends_it(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as error:
        main(["--fault", "no_backof"])
    assert error.value.code == 2
    assert "did you mean 'no_backoff'?" in capsys.readouterr().err


def test_the_help_names_settings_and_the_door(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    said = capsys.readouterr().out
    assert "GENESYS_DEPLOYMENT_ID" in said
    assert "POST /attributes" in said
