from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from understudy.whole_file import write_whole


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def test_a_file_is_replaced_and_private_where_asked(tmp_path: Path) -> None:
    file = tmp_path / "x"
    before = os.umask(0o022)
    try:
        write_whole(file, b"one")
        assert (file.read_bytes(), mode(file)) == (b"one", 0o644)
        write_whole(file, b"two", private=True)
        assert (file.read_bytes(), mode(file)) == (b"two", 0o600)
    finally:
        os.umask(before)
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "x"
    write_whole(file, b"one")

    def refuse(*_: object) -> None:
        raise OSError("no")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OSError, match="no"):
        write_whole(file, b"two")
    assert [path.name for path in tmp_path.iterdir()] == ["x"]
    assert file.read_bytes() == b"one"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no/such"):
        write_whole(tmp_path / "no" / "such", b"")
