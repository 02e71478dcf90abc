"""From the events of a run and its record to a ``Report``. No I/O."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Final

from understudy.checker.verdict import Result, Verdict, roll_up
from understudy.reporter.conversations import read_conversations
from understudy.reporter.diagnosed import diagnoses
from understudy.reporter.outcomes import read_tests, read_verdicts
from understudy.reporter.report import Report, ReportRow, ReportTable, ReportTest
from understudy.settings import Settings, Waiver
from understudy.suite import Row, Suite

REPEATED: Final = ("--target", "--config", "--limits")  # options of the run that a reproduction needs


@dataclass(frozen=True, slots=True)
class Material:
    """What a run left behind: pytest's events, the entries of the record (as JSON), tables and warnings made of it."""

    events: Sequence[Mapping[str, Any]]
    entries: Sequence[Mapping[str, Any]]
    tables: tuple[ReportTable, ...] = ()
    warnings: tuple[str, ...] = ()


def build_report(
    suite: Suite, rows: Sequence[Row], settings: Settings, run: Mapping[str, Any], material: Material, today: date
) -> Report:
    """Roll tests and verdicts up into rows; a check without a verdict is *not seen*, or *not applicable* where its
    topology was not part of the run."""
    found = diagnoses(material.entries)
    tests = tuple(replace(test, diagnoses=found.get(test.id, ())) for test in read_tests(material.events))
    verdicts = read_verdicts(material.events)
    verdicts += [verdict for row in rows for verdict in _unearned(row, suite, run, verdicts, tests)]
    verdicts = [replace(verdict, reproduce=_command(verdict.check, suite, run)) for verdict in verdicts]
    waivers = {id_: waiver for id_, waiver in settings.waivers.items() if waiver.until >= today}
    conversations, entries = read_conversations(material.entries, {id_ for v in verdicts for id_ in v.entries})
    return Report(
        suite={"name": suite.name, "title": suite.title, "guide": suite.guide},
        run=run,
        rows=tuple(_row(row, suite, settings.required, verdicts, tests, waivers) for row in rows),
        verdicts=tuple(verdicts),
        tests=tests,
        conversations=conversations,
        entries=entries,
        tables=material.tables,
        findings=tuple({k: str(v) for k, v in asdict(one).items()} for one in suite.findings),
        warnings=(*material.warnings, *_expired(rows, settings.waivers, today), *_idle(suite, settings.required)),
    )


def _unearned(
    row: Row, suite: Suite, run: Mapping[str, Any], verdicts: Sequence[Verdict], tests: Sequence[ReportTest]
) -> Iterator[Verdict]:
    """What the verdicts keep silent about: a check whose tests are not part of the run, or a test that should have
    brought a verdict on it and did not. A verdict by the way, from a test of another check, earns nothing."""
    for check in row.checks:
        own = [test for test in tests if check in test.checks]
        brought = {verdict.test for verdict in verdicts if verdict.check == check}
        for test in own:
            if test.id not in brought:
                yield _silent(check, row, Result.NOT_SEEN, _ending(test), test.id)
        if not own and "" not in brought:
            yield _silent(check, row, *_untested(check, suite, run))


def _ending(test: ReportTest) -> str:
    return (
        "its test was not run" if test.outcome == "not run" else f"its test ended as {test.outcome} without a verdict"
    )


def _untested(check: str, suite: Suite, run: Mapping[str, Any]) -> tuple[Result, str]:
    profile = check.rpartition(".")[2]
    if profile in suite.profiles and profile not in run["profiles"]:
        return Result.NOT_APPLICABLE, f"the run has no endpoint in the {profile} topology"
    return Result.NOT_SEEN, "no test of this run made it ripe"


def _silent(check: str, row: Row, result: Result, reason: str, test: str = "") -> Verdict:
    return Verdict(
        check=check, rule=check, result=result, title=row.title, severity=row.severity, source="", certainty="",
        expected="", observed="", reason=reason, test=test,
    )  # fmt: skip


def _command(check: str, suite: Suite, run: Mapping[str, Any]) -> str:
    """The command that does it again, with the options of this run that it depends on."""
    try:
        words = shlex.split(str(run.get("command", "")))
    except ValueError:
        words = []
    only = ["--only", check] if check in suite.checks else []  # what is judged in every test can't be asked for alone
    made = ["understudy", "verify", suite.name, *only, "--seed", str(run["seed"])]
    if run["target"]["fault"]:
        made += ["--fault", run["target"]["fault"]]
    for at, word in enumerate(words):
        option, equals, value = word.partition("=")
        if option in REPEATED and (equals or words[at + 1 : at + 2]):
            made += [option, value if equals else words[at + 1]]
    return shlex.join(made)


def _row(
    row: Row, suite: Suite, required: tuple[str, ...], verdicts: Sequence[Verdict], tests: Sequence[ReportTest],
    waivers: Mapping[str, Waiver],
) -> ReportRow:  # fmt: skip
    own = [v for v in verdicts if v.check in row.checks]
    result = roll_up(v.result for v in own)
    flaky = {check for test in tests if test.flaky for check in test.checks if check in row.checks}
    return ReportRow(
        id=row.id,
        title=row.title,
        group=row.group,
        result=result,
        required=suite.is_required(row, required),
        checks=row.checks,
        derived=row.derived,
        severity=row.severity,
        qualifier=", ".join(_qualifiers(suite, own, tests)),
        generic=any(v.generic for v in own),
        reason="; ".join(dict.fromkeys(v.reason for v in own if v.reason and v.result is result)),
        waiver=_waived(row, own, flaky, waivers),
        flaky=bool(flaky),
    )


def _qualifiers(suite: Suite, own: Iterable[Verdict], tests: Iterable[ReportTest]) -> Iterator[str]:
    """Where the result was earned: the topologies."""
    profiles = {test.id: test.profile for test in tests}
    earned = {profiles.get(v.test, "") for v in own if v.result is Result.PASSED} - {""}
    if len(suite.profiles) > 1 and earned:
        yield " and ".join(sorted(earned))


def _waived(row: Row, own: Sequence[Verdict], flaky: set[str], waivers: Mapping[str, Waiver]) -> str:
    """The reasons of the waivers that the row needs: its own, or one for every check of it that was not earned."""
    unearned = {v.check for v in own if v.result in (Result.FAILED, Result.NOT_SEEN)} | flaky
    if not unearned and roll_up(v.result for v in own) is Result.NOT_APPLICABLE:
        unearned = set(row.checks)
    if not unearned:
        return ""
    if row.id in waivers:
        return waivers[row.id].reason
    if not unearned <= waivers.keys():
        return ""
    return "; ".join(dict.fromkeys(waivers[check].reason for check in row.checks if check in unearned))


def _expired(rows: Sequence[Row], waivers: Mapping[str, Waiver], today: date) -> Iterator[str]:
    known = {id_ for row in rows for id_ in (row.id, *row.checks)}
    for id_, waiver in waivers.items():
        if id_ in known and waiver.until < today:
            yield f"the waiver of {id_} ended on {waiver.until}: {waiver.reason}"


def _idle(suite: Suite, required: Sequence[str]) -> Iterator[str]:
    for pattern in required:
        if not any(suite.is_required(row, (pattern,)) for row in suite.rows):
            yield f"required = {pattern!r} names no row of {suite.name} that must be earned: it gates nothing"
