from __future__ import annotations

from typing import Any

import pytest

from understudy.errors import SettingsError
from understudy.orgfile.document import TEXT_MAX, fill_in, read_document, spell


def _read(text: str, **env: str) -> Any:
    return read_document(text, env, "org.yaml").data


def test_a_variable_is_put_in_wherever_it_stands_in_a_value() -> None:
    assert _read('url: "https://${HOST}/${PATH}"', HOST="example.org", PATH="x") == {"url": "https://example.org/x"}


def test_a_default_counts_where_the_variable_is_not_set() -> None:
    assert _read("a: ${A:-one}\nb: ${B:-}\nc: ${C:-x:y-z}", B="two") == {"a": "one", "b": "two", "c": "x:y-z"}
    assert _read('b: "${B:-}"') == {"b": ""}


def test_a_flows_file_has_the_same_variables_and_names_its_line() -> None:
    text = "name: ${NAME:-Ann}\nbot: ${BOT}\nprice: $${5}"
    assert fill_in(text, {"BOT": "Nova"}, "flow.yaml") == "name: Ann\nbot: Nova\nprice: ${5}"
    with pytest.raises(SettingsError, match=r"flow\.yaml:2: \$\{BOT\}"):
        fill_in(text, {}, "flow.yaml")


def test_a_set_variable_may_be_empty() -> None:
    assert _read('a: "${A:-default}"', A="") == {"a": ""}


def test_an_unquoted_variable_is_a_number_where_it_looks_like_one() -> None:
    assert _read('a: ${A}\nb: "${A}"\nc: ${B}', A="86400", B="true") == {"a": 86400, "b": "86400", "c": True}


@pytest.mark.parametrize("value", ["a: b", "- x", "# no comment", "*alias", "{", "'", "multi\nline", "${OTHER}"])
def test_no_value_of_the_environment_changes_the_structure(value: str) -> None:
    assert _read('a: "${A}"\nb: ${A}\nc: 1', A=value) == {"a": value, "b": value, "c": 1}


def test_a_doubled_dollar_is_a_plain_one() -> None:
    assert _read('a: "$${NOT_A_VARIABLE} costs $5"') == {"a": "${NOT_A_VARIABLE} costs $5"}


def test_values_have_their_types_and_lines() -> None:
    document = read_document("a: 1\nb:\n  - x\n  - c: true\n", {}, "org.yaml")
    assert document.data == {"a": 1, "b": ["x", {"c": True}]}
    assert document.place(("b", 1, "c")) == "org.yaml:4: b[1].c"
    assert document.place(("b", 1, "missing")) == "org.yaml:4: b[1].missing"
    assert document.place(()) == "org.yaml:1"


def test_a_path_is_spelled_as_one_would_write_it() -> None:
    assert spell(("messaging.settings", 0, "name")) == "messaging.settings[0].name"


def test_an_empty_file_is_nothing() -> None:
    assert _read("") is None
    assert _read("# only a comment") is None


@pytest.mark.parametrize(
    "text", ["a: [1", "a: !!python/object:os.system x", "a: !!int x", "? [a]\n: b", "\x00", "a: &x 1\nb: *y"]
)
def test_what_is_not_our_yaml_is_a_settings_error(text: str) -> None:
    with pytest.raises(SettingsError):
        _read(text)


def test_a_file_of_aliases_can_not_eat_the_memory() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(SettingsError, match="too large"):
        _read("\n".join(lines))


@pytest.mark.parametrize("text", ["a: " + "[" * 5_000, "a: " + "[" * 100 + "]" * 100])
def test_a_file_that_is_too_deep_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="64 deep"):
        _read(text)


def test_an_alias_of_itself_ends() -> None:
    with pytest.raises(SettingsError, match="too large"):
        _read("a: &a [*a]")


def test_a_long_file_is_refused() -> None:
    with pytest.raises(SettingsError, match="characters long"):
        _read("a: " + "x" * TEXT_MAX)
