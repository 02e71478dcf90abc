from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from understudy.errors import SettingsError
from understudy.snapshot.document import seal
from understudy.snapshot.files import read_snapshot, write_snapshot

BODY: dict[str, Any] = {"org": {"id": "o"}, "entities": [], "live": {}, "clients": [], "integrations": [], "ids": {}}


def test_a_snapshot_is_its_owners_alone_and_read_as_it_was_written(tmp_path: Path) -> None:
    file, document = tmp_path / "a.json", seal(BODY, "now")
    write_snapshot(file, document)
    assert read_snapshot(file) == document
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_one_that_is_not_whole_never_replaces_one_that_is(tmp_path: Path) -> None:
    file, document = tmp_path / "a.json", seal(BODY, "now")
    write_snapshot(file, document)
    with pytest.raises(SettingsError, match="damaged"):
        write_snapshot(file, {**document, "sha256": ""})
    assert read_snapshot(file) == document


def test_a_cut_file_and_none_are_named(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    write_snapshot(file, seal(BODY, "now"))
    file.write_bytes(file.read_bytes()[:-10])
    with pytest.raises(SettingsError, match=r"a\.json is 'damaged': it is cut off or no JSON"):
        read_snapshot(file)
    with pytest.raises(SettingsError, match=r"nowhere' *: can't be read: No such file"):
        read_snapshot(tmp_path / "nowhere")
