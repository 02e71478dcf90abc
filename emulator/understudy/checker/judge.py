"""From the record to verdicts: every rule of the checks asked for, in every window in which they are ripe.

A rule that finds none of what it speaks about is *not seen*, never passed; one that rests on something not being there
is *not seen* too where the record has a gap. ``understudy check`` judges a record again with ``judge_record``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

import orjson

from understudy.checker.conditions import PREFIX, Unexpected, holds, resolve
from understudy.checker.finding import Finding, not_seen
from understudy.checker.judges import JUDGES
from understudy.checker.rules import Rule, Rulebook, load_rulebook
from understudy.checker.scope import Scope, Window
from understudy.checker.verdict import Result, Verdict
from understudy.checker.wire import select, with_answers
from understudy.record.entry import Entry
from understudy.record.reader import read_record

CITED: Final = 12  # entries that a verdict names
PRESUPPOSED: Final = 3  # of them, entries that only show that the rule was ripe
SHOWN: Final = 300  # characters of an expectation in a verdict


@dataclass(frozen=True, slots=True)
class _Judged:
    rule: Rule
    window: Window
    finding: Finding

    @property
    def is_silent(self) -> bool:
        """It saw nothing, and may."""
        return (self.rule.optional or self.rule.always) and self.finding.result is Result.NOT_SEEN


def judge(
    entries: Iterable[Entry], checks: Sequence[str] = (), test: str | None = None, rulebook: Rulebook | None = None
) -> list[Verdict]:
    """The verdicts of ``checks`` over the entries of ``test`` (of all tests where it is None), and those of the rules
    that hold always. Every check gets at least one."""
    book = rulebook or standard_rulebook()
    scope = Scope(entries, test)
    verdicts = [verdict for check in dict.fromkeys(checks) for verdict in _check(book, scope, check)]
    judged = {verdict.rule for verdict in verdicts}
    for rule in book.always():
        if rule.id not in judged:
            found = _rule(book, scope, rule)
            verdicts.extend(_verdict(one) for one in found if one.finding.result is not Result.NOT_SEEN)
    return verdicts


def judge_record(path: Path, checks: Sequence[str] = (), rulebook: Rulebook | None = None) -> list[Verdict]:
    """Judge a record again: the checks given, or every one that a test of it began or skipped."""
    entries = list(read_record(path))
    if not checks:
        notes = (one for one in entries if one.kind == "note" and one.name in ("check.began", "check.skipped"))
        checks = tuple(dict.fromkeys(str(note.data.get("check")) for note in notes))
    return judge(entries, checks, None, rulebook)


@cache
def standard_rulebook() -> Rulebook:
    """The rules that understudy comes with; material never changes while a process runs."""
    return load_rulebook()


def _check(book: Rulebook, scope: Scope, check: str) -> list[Verdict]:
    rules = book.of(check)
    if not rules:
        return [_unruled(check)]
    found = [one for rule in rules for one in _rule(book, scope, rule)]
    loud = [one for one in found if not one.is_silent]
    skipped: set[tuple[str, str]] = set()
    kept = []
    for one in loud or found:
        if one.finding.result is Result.NOT_APPLICABLE:
            if (one.window.test, one.window.skipped) in skipped:
                continue  # one verdict for a skipped check, not one for each of its rules
            skipped.add((one.window.test, one.window.skipped))
        kept.append(one)
    return [_verdict(one) for one in kept]


def _rule(book: Rulebook, scope: Scope, rule: Rule) -> list[_Judged]:
    windows = _windows(scope, rule)
    if not windows:
        tests = ", ".join(scope.tests) or "this run"
        return [_Judged(rule, Window(check=rule.check), not_seen(f"{rule.window} never began in {tests}"))]
    return [_Judged(rule, window, _find(book, rule, window)) for window in windows]


def _windows(scope: Scope, rule: Rule) -> list[Window]:
    if rule.scope == "check":
        return scope.windows(rule.window)
    if rule.scope == "run":
        return [scope.everything()]
    if rule.scope == "conversation":
        return [window for test in scope.tests for window in scope.by_customer(test)]
    return [scope.whole(test) for test in scope.tests]


def _find(book: Rulebook, rule: Rule, window: Window) -> Finding:
    if window.skipped:
        return Finding(Result.NOT_APPLICABLE, "", (), False, window.skipped)
    if not window.is_closed:
        return not_seen(f"{rule.window} began and never ended: its test was cut off")
    window = window.reaching(rule.reach)
    for name, condition in rule.judge.get("when", {}).items():
        if name not in window.expect or not holds(condition, window.expect[name]):
            return not_seen(f"it applies only where the test says {name} = {condition!r}")
    try:
        parameters = resolve(rule.judge, window.expect)
    except Unexpected as missing:
        return not_seen(f"the test expects no {missing.args[0]!r}")
    given = select(window, parameters["given"]) if "given" in parameters else []
    least = int(parameters.get("given_at_least", 1))
    if "given" in parameters and len(given) < least:
        return not_seen(f"what the rule presupposes happened {len(given)} times, not {least}")
    finding = JUDGES[rule.judge["kind"]](parameters, window, book.contracts)
    finding = replace(finding, evidence=(*finding.evidence, *with_answers(given[:PRESUPPOSED])))
    if window.gaps and finding.on_absence:
        lost = sum(int(gap.entry.data.get("count") or 1) for gap in window.gaps)
        return not_seen(f"the record lacks {lost} entries here, and the rule rests on what is not there")
    return finding


def _verdict(judged: _Judged) -> Verdict:
    rule, window, finding = judged.rule, judged.window, judged.finding
    cited = list(dict.fromkeys(one.entry.id for one in finding.evidence))[:CITED]
    return Verdict(
        check=rule.check,
        rule=rule.id,
        result=finding.result,
        title=rule.title,
        severity=rule.severity,
        source=rule.source,
        certainty=rule.certainty,
        expected=_expected(rule, window),
        observed=finding.observed,
        test=window.test,
        conversation=window.conversation,
        entries=tuple(cited),
        reason=finding.reason,
        generic=any(one.entry.data.get("generic") for one in finding.evidence),
    )


def _expected(rule: Rule, window: Window) -> str:
    """The rule's words with this window's expectations in them."""
    words = []
    for word in rule.expected.split(" "):
        name = word.rstrip(".,;:")
        if name.startswith(PREFIX):
            try:
                value = orjson.dumps(resolve(name, window.expect)).decode()
            except Unexpected:
                value = "what the test expects"
            word = (value if len(value) <= SHOWN else f"{value[:SHOWN]}…") + word[len(name) :]
        words.append(word)
    return " ".join(words)


def _unruled(check: str) -> Verdict:
    return Verdict(
        check=check, rule=check, result=Result.NOT_SEEN, title=check, severity="must", source="", certainty="",
        expected="", observed="", reason=f"contracts/ has no rule for {check}",
    )  # fmt: skip
