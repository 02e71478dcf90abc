"""The help says what there is: settings, the test door, what the bot does with oddities."""

from __future__ import annotations

import json

import pytest

from understudy.references.cognigy_endpoint.faults import FAULTS
from understudy.references.cognigy_endpoint.program import main
from understudy.references.cognigy_endpoint.settings import DOOR, NAMES


def test_the_help_names_every_setting_and_the_door(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    text = capsys.readouterr().out
    assert all(name in text for name in NAMES)
    assert all(path in text for path in DOOR)


def test_the_faults_are_listed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list-faults"]) == 0
    assert [fault["name"] for fault in json.loads(capsys.readouterr().out)] == list(FAULTS)
