"""The Web Messaging rules against small scenes: ``tests/vectors/web_messaging/rules``.

Steps: ``says`` (a client's frame; its token is "t" unless given), ``told`` (a frame of ours), ``upgrade`` (a path, with
the ``status`` of its answer), ``cut``, ``fault`` (what the guest socket found wrong), ``shown`` (the user side's
listing), a ``call`` of the platform. ``socket`` (1), ``customer``, ``probe``, ``wait`` (seconds) and ``times`` go with
each.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest
from tests.checker.vectors import cases, results

from understudy.checker.judge import judge, standard_rulebook
from understudy.checker.rules import Rule
from understudy.checker.verdict import Result
from understudy.record.entry import Entry
from understudy.web_messaging.codes import codes
from understudy.web_messaging.seam import name_of, sent_name

VECTORS = Path(__file__).resolve().parent.parent / "vectors" / "web_messaging" / "rules"
TEST, ANN = "test_x", "ann-0001"
RULES: Mapping[str, Rule] = {rule.id: rule for rule in standard_rulebook().all() if rule.interface == "web_messaging"}


class Scene:
    """Plays steps into entries."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.mono = 100.0
        self.add("note", "test.customer", "test", data={"test": TEST, "customer": ANN})

    def add(self, kind: str, name: str, interface: str, **fields: Any) -> None:
        number = len(self.entries)
        entry = Entry(0, number, kind, name, interface, self.mono, self.mono, self.mono, org="o", **fields)  # type: ignore[arg-type]
        self.entries.append(entry)

    def check(self, name: str, check: str, expect: Mapping[str, Any]) -> None:
        self.add("note", name, "test", data={"test": TEST, "check": check, "expect": expect})

    def play(self, step: Mapping[str, Any]) -> None:
        self.mono += step.get("wait", 0.01)
        data = {"deployment": "d", "socket": step.get("socket", 1)}
        data |= {key: step[key] for key in ("probe",) if key in step}
        shared: dict[str, Any] = {"customer": step.get("customer", ANN)}
        match step:
            case {"says": frame}:
                whole = {"token": "t", **frame}
                form = {"token": step.get("form", "uuid")}
                body = orjson.dumps(whole)
                self.message(name_of(whole), "in", body=body, data=data | form, **shared)
            case {"told": frame}:
                text = orjson.dumps({"type": "message", "code": 200, "body": {}, **frame})
                ordered = orjson.loads(text)
                head = {key: ordered.pop(key) for key in ("type", "class", "code")}
                body = orjson.dumps({**head, **ordered})
                self.message(sent_name(body.decode()), "out", body=body, data=data, **shared)
            case {"upgrade": path}:
                exchange = {"exchange": f"0-{len(self.entries)}", "data": {"deployment": "d"}, **shared}
                self.message(f"GET {path}", "in", **exchange)
                self.message(str(step["status"]), "out", status=step["status"], **exchange)
            case {"cut": _}:
                self.add("note", "web_messaging.cut", "web_messaging", data=data, **shared)
            case {"fault": rule}:
                self.add("note", "web_messaging.fault", "web_messaging", data={**data, "rule": rule}, **shared)
            case {"shown": listing}:
                self.add(
                    "message", "200", "user_side", direction="in", body=orjson.dumps(listing), status=200, **shared
                )
            case {"call": operation}:
                exchange = {"exchange": f"0-{len(self.entries)}", "data": {"operation": operation}}
                self.add("message", "GET /x", "platform", direction="in", **exchange)
                self.add("message", "x", "platform", direction="out", status=step["status"], **exchange)

    def message(self, name: str, direction: str, **fields: Any) -> None:
        self.add("message", name, "web_messaging", direction=direction, **fields)


def scene(steps: list[Mapping[str, Any]], check: str, expect: Mapping[str, Any] | None = None) -> list[Entry]:
    play = Scene()
    steps = [one for one in steps for _ in range(one.get("times", 1))]
    play.check("check.began", check, expect or {})
    for step in steps:
        play.play(step)
    play.check("check.ended", check, {})
    return play.entries


@pytest.mark.parametrize("case", cases(VECTORS))
def test_a_case_is_judged_as_its_file_says(case: Mapping[str, Any]) -> None:
    for rule, expected in case["results"].items():
        known = RULES[rule]
        verdicts = judge(scene(case["steps"], known.window, case.get("expect")), (known.check,), TEST)
        found = {verdict.rule: verdict for verdict in verdicts}
        if expected == "not seen" and rule not in found:
            continue  # a rule that holds always is silent where it saw nothing
        assert (found[rule].result, rule) == (expected, rule), found[rule]


def test_every_rule_has_a_case_that_passes_and_one_that_fails() -> None:
    seen = results(VECTORS, RULES)
    assert {rule: told for rule, told in seen.items() if not {"passed", "failed"} <= told} == {}


@pytest.mark.parametrize("rule", RULES)
def test_no_rule_passes_where_nothing_happened(rule: str) -> None:
    known = RULES[rule]
    for entries in (scene([], known.window), []):
        assert {verdict.result for verdict in judge(entries, (known.check,), TEST)} == {Result.NOT_SEEN}


def test_the_known_codes_are_those_of_the_contract() -> None:
    assert sorted(RULES["WS-03"].judge["is"]) == sorted(codes())
