"""The Bot Connector rules against small scenes: ``tests/vectors/bot_connector/rules``.

Steps: a turn with its answer (``variant``, ``kind``, ``credential``, ``probe``, ``known``, ``secret_is_findable``,
``status``, ``seconds``, ``headers``, ``body``, its ``encoding``; ``turn`` changes what we post, ``drop`` takes keys
away, ``customer`` is another than Ann), a note ``fault`` of a session, ``served`` (a file was fetched), or a ``call``
of the platform. ``times`` repeats a step; a case may ``expect`` more.
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

VECTORS = Path(__file__).resolve().parent.parent / "vectors" / "bot_connector" / "rules"
TURNS = VECTORS.parent / "turns"
TEST, ANN, BOB = "test_x", "ann-0001", "bob-0002"
INTENTS = ["Success", "Bye"]
SAID = ("kind", "credential", "probe", "known", "secret_is_findable")  # of a step, in the entries' data
RULES: Mapping[str, Rule] = {rule.id: rule for rule in standard_rulebook().all() if rule.interface == "bot_connector"}


class Scene:
    """Plays steps into entries."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.mono = 100.0
        for customer in (ANN, BOB):
            self.add("note", "test.customer", "test", data={"test": TEST, "customer": customer})

    def add(self, kind: str, name: str, interface: str, **fields: Any) -> None:
        number = len(self.entries)
        entry = Entry(0, number, kind, name, interface, self.mono, self.mono, self.mono, org="o", **fields)  # type: ignore[arg-type]
        self.entries.append(entry)

    def check(self, name: str, check: str, expect: Mapping[str, Any]) -> None:
        data = {"test": TEST, "check": check, "expect": {"intents": INTENTS, **expect}}
        self.add("note", name, "test", data=data)

    def play(self, step: Mapping[str, Any]) -> None:
        exchange = f"0-{len(self.entries)}"
        if "fault" in step:
            data = {"rule": step["fault"]}
            self.add("note", "bot_connector.fault", "bot_connector", customer=ANN, data=data)
        elif "served" in step:
            self.add("note", "media.served", "attachments", data={"media": step["served"]})
        elif "call" in step:
            self.call(exchange, step)
        else:
            self.exchange(exchange, step)

    def call(self, exchange: str, step: Mapping[str, Any]) -> None:
        shared: dict[str, Any] = {"exchange": exchange, "customer": ANN, "data": {"operation": step["call"]}}
        self.add("message", "PUT /x", "platform", direction="in", body=step["body"].encode(), **shared)
        if "status" in step:
            self.add("message", str(step["status"]), "platform", direction="out", status=step["status"], **shared)

    def exchange(self, exchange: str, step: Mapping[str, Any]) -> None:
        variant = step.get("variant", "v1")
        data = {"variant": variant, "kind": "turn", "credential": "good"}
        data |= {key: step[key] for key in SAID if key in step}
        posted = {**orjson.loads((TURNS / f"{variant}_text.json").read_bytes()), **step.get("turn", {})}
        posted = {key: value for key, value in posted.items() if key not in step.get("drop", ())}
        shared: dict[str, Any] = {"exchange": exchange, "customer": step.get("customer", ANN)}
        body = orjson.dumps(posted)
        self.add("message", "POST /bot", "bot_connector", direction="out", body=body, data=dict(data), **shared)
        if "status" not in step:
            return  # we hung up, or nobody answered
        seconds = step.get("seconds", 0.1)
        self.mono += seconds
        headers = tuple(step.get("headers", {"Content-Type": "application/json"}).items())
        answer, status = step.get("body", "{}").encode(step.get("encoding", "utf-8")), step["status"]
        self.add(
            "message", str(status), "bot_connector", direction="in", body=answer, status=status, headers=headers,
            data={**data, "seconds": seconds}, **shared,
        )  # fmt: skip


def scene(steps: list[Mapping[str, Any]], check: str, expect: Mapping[str, Any] | None = None) -> list[Entry]:
    play = Scene()
    play.check("check.began", check, expect or {})
    for step in steps:
        for _ in range(step.get("times", 1)):
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
