"""A made report: all four results, a flaky and a waived row, a generic verdict, two conversations, hostile texts."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from understudy.checker.verdict import Result, Verdict
from understudy.record.entry import Entry, Kind
from understudy.reporter.report import (
    Report,
    ReportConversation,
    ReportRow,
    ReportTable,
    ReportTest,
)

BEGAN = 1_795_255_200.0  # 2026-11-21T10:00:00Z
MESSAGE_ID = "4c7f6f1e-0b55-4d5e-8d3a-2f0a6f9f1d11"
HOSTILE = "<script>alert(1)</script> ]]> \"double\" 'single' \u202eevil\u202c \x1b[31mred | `code` &amp; \x00"
PATH = "/api/v2/conversations/messages/2b1f0c2e-1111-4222-8333-444455556666/inbound/open/message"
WEBHOOK = "/webhooks/genesys/ACCOUNT-27a33660/PROJECT-c4876e30/live/events"
UNRIPE = "no test of this run made it ripe"
JSON = (("Content-Type", "application/json"), ("X-Understudy", "Ünïcode"))
CHANNEL = "suites/polyai/test_verify.py::test_a_message_arrives[channel]"
HANDOFF = "suites/polyai/test_verify.py::test_handoff[channel]"
ROLE = "suites/polyai/test_verify.py::test_role[channel]"


class Lines:
    """Entries of a record, as ``report.json`` holds them."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self.lines: dict[str, dict[str, Any]] = {}

    def add(self, kind: Kind, name: str, interface: str, **more: Any) -> str:
        number = next(self._numbers)
        at = number * 0.125
        entry = Entry(0, number, kind, name, interface, 100.0 + at, BEGAN + at, BEGAN + at, org="org-1", **more)
        self.lines[entry.id] = entry.to_json()
        return entry.id

    def note(self, name: str, /, customer: str | None = None, conversation: str | None = None, **data: Any) -> str:
        interface = "test" if name.startswith(("check", "test")) else "world"
        return self.add("note", name, interface, customer=customer, conversation=conversation, data=data)

    def exchange(self, interface: str, direction: str, name: str, body: bytes, status: int, **more: Any) -> list[str]:
        number = f"0-{len(self.lines)}"
        back: Any = "in" if direction == "out" else "out"
        ends: dict[str, Any] = {"exchange": number, "peer": "127.0.0.1", "headers": JSON, "customer": "ann"} | more
        asked: Any = direction
        sent = self.add("message", name, interface, direction=asked, body=body, **ends)
        answer = self.add(
            "message", str(status), interface, direction=back, status=status, body=b'{"id":"a"}',
            **{**ends, "data": {**ends.get("data", {}), "seconds": 0.012}},
        )  # fmt: skip
        return [sent, answer]


def verdict(check: str, result: Result = Result.PASSED, **more: Any) -> Verdict:
    told: dict[str, Any] = {
        "rule": f"{check}.rule", "title": f"Title of {check}", "severity": "must", "source": "guide, step 5",
        "certainty": "documented", "expected": "one text, as it was said", "observed": "one text",
        "reproduce": f"understudy verify polyai --only {check} --seed 1",
    }  # fmt: skip
    return Verdict(check=check, result=result, **(told | more))


def row(id_: str, result: Result, group: str = "V", **more: Any) -> ReportRow:
    told: dict[str, Any] = {"title": f"Title of row {id_}", "required": True, "checks": (f"PA-{id_}",)} | more
    return ReportRow(id=id_, group=group, result=result, **told)


def ann_speaks(lines: Lines) -> tuple[list[str], list[str]]:
    """Ann's conversation, and the evidence of what fails in it."""
    first = len(lines.lines)
    lines.note("test.customer", "ann", test=CHANNEL, nickname="Ann")
    lines.note("check.began", check="PA-V1.channel", test=CHANNEL, expect={"texts": ["hello"]})
    lines.exchange("user_side", "out", "POST /users/ann/messages", b'{"text":"hello"}', 202)
    body = b'{"channel":{"from":{"id":"ann"}},"text":"hello","type":"Text"}'
    lines.exchange("platform", "in", f"POST {PATH}", body, 202, conversation="c-1", data={"operation": "postInbound"})
    lines.note("flow.step", "ann", "c-1", flow="PolyAI Handoff Flow", action="transferToAcd", name="To the queue")
    said = ('{"text":"' + HOSTILE.replace('"', '\\"').replace("\x1b", "").replace("\x00", "") + '"}').encode()
    wrong = lines.exchange("open_messaging", "out", f"POST {WEBHOOK}", said, 500, data={"attempt": 1})
    lines.exchange("open_messaging", "out", f"POST {WEBHOOK}", b"\xff\xfe\x00binary", 200, data={"attempt": 2})
    lines.add("message", "v2.detail.events.conversation.c-1.user.end", "notifications", direction="out", customer="ann")
    lines.note("check.ended", check="PA-V1.channel", test=CHANNEL)
    return list(lines.lines)[first:], wrong


