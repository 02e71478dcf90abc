"""A suite as its ``suite.toml`` describes it: rows, checks, settings, profiles, reference endpoint."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from understudy.errors import SettingsError, nearest
from understudy.material import material

SEVERITIES = ("must", "should")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the guide's table. ``group`` is V, F, C or the name of a conformance list; ``derived`` marks a fault row
    that the guide does not name itself."""

    id: str
    title: str
    group: str
    checks: tuple[str, ...]
    derived: bool = False
    severity: str = "must"
    profile: str = ""  # the topology in which the row is earned, "" for any


@dataclass(frozen=True, slots=True)
class NamedSetting:
    """What an endpoint must offer (a phrase that triggers a handoff, say)."""

    name: str
    help: str
    default: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the guide asks for and Genesys' own rules contradict, with the switch that the run used."""

    title: str
    detail: str
    source: str
    switch: str = ""


@dataclass(frozen=True, slots=True)
class Suite:
    """One suite. ``required`` are patterns of row ids that gate the exit code."""

    name: str
    title: str
    guide: str
    folder: Path
    reference: str
    org: str
    profiles: tuple[str, ...]
    required: tuple[str, ...]
    rows: tuple[Row, ...]
    settings: tuple[NamedSetting, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)  # names of the endpoint's variables → what they mean
    findings: tuple[Finding, ...] = ()
    secret: str = "WEBHOOK_SECRET"  # the variable that a target's ``secret`` sets
    path: str = "webhook_path"  # the setting that holds the path of the endpoint's URL

    @property
    def checks(self) -> tuple[str, ...]:
        """Every check of every row, once, in the table's order."""
        return tuple(dict.fromkeys(check for row in self.rows for check in row.checks))

    def topology(self, wanted: str) -> str:
        """The topology that was asked for, or the suite's first; raises ``SettingsError`` for one that it lacks."""
        if wanted and wanted not in self.profiles:
            raise SettingsError("topology", wanted, f"{self.name} has {' and '.join(self.profiles)}")
        return wanted or self.profiles[0]

    def is_required(self, row: Row, patterns: tuple[str, ...] = ()) -> bool:
        """Whether a row gates the run."""
        return row.severity == "must" and any(fnmatchcase(row.id, p) for p in patterns or self.required)

    def org_file(self) -> Path:
        """The org file; a suite may use another suite's (``../polyai/org.yaml``)."""
        return (self.folder / self.org).resolve()

    def reference_file(self) -> Path:
        """The reference endpoint, started by this path and never imported."""
        return Path(__file__).resolve().parent / "references" / self.reference


def suite_names() -> list[str]:
    """The suites there are."""
    return sorted(path.parent.name for path in material("suites").glob("*/suite.toml"))


def load_suite(name: str) -> Suite:
    """A suite by name; raises ``SettingsError`` with the nearest known one, or with what is wrong in its file."""
    folder = material("suites") / name
    file = folder / "suite.toml"
    if "/" in name or not file.is_file():
        raise SettingsError("suite", name, nearest(name, suite_names()))
    return read_suite(file)


def read_suite(file: Path) -> Suite:
    """The suite that a ``suite.toml`` describes; raises ``SettingsError``."""
    try:
        return _suite(tomllib.loads(file.read_text("utf-8")), file.parent)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError, KeyError, AttributeError) as error:
        problem = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
        raise SettingsError(f"suite {file.parent.name}", str(file), f"malformed: {problem}") from error


def _suite(document: dict[str, Any], folder: Path) -> Suite:
    known = {f.name for f in fields(Suite)} - {"rows", "folder"} | {"row"}
    for key in document:
        if key not in known:
            raise SettingsError("suite.toml: key", key, nearest(key, sorted(known)))
    made: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in document.items()}
    made["rows"] = tuple(_row(row) for row in made.pop("row"))
    made["settings"] = tuple(NamedSetting(name=name, **entry) for name, entry in document.get("settings", {}).items())
    made["findings"] = tuple(Finding(**entry) for entry in document.get("findings", []))
    suite = Suite(folder=folder, **made)
    if "path" in document and suite.path not in (names := [one.name for one in suite.settings]):
        raise SettingsError("suite.toml: path", suite.path, nearest(suite.path, names))
    _check(suite)
    return suite


def _row(entry: dict[str, Any]) -> Row:
    if not isinstance(entry["checks"], list):
        raise TypeError(f"row {entry['id']}: checks is {entry['checks']!r}, not a list of checks")
    return Row(**{**entry, "checks": tuple(entry["checks"])})


def _check(suite: Suite) -> None:
    """What would make a run say something else than its reader believes."""
    if suite.name != suite.folder.name:
        raise SettingsError("suite.toml: name", suite.name, f"a suite is called as its folder: {suite.folder.name!r}")
    if not isinstance(suite.profiles, tuple) or not suite.profiles:
        raise SettingsError("suite.toml: profiles", suite.profiles, "give a list of at least one topology")
    if not isinstance(suite.required, tuple):
        raise SettingsError("suite.toml: required", suite.required, "give a list of patterns of row ids")
    seen: set[str] = set()
    for row in suite.rows:
        if row.id in seen:
            raise SettingsError("suite.toml: row", row.id, "it is there twice: ids of rows are unique")
        if not row.checks:
            raise SettingsError("suite.toml: row", row.id, "it has no checks, so that nothing could earn it")
        if row.severity not in SEVERITIES:
            raise SettingsError(f"suite.toml: severity of {row.id}", row.severity, nearest(row.severity, [*SEVERITIES]))
        seen.add(row.id)


def select(suite: Suite, only: tuple[str, ...], skip: tuple[str, ...]) -> tuple[Row, ...]:
    """The rows that ``--only`` and ``--skip`` leave; each pattern names rows or checks and must match something, and
    something must be left: a run of no rows would prove nothing and look green."""
    for pattern in (*only, *skip):
        if not any(_named(row, pattern) for row in suite.rows):
            known = [row.id for row in suite.rows]
            raise SettingsError("row or check", pattern, nearest(pattern, [*known, *suite.checks]))
    left = tuple(
        row
        for row in suite.rows
        if (not only or any(_named(row, p) for p in only)) and not any(_named(row, p) for p in skip)
    )
    if not left:
        raise SettingsError("--skip", ", ".join(skip), "no row is left to run: skip less")
    return left


def _named(row: Row, pattern: str) -> bool:
    return fnmatchcase(row.id, pattern) or any(fnmatchcase(check, pattern) for check in row.checks)
