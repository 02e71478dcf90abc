"""What a run leaves behind for its report: entries, the tables of permissions and activity, warnings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from understudy.actors import Slot
from understudy.children import end_of
from understudy.control.client import ControlClient
from understudy.reporter.build import Material
from understudy.reporter.report import ReportTable

LOG_BYTES = 64 << 10  # of an endpoint's log that are looked at
LOG_LINES = 100  # and its last lines that a report shows


def gather(control: ControlClient, slots: Sequence[Slot], events: Sequence[Mapping[str, Any]]) -> Material:
    """Ask the emulator for everything while it still runs."""
    entries = control.call("GET", "entries", timeout=30.0)["entries"]
    return Material(events, entries, tuple(_activity(control, slots, entries)), tuple(_warnings(entries, events)))


def output_of(log: Path, slots: Sequence[Slot]) -> tuple[ReportTable, ...]:
    """The end of what the endpoint wrote, as evidence, the secrets of the run replaced; nothing without a log."""
    if not log.is_file():
        return ()
    text = end_of(log, LOG_BYTES)
    for slot in slots:
        for name, value in slot.env.items():
            if name.endswith(("SECRET", "TOKEN")) and value:
                text = text.replace(value, f"«{name}»")
    lines = tuple((line,) for line in text.splitlines()[-LOG_LINES:])
    return (ReportTable(title="What the endpoint wrote", columns=("line",), rows=lines, note=f"the end of {log.name}"),)


def _activity(
    control: ControlClient, slots: Sequence[Slot], entries: Sequence[Mapping[str, Any]]
) -> Iterator[ReportTable]:
    """Two tables a profile, over all its slots."""
    for profile in dict.fromkeys(slot.profile for slot in slots):
        orgs = [slot.org for slot in slots if slot.profile == profile]
        told = [control.org(org).get("activity") for org in orgs]
        yield _calls(profile, told)
        yield _permissions(profile, told, _refused(entries, orgs))


def _calls(profile: str, told: Sequence[Mapping[str, Any]]) -> ReportTable:
    """Which operations the endpoint's client called, and how often."""
    counts: Counter[tuple[str, str]] = Counter()
    for one in told:
        for operation, count in one["calls"].items():
            counts[operation, one["permissions"].get(operation) or "none"] += count
    rows = tuple((operation, permissions, str(count)) for (operation, permissions), count in sorted(counts.items()))
    title = f"Activity of the OAuth client ({profile})"
    return ReportTable(title=title, columns=("operation", "permissions", "calls"), rows=rows)


def _permissions(profile: str, told: Sequence[Mapping[str, Any]], refused: set[str]) -> ReportTable:
    """Which permissions were never used, and which were asked for that the role has not."""
    granted = {name for one in told for name in one["granted"]}
    used = {name for one in told for name in one["used"]} | refused
    missing = tuple((name, "used, not granted") for name in sorted(used - granted))
    unused = tuple((name, "never used") for name in sorted(granted - used))
    title = f"Permissions of the role ({profile})"
    return ReportTable(title=title, columns=("permission", "finding"), rows=missing + unused)


def _refused(entries: Sequence[Mapping[str, Any]], orgs: Sequence[str]) -> set[str]:
    """The permissions for lack of which calls were refused. A variation takes some away for a while: what is granted at
    the end is no finding."""
    denied = (e for e in entries if e["kind"] == "note" and e["name"] == "permission.denied")
    return {name for entry in denied if entry.get("org") in orgs for name in entry["data"]["missing"]}


def _warnings(entries: Sequence[Mapping[str, Any]], events: Sequence[Mapping[str, Any]]) -> list[str]:
    found = [
        str(e.get("data", {}).get("text") or e["name"])
        for e in entries
        if e["kind"] == "note" and e["name"].startswith("warning")
    ]
    found += [f"the record has a gap of {e['data'].get('count')} entries" for e in entries if e["name"] == "gap"]
    found += [
        f"test worker {event['worker']} crashed: {event['text']}" for event in events if event["event"] == "crashed"
    ]
    return list(dict.fromkeys(found))
