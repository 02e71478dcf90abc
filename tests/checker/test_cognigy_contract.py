"""The rules of Cognigy's guide against small scenes: ``tests/vectors/cognigy/rules/*.toml``.

A case is a list of steps and what rules say of them. Steps: ``said`` (the customer writes), ``turn`` (a turn of the
bot; its fields go over a valid one, ``header`` is a header's name), ``answer`` (status; with ``body`` over one in state
MoreData), ``shown`` (a text in the messenger, or fields of the message), ``upgrade`` (origin, status), ``call`` (an
operation with its status), ``token`` (a token request: host, form, status), ``event`` (a text on the notification
channel), ``config`` (config.json: labels or status), ``note``; ``times`` repeats one.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest
from tests.checker.vectors import cases

from understudy.checker.judge import judge, standard_rulebook
from understudy.checker.rules import Rule
from understudy.checker.verdict import Verdict
from understudy.record.entry import Entry

VECTORS = Path(__file__).resolve().parent.parent / "vectors" / "cognigy" / "rules"
TEST, ANN = "test_x", "ann-0001"
ANSWER = {"botState": "MOREDATA", "replymessages": [{"type": "Text", "text": "hi"}]}
RULES = [rule for rule in standard_rulebook().all() if rule.id.startswith("CG-")]


class Scene:
    """Plays steps into entries."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.exchanges = 0
        self.turned = ""
        self.note("test.customer", customer=ANN)

    def add(self, kind: str, name: str, interface: str, **fields: Any) -> None:
        moment = 100.0 + len(self.entries) / 10
        number, whose = len(self.entries), fields.pop("customer", ANN)
        self.entries.append(
            Entry(0, number, kind, name, interface, moment, moment, moment, org="o", customer=whose, **fields)  # type: ignore[arg-type]
        )

    def note(self, name: str, **data: Any) -> None:
        self.add("note", name, "test", data={"test": TEST, **data})

    def play(self, step: Mapping[str, Any]) -> None:
        for _ in range(step.get("times", 1)):
            for verb, argument in step.items():
                if verb != "times":
                    getattr(self, f"do_{verb}")(argument)

    def do_note(self, spec: Mapping[str, Any]) -> None:
        self.note(**spec)

    def do_said(self, text: str) -> None:
        self._message("onMessage", "web_messaging", "in", {"message": {"type": "Text", "text": text}})

    def do_shown(self, spec: str | Mapping[str, Any]) -> None:
        given = {"text": spec} if isinstance(spec, str) else spec
        frame = {"class": "StructuredMessage", "body": {"direction": "Outbound", "type": "Text", **given}}
        self._message("StructuredMessage", "web_messaging", "out", frame)

    def do_turn(self, spec: str | Mapping[str, Any]) -> None:
        given = {"text": spec} if isinstance(spec, str) else dict(spec)
        message = {"type": "Text", "text": given.pop("text", "hi")}
        header = given.pop("header", "verify-token")
        body = {"botId": "b", "botVersion": "1", "botSessionId": "s", "languageCode": "en-us", "inputMessage": message}
        self.turned = self._exchange_id()
        self._message(
            "POST /endpoint", "bot_connector", "out", body | given, exchange=self.turned,
            headers=((header, "«secret:1»"),), data={"kind": "turn"},
        )  # fmt: skip

    def do_answer(self, spec: int | Mapping[str, Any]) -> None:
        given: dict[str, Any] = {"status": spec} if isinstance(spec, int) else dict(spec)
        status, said = int(given.get("status", 200)), given.get("body", {})
        body = {**ANSWER, **said} if status == 200 else {"error": "no"}
        data = {"kind": "turn", "seconds": given.get("seconds", 0.1)}
        self._message(str(status), "bot_connector", "in", body, exchange=self.turned, status=status, data=data)

    def do_upgrade(self, spec: Mapping[str, Any]) -> None:
        self._both("GET /v1?deploymentId=d", "web_messaging", None, spec["status"], {}, (("Origin", spec["origin"]),))

    def do_call(self, spec: Mapping[str, Any]) -> None:
        headers = (("Origin", spec["origin"]),) if "origin" in spec else ()
        data = {"operation": spec["operation"]}
        self._both("POST /api/v2/x", "platform", spec.get("body", {}), spec["status"], {}, headers, data)

    def do_token(self, spec: Mapping[str, Any]) -> None:
        form = spec.get("form", "grant_type=client_credentials&scope=%2A").encode()
        headers = (("Host", spec.get("host", "login.mypurecloud.de")),)
        self._both("POST /oauth/token", "oauth", form, spec.get("status", 200), {}, headers)

    def do_event(self, text: str) -> None:
        self._message("v2.detail.events.conversation.x.acd.start", "notifications", "out", {"eventBody": text})

    def do_config(self, spec: Mapping[str, Any]) -> None:
        labels = [{"language": "en-us", "localizedLabels": [{"key": "k", "value": one}]} for one in spec["labels"]]
        name = "GET /webdeployments/v1/deployments/d/config.json"
        self._both(name, "web_messaging", None, spec.get("status", 200), {"customI18nLabels": labels}, ())

    def _exchange_id(self) -> str:
        self.exchanges += 1
        return f"0-{self.exchanges}"

    def _message(self, name: str, interface: str, direction: str, body: Any, **fields: Any) -> None:
        raw = body if isinstance(body, bytes) else orjson.dumps(body)
        self.add("message", name, interface, direction=direction, body=raw, **{"data": {}, **fields})

    def _both(
        self, name: str, interface: str, body: Any, status: int, answer: Any, headers: tuple[tuple[str, str], ...],
        data: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        shared: dict[str, Any] = {"exchange": self._exchange_id(), "data": dict(data or {})}
        self._message(name, interface, "in", body, headers=headers, **shared)
        self._message(str(status), interface, "out", answer, status=status, **shared)


def scene(case: Mapping[str, Any], check: str) -> list[Entry]:
    """The entries of a case, with the window of ``check`` around its steps."""
    play = Scene()
    play.note("check.began", check=check, expect=case.get("expect", {}))
    for step in case["steps"]:
        play.play(step)
    play.note("check.ended", check=check)
    return play.entries


def verdict_of(entries: list[Entry], rule: Rule) -> Verdict:
    (verdict,) = [one for one in judge(entries, (rule.check,), TEST) if one.rule == rule.id]
    return verdict


@pytest.mark.parametrize("case", cases(VECTORS))
def test_a_case_is_judged_as_its_file_says(case: Mapping[str, Any]) -> None:
    rules = {rule.id: rule for rule in RULES}
    for expected in ("passed", "failed"):
        for id_ in case.get(expected, ()):
            verdict = verdict_of(scene(case, rules[id_].window), rules[id_])
            assert (id_, verdict.result) == (id_, expected), verdict
            assert verdict.observed


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_nothing_passes_where_nothing_happened(rule: Rule) -> None:
    if rule.optional:
        assert [
            one for one in judge(scene({"steps": []}, rule.window), (rule.check,), TEST) if one.result == "passed"
        ] == []
        return
    verdict = verdict_of(scene({"steps": []}, rule.window), rule)
    assert (verdict.result, bool(verdict.reason)) == ("not seen", True)


def test_every_rule_has_a_case_that_passes_and_one_that_fails() -> None:
    told = {
        kind: {id_ for case in cases(VECTORS) for id_ in case.values[0].get(kind, ())} for kind in ("passed", "failed")
    }
    known = {rule.id for rule in RULES}
    assert {kind: known - ids for kind, ids in told.items()} == {"passed": set(), "failed": set()}