def bob_speaks(lines: Lines) -> list[str]:
    """Bob's conversation: all well."""
    first = len(lines.lines)
    lines.note("test.customer", "bob", test=HANDOFF, nickname="Bob " + HOSTILE)
    lines.exchange("platform", "in", f"POST {PATH}", b'{"text":"agent please"}', 202, customer="bob")
    return list(lines.lines)[first:]


@pytest.fixture
def lines() -> Lines:
    """An empty record to write into."""
    return Lines()


@pytest.fixture
def report(lines: Lines) -> Report:
    """The sample report; its exit code is 1."""
    token = lines.exchange("oauth", "in", "POST /oauth/token", b"grant_type=client_credentials", 200, customer=None)
    ann, wrong = ann_speaks(lines)
    bob = bob_speaks(lines)
    rows = (
        row("V1", Result.FAILED, checks=("PA-V1.channel", "PA-V1.forward"), qualifier="channel",
            title="A test message reaches the webhook, signed; the reply comes back through the Platform API"),
        row("V2", Result.PASSED, qualifier="channel", generic=True),
        row("V3", Result.PASSED, flaky=True),
        row("V4", Result.NOT_SEEN, reason=UNRIPE),
        row("F1", Result.NOT_SEEN, "F", derived=True, waiver="agreed with the vendor"),
        row("F2", Result.NOT_APPLICABLE, "F", derived=True, reason="the vendor would have to be configured anew"),
        row("C1", Result.FAILED, "C", required=False, title=f"Row {HOSTILE}"),
    )  # fmt: skip
    verdicts = (
        verdict("PA-V1.channel", Result.FAILED, observed="2 texts: hello, hello", test=CHANNEL, conversation="c-1",
                entries=(wrong[0], wrong[1], "0:999")),
        verdict("PA-V1.forward", Result.NOT_APPLICABLE, reason="the run has no endpoint in the forward topology"),
        verdict("PA-V2", test=HANDOFF, entries=(bob[1], token[0]), generic=True),
        verdict("PA-V3"),
        verdict("PA-V4", Result.NOT_SEEN, reason=UNRIPE, expected="", observed="", source=""),
        verdict("PA-F1", Result.NOT_SEEN, reason="its test ended as failed without a verdict", observed=""),
        verdict("PA-F2", Result.NOT_APPLICABLE, reason="the vendor would have to be configured anew"),
        verdict("PA-C1", Result.FAILED, observed=HOSTILE, title=HOSTILE, certainty="assumed"),
        verdict("OM-SELF", Result.FAILED, title="What the emulator posts is well formed", observed="an unknown field"),
    )  # fmt: skip
    return Report(
        suite={"name": "polyai", "title": "PolyAI over Open Messaging", "guide": "PolyAI: Genesys Cloud integration"},
        run={
            "id": "polyai-2026-11-21T100000-ab12", "seed": 1, "salt": "ab12cd34", "started": "2026-11-21T10:00:00.000Z",
            "seconds": 9.84, "target": {"kind": "reference", "url": "polyai.py", "fault": "duplicate"},
            "profiles": ["channel"], "command": "understudy verify polyai --fault duplicate", "limits": "real",
            "durability": "group", "interrupted": False, "machine": "Linux x86_64, 2 cores, Python 3.11.2",
        },
        rows=rows,
        verdicts=verdicts,
        tests=(
            ReportTest(id=CHANNEL, outcome="failed", seconds=1.25, profile="channel", checks=("PA-V1.channel",),
                       text=HOSTILE, diagnoses=("routing.no_flow: nothing is attached",)),
            ReportTest(id=HANDOFF, outcome="passed", seconds=2.5, profile="channel", checks=("PA-V2",)),
            ReportTest(id=ROLE, outcome="passed", seconds=0.5, profile="channel", checks=("PA-V3",), flaky=True),
        ),
        conversations=(
            ReportConversation(id="ann", title="Ann in test_a_message", test=CHANNEL, entries=tuple(ann)),
            ReportConversation(id="bob", title=f"Bob {HOSTILE}", test=HANDOFF, entries=tuple(bob)),
        ),
        entries=lines.lines,
        tables=(
            ReportTable(title="Activity of the OAuth client (channel)", columns=("operation", "permissions", "calls"),
                        rows=(("postInbound", "conversation:message:create", "3"), (HOSTILE, "none", "1"))),
            ReportTable(title="Permissions of the role (channel)", columns=("permission", "finding"), rows=(),
                        note="Nothing."),
        ),
        findings=({"title": "The guide contradicts Genesys", "detail": "Messages flow the other way.",
                   "source": "guide, first paragraph", "switch": "topology = channel | forward"},),
        warnings=("the record has a gap of 3 entries", HOSTILE),
    )  # fmt: skip


@pytest.fixture
def wide_report(report: Report, lines: Lines) -> Report:
    """The sample with more conversations than a page holds; the last one has failing evidence."""
    made = []
    for at in range(230):
        entries = (lines.note("mark", number=at),)
        made.append(ReportConversation(id=f"customer-{at}", title=f"Customer {at}", test=CHANNEL, entries=entries))
    worst = verdict("PA-C1", Result.FAILED, entries=made[-1].entries)
    return replace(report, conversations=tuple(made), verdicts=(*report.verdicts, worst))
