from __future__ import annotations

from pathlib import Path

import pytest

from understudy.errors import SettingsError
from understudy.suite import Suite, load_suite, read_suite, select, suite_names

HEAD = """
name = "mine"
title = "Mine"
guide = "the guide"
reference = "mine.py"
org = "org.yaml"
profiles = ["channel"]
required = ["V*"]
"""
ROWS = """
[[row]]
id = "V1"
group = "V"
title = "First"
checks = ["MY-V1.a", "MY-V1.b"]

[[row]]
id = "F1"
group = "F"
title = "Second"
derived = true
checks = ["MY-F1"]

[[row]]
id = "V2"
group = "V"
title = "Third"
severity = "should"
checks = ["MY-V2", "MY-F1"]
"""


def made(folder: Path, text: str = HEAD + ROWS) -> Suite:
    file = folder / "mine" / "suite.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, "utf-8")
    return read_suite(file)


def ids(suite: Suite, only: tuple[str, ...] = (), skip: tuple[str, ...] = ()) -> list[str]:
    return [row.id for row in select(suite, only, skip)]


def test_the_first_topology_is_taken_unless_another_is_asked_for(tmp_path: Path) -> None:
    suite = made(tmp_path, HEAD.replace('["channel"]', '["v1", "v2"]') + ROWS)
    assert (suite.topology(""), suite.topology("v2")) == ("v1", "v2")
    with pytest.raises(SettingsError, match="topology is 'v3': mine has v1 and v2"):
        suite.topology("v3")


def test_the_path_is_one_of_the_settings(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"suite\.toml: path is 'bot_path'"):
        made(tmp_path, HEAD + 'path = "bot_path"' + ROWS)


@pytest.mark.parametrize("name", suite_names())
def test_every_suite_that_ships_can_be_loaded(name: str) -> None:
    suite = load_suite(name)
    assert suite.rows
    assert suite.org_file().is_file()
    assert suite.reference_file().is_file()
    assert any(suite.is_required(row) for row in suite.rows)


def test_an_unknown_suite_names_the_nearest() -> None:
    with pytest.raises(SettingsError) as caught:
        load_suite("polyay")
    assert str(caught.value) == "suite is 'polyay': did you mean 'polyai'?"


@pytest.mark.parametrize("name", ["", ".", "..", "../suites/polyai", "/etc", "polyai/flows", "nothing like it"])
def test_a_name_that_is_no_suite_is_a_settings_error(name: str) -> None:
    with pytest.raises(SettingsError, match=r"known are|did you mean"):
        load_suite(name)


def test_a_suite_is_what_its_file_says(tmp_path: Path) -> None:
    suite = made(tmp_path, HEAD + '[settings]\nphrase = { default = "hi", help = "a phrase" }\n' + ROWS)
    assert [(row.id, row.derived, row.severity) for row in suite.rows] == [
        ("V1", False, "must"), ("F1", True, "must"), ("V2", False, "should"),
    ]  # fmt: skip
    assert suite.checks == ("MY-V1.a", "MY-V1.b", "MY-F1", "MY-V2")
    assert [(one.name, one.default) for one in suite.settings] == [("phrase", "hi")]
    assert [suite.is_required(row) for row in suite.rows] == [True, False, False]
    assert [suite.is_required(row, ("F*",)) for row in suite.rows] == [False, True, False]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name = ", "malformed: Invalid value"),
        (HEAD, "malformed: 'row' is missing"),
        (HEAD.replace('title = "Mine"\n', "") + ROWS, "missing 1 required positional argument: 'title'"),
        (HEAD + "colour = 1\n" + ROWS, "suite.toml: key is 'colour': known are"),
        (HEAD + "profile = []\n" + ROWS, "suite.toml: key is 'profile': did you mean 'profiles'?"),
        (HEAD + '[[row]]\nid = "V1"\ngroup = "V"\ntitle = "t"\n', "malformed: 'checks' is missing"),
        (HEAD + ROWS.replace('["MY-F1"]', '"MY-F1"'), "row F1: checks is 'MY-F1', not a list of checks"),
        (
            HEAD + ROWS.replace('["MY-F1"]', "[]"),
            "suite.toml: row is 'F1': it has no checks, so that nothing could earn it",
        ),
        (HEAD + ROWS.replace('"V2"', '"V1"'), "suite.toml: row is 'V1': it is there twice"),
        (HEAD + ROWS.replace('"should"', '"shold"'), "suite.toml: severity of V2 is 'shold': did you mean 'should'?"),
        (HEAD + ROWS.replace("derived", "derivd"), "unexpected keyword argument 'derivd'"),
        (HEAD.replace('["channel"]', "[]") + ROWS, "suite.toml: profiles is (): give a list of at least one topology"),
        (HEAD.replace('["V*"]', '"V*"') + ROWS, "suite.toml: required is 'V*': give a list of patterns of row ids"),
        (
            HEAD.replace('"mine"', '"other"') + ROWS,
            "suite.toml: name is 'other': a suite is called as its folder: 'mine'",
        ),
        (HEAD + "[settings]\nphrase = 'hi'\n" + ROWS, "malformed: "),
        (HEAD + "row = 3\n", "malformed: "),
        (HEAD + "findings = [{ title = 't' }]\n" + ROWS, "malformed: "),
    ],
)
def test_a_malformed_suite_says_what_is_wrong(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(SettingsError) as caught:
        made(tmp_path, text)
    assert problem in str(caught.value)


def test_a_suite_that_is_no_text_is_a_settings_error(tmp_path: Path) -> None:
    made(tmp_path)
    (tmp_path / "mine" / "suite.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="malformed"):
        read_suite(tmp_path / "mine" / "suite.toml")


def test_without_patterns_every_row_is_run(tmp_path: Path) -> None:
    assert ids(made(tmp_path)) == ["V1", "F1", "V2"]


def test_patterns_name_rows_or_checks(tmp_path: Path) -> None:
    suite = made(tmp_path)
    assert ids(suite, only=("V*",)) == ["V1", "V2"]
    assert ids(suite, only=("MY-V1.b",)) == ["V1"]
    assert ids(suite, only=("MY-F1",)) == ["F1", "V2"]
    assert ids(suite, only=("F1", "V1")) == ["V1", "F1"], "the table's order stays"
    assert ids(suite, skip=("MY-V*",)) == ["F1"]
    assert ids(suite, only=("V*",), skip=("V2",)) == ["V1"]


def test_patterns_tell_letters_apart(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="row or check is 'v1': known are F1, MY-F1"):
        select(made(tmp_path), ("v1",), ())


@pytest.mark.parametrize(("only", "skip"), [(("V9",), ()), ((), ("MY-V1.c",)), (("V1", "X*"), ())])
def test_a_pattern_that_matches_nothing_is_an_error(
    tmp_path: Path, only: tuple[str, ...], skip: tuple[str, ...]
) -> None:
    with pytest.raises(SettingsError, match="row or check is"):
        select(made(tmp_path), only, skip)


def test_leaving_no_row_is_an_error_and_no_green_run(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        select(made(tmp_path), ("F1",), ("MY-F1",))
    assert str(caught.value) == "--skip is 'MY-F1': no row is left to run: skip less"
