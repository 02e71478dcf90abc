"""The Open Messaging rules against small scenes: ``tests/vectors/rules/*.toml``.

A case is a list of steps and what each rule says of them. Steps: ``deliver`` (a webhook body over a valid text;
``probe``, ``signature``, ``raw``, ``headers``, ``delivery``, ``method``, ``kind``, ``check``, ``load``), ``answer``
(status; with ``seconds``), ``sees`` (the user side's listing), ``says`` (what the user does), ``call`` (an inbound
operation with its answer), ``grant``, ``note``, ``wait``; ``times`` repeats one.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest
from tests.checker.vectors import cases, results

from understudy.checker.contract import Contracts
from understudy.checker.judge import judge, standard_rulebook
from understudy.checker.verdict import Result, Verdict
from understudy.record.entry import Entry

VECTORS = Path(__file__).resolve().parent.parent / "vectors" / "rules"
TEST, ANN, INTEGRATION = "test_x", "ann-0001", "integration-1"
OPERATIONS = {
    "message": "postConversationsMessageInboundOpenMessage",
    "event": "postConversationsMessageInboundOpenEvent",
    "receipt": "postConversationsMessageInboundOpenReceipt",
    "click": "postConversationsMessageInboundOpenStructuredResponse",
    "deprecated": "postConversationsMessagesInboundOpen",
}
TIME = "2026-01-01T00:00:00.000Z"


class Scene:
    """Plays steps into entries."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.mono = 100.0
        self.exchange = 0
        self.delivered: Entry | None = None
        self.note("test.customer", customer=ANN)

    def add(self, kind: str, name: str, interface: str, **fields: Any) -> Entry:
        number = len(self.entries)
        entry = Entry(0, number, kind, name, interface, self.mono, self.mono, self.mono, org="o", **fields)  # type: ignore[arg-type]
        self.entries.append(entry)
        return entry

    def note(self, name: str, **data: Any) -> None:
        self.add("note", name, "test", data={"test": TEST, **data})

    def play(self, step: Mapping[str, Any]) -> None:
        for _ in range(step.get("times", 1)):
            for verb, argument in step.items():
                if verb != "times":
                    getattr(self, f"do_{verb}")(argument)

    def do_wait(self, seconds: float) -> None:
        self.mono += seconds

    def do_note(self, spec: Mapping[str, Any]) -> None:
        self.note(**spec)

    def do_gap(self, number: int) -> None:
        entry = self.add("note", "gap", "world")
        entry.data = {"count": number, "first": entry.number, "last": entry.number}

    def do_deliver(self, spec: Mapping[str, Any]) -> None:
        spec = dict(spec)
        data = {"kind": "deliver", "signature": "good"}
        data |= {key: spec.pop(key) for key in ("kind", "signature", "delivery", "check", "load") if key in spec}
        data |= {"kind": "probe"} if spec.pop("probe", False) else {}
        raw, method = spec.pop("raw", None), spec.pop("method", "POST")
        headers = tuple(spec.pop("headers", {"X-Hub-Signature-256": "sha256=x"}).items())
        id_ = spec.get("id", f"m{len(self.entries)}")
        customer = spec.pop("customer", ANN)
        channel = {
            "id": INTEGRATION,
            "platform": "Open",
            "type": "Private",
            "to": {"id": customer, "idType": "Opaque"},
            "from": {"id": INTEGRATION, "idType": "Opaque", "nickname": "Shop"},
            "time": TIME,
            "messageId": id_,
        }
        body = {"id": id_, "channel": channel, "type": "Text", "text": "hello", "direction": "Outbound", **spec}
        self.exchange += 1
        self.delivered = self.add(
            "message", f"{method} /hook", "open_messaging", direction="out", exchange=f"0-{self.exchange}",
            headers=headers, body=raw.encode() if raw is not None else orjson.dumps(body), customer=ANN, data=data,
        )  # fmt: skip

    def do_answer(self, spec: int | Mapping[str, Any]) -> None:
        given = {"status": spec} if isinstance(spec, int) else dict(spec)
        request = self.delivered
        assert request is not None
        seconds = given.get("seconds", 0.1)
        self.mono += seconds
        self.add(
            "message", str(given["status"]), "open_messaging", direction="in", exchange=request.exchange,
            status=given["status"], customer=ANN, data={**request.data, "seconds": seconds},
        )  # fmt: skip

    def do_sees(self, spec: list[Any] | Mapping[str, Any]) -> None:
        customer, shown = (ANN, spec) if isinstance(spec, list) else (spec["customer"], spec["messages"])
        messages = [{"type": "text", "text": one} if isinstance(one, str) else one for one in shown]
        listing = [{"id": f"s{place}", "from": "agent", **one} for place, one in enumerate(messages)]
        self._exchange("GET", "user_side", {}, 200, {"messages": listing}, customer, {"verb": "seen"}, is_ours=True)

    def do_says(self, spec: str | Mapping[str, Any]) -> None:
        body = {"text": spec} if isinstance(spec, str) else dict(spec)
        verb = body.pop("verb", "say")
        self._exchange("POST", "user_side", body, 202, {}, ANN, {"verb": verb}, is_ours=True)

    def do_call(self, spec: Mapping[str, Any]) -> None:
        spec = dict(spec)
        operation = spec.pop("operation", "message")
        body = {**self.valid(operation), **spec.pop("body", {})}
        channel = {**body.get("channel", {}), **spec.pop("channel", {})}
        body |= {"channel": {key: value for key, value in channel.items() if value != ""}} if channel else {}
        data = {"operation": OPERATIONS.get(operation, operation)}
        token = spec.pop("token", "«secret:1»")
        self._exchange(
            spec.pop("method", "POST"), "platform", {key: value for key, value in body.items() if value != ""},
            spec.pop("status", 200), spec.pop("answer", {}), ANN, data, headers=(("Authorization", f"Bearer {token}"),),
            **spec,
        )  # fmt: skip

    def do_grant(self, status: int) -> None:
        self._exchange("POST", "oauth", {}, status, {}, None, {})

    def valid(self, operation: str) -> dict[str, Any]:
        channel = {"from": {"id": ANN, "idType": "Opaque"}, "time": TIME, "messageId": f"v{len(self.entries)}"}
        to = {"to": {"id": ANN}, "time": TIME}
        bodies: dict[str, dict[str, Any]] = {
            "message": {"channel": channel, "text": "hi"},
            "event": {"channel": channel, "events": [{"eventType": "Typing", "typing": {"type": "On"}}]},
            "receipt": {"id": "m1", "channel": to, "status": "Delivered", "isFinalReceipt": True},
            "click": {
                "channel": channel,
                "buttonResponse": {"type": "QuickReply", "text": "Yes", "payload": "yes"},
                "originatingMessageId": "m1",
            },
            "deprecated": {"channel": {**channel, "to": {"id": INTEGRATION}}, "type": "Text", "text": "hi"},
        }
        return bodies.get(operation, {})

    def _exchange(
        self, method: str, interface: str, body: Mapping[str, Any], status: int, answer: Mapping[str, Any],
        customer: str | None, data: Mapping[str, Any], *, is_ours: bool = False, seconds: float = 0.01,
        headers: tuple[tuple[str, str], ...] = (), retry_after: float | None = None, conversation: str | None = None,
    ) -> None:  # fmt: skip
        self.exchange += 1
        path = "/oauth/token" if interface == "oauth" else "/users/x/messages" if is_ours else "/api/v2/x"
        shared = {"exchange": f"0-{self.exchange}", "customer": customer, "conversation": conversation}
        self.add(
            "message", f"{method} {path}", interface, direction="out" if is_ours else "in", headers=headers,
            body=orjson.dumps(body), data=dict(data), **shared,
        )  # fmt: skip
        self.mono += seconds
        retry = (("Retry-After", f"{retry_after:g}"),) if retry_after is not None else ()
        self.add(
            "message", str(status), interface, direction="in" if is_ours else "out", status=status, headers=retry,
            body=orjson.dumps(answer), data=dict(data), **shared,
        )  # fmt: skip


