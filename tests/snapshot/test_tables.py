from __future__ import annotations

import re
from pathlib import Path

from understudy.material import material
from understudy.snapshot.tables import CONFIGURED, PASSING, RIG

CODE = Path(__file__).parents[2] / "emulator" / "understudy"
NAMED = re.compile(r'^(\w+): Final = "([^"]+)"  # (?:\w+: )?org\.live\[', re.MULTILINE)
DIRECT = re.compile(r'(?:org|scratch)\.live(?:\.setdefault\(|\.get\(|\[)"([^"]+)"')


def test_every_live_table_of_the_code_is_configured_passing_or_of_the_rig() -> None:
    """A new table that a snapshot should hold must be named: add it to the row where it belongs."""
    assert material("contracts").is_dir()
    found = set()
    for file in CODE.rglob("*.py"):
        text = file.read_text("utf-8")
        found |= {name for _, name in NAMED.findall(text)} | set(DIRECT.findall(text))
    assert len(found) > 20
    assert sorted(found - {*CONFIGURED, *PASSING, *RIG}) == []


def test_no_table_is_of_two_kinds() -> None:
    every = [*CONFIGURED, *PASSING, *RIG]
    assert len(set(every)) == len(every)
