"""What Genesys' side diagnosed while a test's checks were open: the notes of the record that name a cause, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from understudy.reporter.exhibit import plain
from understudy.reporter.visible import one_line

# a note's name, or an interface's whose diagnoses all have a text → the field that says it in words
TOLD: Final[Mapping[str, str]] = {
    "bot_connector": "text",
    "delivery.withheld": "why",
    "division.denied": "remedy",
    "oauth.client_not_authorized": "name",
    "oauth.refused": "description",
    "oauth.wrong_region": "asked",
    "permission.denied": "missing",
    "routing.no_flow": "reason",
    "web_messaging.refused": "reason",
}
MOST: Final = 5  # of a test
TEXT_MAX: Final = 300  # characters of one


def diagnoses(entries: Iterable[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Test → its diagnoses, each once, in order. ``entries`` (``Entry.to_json``) are in the record's order; a note
    belongs to the tests that have a check open in its org."""
    open_: dict[str, dict[str, set[str]]] = {}  # org → test → its open checks
    found: dict[str, dict[str, None]] = {}
    for entry in entries:
        if entry["kind"] != "note":
            continue
        tests, data = open_.setdefault(str(entry.get("org")), {}), entry.get("data") or {}
        if entry["name"] == "check.began":
            tests.setdefault(str(data["test"]), set()).add(str(data["check"]))
        elif entry["name"] == "check.ended":
            _close(tests, str(data["test"]), str(data["check"]))
        elif told := _told(str(entry["name"]), data):
            for test in tests:
                found.setdefault(test, {})[told] = None
    return {test: tuple(texts)[:MOST] for test, texts in found.items()}


def _close(tests: dict[str, set[str]], test: str, check: str) -> None:
    checks = tests.get(test, set())
    checks.discard(check)
    if not checks:
        tests.pop(test, None)


def _told(name: str, data: Mapping[str, Any]) -> str:
    field = TOLD.get(name) or TOLD.get(name.partition(".")[0], "")
    text = plain(data[field]) if data.get(field) else ""
    return one_line(f"{name}: {text}", TEXT_MAX) if text else ""
