"""Rules are data: a malformed one is refused with file, rule and remedy; all load fast."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from understudy.checker.rules import load_rulebook
from understudy.clock import RealClock
from understudy.errors import ContractError

HEAD = """
[selectors]
ask = { interface = "platform", direction = "in" }
posted = { like = "ask", name = "POST *", body = { type = "Text" } }
"""
RULE = """
[[rule]]
id = "X-01"
title = "t"
severity = "must"
scope = "check"
source = "s"
certainty = "documented"
expected = "e"
"""
JUDGE = 'judge = { kind = "answered", select = { like = "posted", body = { id = "m" } }, status = "2xx" }\n'


def book(tmp_path: Path, text: str) -> Path:
    (tmp_path / "x").mkdir(exist_ok=True)
    (tmp_path / "x" / "rules.toml").write_text(text)
    return tmp_path


def refusal(tmp_path: Path, text: str) -> str:
    with pytest.raises(ContractError) as refused:
        load_rulebook(book(tmp_path, text))
    return str(refused.value)


def test_a_selector_takes_over_what_it_is_like_and_adds_to_it(tmp_path: Path) -> None:
    (rule,) = load_rulebook(book(tmp_path, HEAD + RULE + JUDGE)).of("X-01")
    assert rule.judge["select"] == {
        "interface": "platform",
        "direction": "in",
        "name": "POST *",
        "body": {"type": "Text", "id": "m"},
    }
    assert (rule.window, rule.interface, rule.reach, rule.always) == ("X-01", "x", "own", False)


def test_a_rule_may_count_for_one_check_and_look_in_the_windows_of_another(tmp_path: Path) -> None:
    text = HEAD + RULE + 'check = "X-1.fast"\nwindow = "X-1"\n' + JUDGE
    (rule,) = load_rulebook(book(tmp_path, text)).of("X-1.fast")
    assert rule.window == "X-1"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('severity = "must"', 'severity = "may"'), "rule 'X-01': severity: \"may\" is not one of"),
        (('certainty = "documented"', ""), "rule 'X-01': the rule: \"certainty\" is a required property"),
        (('title = "t"', 'title = "t"\nsurprise = 1'), "rule 'X-01': the rule: Additional properties"),
        (('kind = "answered"', 'kind = "anwsered"'), "rule 'X-01': judge.kind: \"anwsered\" is not one of"),
        (('status = "2xx"', 'status = "6xx"'), "rule 'X-01': judge.status: \"6xx\" does not match"),
        ((', status = "2xx"', ""), "rule 'X-01': judge: \"status\" is a required property"),
        (('status = "2xx"', "status = 200, withn = 5"), "rule 'X-01': judge: Additional properties"),
        (("body = { id", "boddy = { id"), "rule 'X-01': judge.select: Additional properties"),
        (('{ id = "m" }', '{ id = { mtches = "a" } }'), "rule 'X-01': judge.select.body.id: Additional properties"),
        (('{ id = "m" }', '{ id = { matches = "(" } }'), "rule 'X-01': judge.select.body.id.matches"),
        (('like = "posted"', 'like = "postd"'), "rule 'X-01': there is no selector 'postd': did you mean 'posted'?"),
        (('scope = "check"', 'scope = "run"'), "rule 'X-01': only a rule of scope check has expectations"),
        (("[[rule]]", "[[rul]]"), "the file: "),
        (('id = "X-01"', "id ="), "can't be read"),
    ],
)
def test_a_malformed_rule_is_refused_with_its_name(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    text = HEAD + RULE + JUDGE.replace('id = "m"', 'id = "$expect.id"' if "scope" in change[0] else 'id = "m"')
    assert change[0] in text
    refused = refusal(tmp_path, text.replace(*change))
    assert said in refused
    assert "rules.toml" in refused


def test_two_rules_of_one_id_are_refused(tmp_path: Path) -> None:
    assert "rule 'X-01' is there twice" in refusal(tmp_path, HEAD + (RULE + JUDGE) * 2)


def test_all_rules_load_fast_and_say_where_they_come_from() -> None:
    clock = RealClock()
    load_rulebook()
    gc.freeze()  # as the emulator does: what other tests hold is not the loader's to look through
    try:
        before = clock.cpu()
        loaded = load_rulebook()
        spent = clock.cpu() - before
    finally:
        gc.unfreeze()
    assert spent < 0.1  # 51 ms here, nearly all of it TOML; the bound leaves room for a slow machine
    assert all(rule.source and rule.certainty and rule.expected for rule in loaded.all())
    assert set(loaded.checks()) >= {"OM-01", "OM-45"}
