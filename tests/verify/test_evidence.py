"""What a run leaves behind for its report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from understudy.actors import Rehearsal, Slot
from understudy.actors.variations import without_permission
from understudy.control.client import ControlClient
from understudy.reporter.report import ReportTable
from understudy.settings import Settings
from understudy.verify.evidence import LOG_LINES, gather, output_of
from understudy.verify.run import emulator

Rehearse = Callable[..., Rehearsal]
READS = "conversation:communication:view"  # what the guide's role has not, and GET /conversations/{id} asks for


def table(tables: tuple[ReportTable, ...], beginning: str, profile: str = "channel") -> dict[str, Any]:
    """A table by its title: first column → the others."""
    (found,) = [one for one in tables if one.title.startswith(beginning) and one.title.endswith(f"({profile})")]
    return {row[0]: row[1:] for row in found.rows}


def test_activity_and_permissions_are_told_by_profile(
    control: ControlClient, slots: Mapping[str, Slot], rehearse: Rehearse
) -> None:
    rehearse().handed_over()
    made = gather(control, list(slots.values()), [])
    assert [one.title for one in made.tables] == [
        f"{what} ({profile})"
        for profile in ("channel", "forward")
        for what in ("Activity of the OAuth client", "Permissions of the role")
    ]
    permissions, count = table(made.tables, "Activity")["postConversationsMessageInboundOpenMessage"]
    assert permissions == "conversation:message:receive"
    assert int(count) >= 1
    findings = table(made.tables, "Permissions")
    assert findings["architect:datatable:add"] == ("never used",)
    assert "conversation:message:receive" not in findings
    assert made.entries[0]["number"] == 0


def test_a_call_that_was_refused_shows_what_was_used_and_not_granted(
    control: ControlClient, slots: Mapping[str, Slot], rehearse: Rehearse
) -> None:
    rehearsal = rehearse()
    with without_permission(rehearsal, "conversation:message:receive"):
        after = rehearsal.entry_cursor()
        rehearsal.customer().says(rehearsal.setting("handoff_phrase"))
        rehearsal.wait_entry(after=after, name="permission.denied")
    findings = table(gather(control, [slots["channel"]], []).tables, "Permissions")
    assert "conversation:message:receive" not in findings, "it was taken away for a while only"
    rehearsal.client.note("permission.denied", missing=[READS])
    assert table(gather(control, [slots["channel"]], []).tables, "Permissions")[READS] == ("used, not granted",)


def test_warnings_gaps_and_crashes_are_told_once_each(tmp_path: Path) -> None:
    """A gap weighs on every later verdict of its record: it gets an emulator of its own."""
    with emulator(Settings(), tmp_path, "gap") as control:
        org = control.call("POST", "orgs", {"text": "organization: {name: Gap}", "path": str(tmp_path / "org.yaml")})
        client = control.org(org["id"])
        for _ in range(2):
            client.note("warning.ended", text="a driver ended")
        client.note("warning.bare")
        client.note("gap", count=7)
        crash = {"event": "crashed", "worker": "gw1", "text": "Segmentation fault"}
        slot = Slot(org=org["id"], profile="channel", kind="real", integration="i", user_side=False, env={})
        made = gather(control, [slot], [{"event": "collected", "tests": []}, crash])
    assert [one for one in made.warnings if "gw1" in one or "driver" in one or "gap" in one or "bare" in one] == [
        "a driver ended",
        "warning.bare",
        "the record has a gap of 7 entries",
        "test worker gw1 crashed: Segmentation fault",
    ]


def test_the_end_of_the_endpoints_log_is_evidence_without_its_secrets(tmp_path: Path) -> None:
    log = tmp_path / "vendor.log"
    lines = [f"line {n}" for n in range(200)]
    log.write_text("\n".join([*lines, "got a-secret-of-the-vendor, bye"]), "utf-8")
    env = {"WEBHOOK_SECRET": "a-secret-of-the-vendor", "OTHER_SECRET": ""}
    slot = Slot(org="o", profile="channel", kind="real", integration="i", user_side=False, env=env)
    (made,) = output_of(log, [slot])
    assert len(made.rows) == LOG_LINES
    assert made.rows[-1] == ("got «WEBHOOK_SECRET», bye",)
    assert made.note == "the end of vendor.log"


def test_without_a_log_there_is_no_such_table(tmp_path: Path) -> None:
    assert output_of(tmp_path / "none.log", []) == ()