def scene(case: Mapping[str, Any], check: str) -> list[Entry]:
    """The entries of a case, with the window of ``check`` around its steps."""
    play = Scene()
    for step in case.get("before", ()):
        play.play(step)
    play.note("check.began", check=check, expect=case.get("expect", {}))
    for step in case["steps"]:
        play.play(step)
    play.note("check.ended", check=check)
    return play.entries


def verdicts_of(entries: list[Entry], rule: str) -> list[Verdict]:
    (known,) = [one for one in standard_rulebook().all() if one.id == rule]
    return [verdict for verdict in judge(entries, (known.check,), TEST) if verdict.rule == rule]


@pytest.mark.parametrize("case", cases(VECTORS))
def test_a_case_is_judged_as_its_file_says(case: Mapping[str, Any]) -> None:
    rules = {rule.id: rule for rule in standard_rulebook().all()}
    for rule, expected in case["results"].items():
        entries = scene(case, rules[rule].window)
        if expected == "silent":
            assert verdicts_of(entries, rule) == []
            continue
        (verdict,) = verdicts_of(entries, rule)
        assert (verdict.result, rule) == (expected, rule), verdict
        if expected in ("passed", "failed"):
            assert verdict.observed
            assert 1 <= len(verdict.entries) <= 12
        else:
            assert verdict.reason


def open_messaging_rules() -> list[str]:
    return [rule.id for rule in standard_rulebook().all() if rule.interface == "open_messaging"]


def test_every_rule_has_a_case_that_passes_and_one_that_fails() -> None:
    seen = results(VECTORS, open_messaging_rules())
    lacking = {rule: told for rule, told in seen.items() if not {"passed", "failed"} <= told}
    assert lacking == {}


@pytest.mark.parametrize("rule", open_messaging_rules())
def test_no_rule_passes_where_nothing_happened(rule: str) -> None:
    (known,) = [one for one in standard_rulebook().all() if one.id == rule]
    expect = {
        name: ["x"] for name in ("texts", "joined", "customer", "payload", "mime", "conversation", "same", "users")
    }
    empty = scene({"steps": [], "expect": expect}, known.window)
    assert {verdict.result for verdict in judge(empty, (known.check,), TEST)} == {Result.NOT_SEEN}
    assert {verdict.result for verdict in judge([], (known.check,), TEST)} == {Result.NOT_SEEN}


def test_every_check_of_the_list_has_a_rule() -> None:
    wanted = [f"OM-{number:02}" for number in range(1, 46)]
    assert [check for check in wanted if not standard_rulebook().of(check)] == []


def test_every_rule_of_scope_check_says_what_makes_it_ripe_once_per_check() -> None:
    book = standard_rulebook()
    checks = {rule.window for rule in book.all() if rule.interface == "open_messaging" and rule.scope == "check"}
    assert [check for check in sorted(checks) if not any(rule.ripe for rule in book.of(check))] == []


def test_every_schema_that_a_rule_names_compiles() -> None:
    book = standard_rulebook()
    for rule in book.all():
        if rule.judge["kind"] == "schema":
            assert book.contracts.judge(rule.judge["schema"], strict=bool(rule.judge.get("strict")))
    assert Contracts().names()
