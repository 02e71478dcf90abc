from __future__ import annotations

import pytest

from understudy.cli.outcome import EXIT_RED, EXIT_START, EXIT_USE, fail, tell
from understudy.errors import SettingsError


def test_exit_codes_are_those_of_the_readme() -> None:
    assert (EXIT_RED, EXIT_USE, EXIT_START) == (1, 2, 3)


def test_a_failure_is_one_line_on_standard_error_with_what_a_user_wrote_left_as_it_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        fail(SettingsError("--only", "[bold]X[/]", "known are " + "row " * 40), EXIT_USE)
    assert ended.value.code == EXIT_USE
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert told.err.startswith("understudy: --only is '[bold]X[/]': known are row row")


def test_what_is_told_is_no_part_of_the_output(capsys: pytest.CaptureFixture[str]) -> None:
    tell("org.yaml: [red] 12")
    assert capsys.readouterr() == ("", "org.yaml: [red] 12\n")
