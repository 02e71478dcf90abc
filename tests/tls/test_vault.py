from __future__ import annotations

import multiprocessing
import os
import stat
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from understudy.errors import SettingsError
from understudy.tls.vault import default_folder, open_authority

NOW = 1_790_000_000.0
DAY = 86_400.0


def opened(folder: Path) -> str:
    return open_authority(folder, NOW).fingerprint


@pytest.mark.parametrize(
    ("environ", "platform", "folder"),
    [
        ({}, "linux", "/home/ann/.understudy/ca"),
        ({"XDG_DATA_HOME": "/data"}, "linux", "/data/understudy/ca"),
        ({"XDG_DATA_HOME": "relative"}, "linux", "/home/ann/.understudy/ca"),
        ({"XDG_DATA_HOME": ""}, "darwin", "/home/ann/.understudy/ca"),
        ({"LOCALAPPDATA": "/local", "XDG_DATA_HOME": "/data"}, "win32", "/local/understudy/ca"),
    ],
)
def test_the_folder_is_the_users_own(environ: dict[str, str], platform: str, folder: str) -> None:
    assert default_folder(environ, Path("/home/ann"), platform) == Path(folder)


def test_what_is_made_is_its_owners_alone_and_the_same_the_next_time(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "ca"
    before = os.umask(0)
    try:
        first = open_authority(folder, NOW)
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == {"authority.pem": 0o600, "ca.pem": 0o600, ".lock": 0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert open_authority(folder, NOW + DAY).fingerprint == first.fingerprint
    assert (folder / "ca.pem").read_bytes() == first.pem


def test_near_its_end_it_is_renewed(tmp_path: Path) -> None:
    first = open_authority(tmp_path / "ca", NOW)
    second = open_authority(tmp_path / "ca", NOW + 3600 * DAY)
    assert second.fingerprint != first.fingerprint
    assert second.is_fresh(NOW + 3600 * DAY)
    assert (tmp_path / "ca" / "ca.pem").read_bytes() == second.pem


def test_a_lost_public_copy_is_written_again(tmp_path: Path) -> None:
    first = open_authority(tmp_path / "ca", NOW)
    (tmp_path / "ca" / "ca.pem").unlink()
    assert open_authority(tmp_path / "ca", NOW).fingerprint == first.fingerprint
    assert (tmp_path / "ca" / "ca.pem").read_bytes() == first.pem


def test_processes_that_start_at_once_agree_on_one(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4, multiprocessing.get_context("fork")) as pool:
        found = set(pool.map(opened, [tmp_path / "ca"] * 12))
    assert len(found) == 1


@pytest.mark.parametrize(("name", "mode"), [("authority.pem", 0o644), ("authority.pem", 0o640), (".", 0o755)])
def test_what_others_can_read_is_refused_with_the_remedy(tmp_path: Path, name: str, mode: int) -> None:
    open_authority(tmp_path / "ca", NOW)
    path = tmp_path / "ca" / name
    path.chmod(mode)
    with pytest.raises(SettingsError) as refused:
        open_authority(tmp_path / "ca", NOW)
    assert refused.value.value == str(path)
    command = "chmod 700" if name == "." else "chmod 600"
    assert refused.value.remedy == f"its mode is {mode:04o}, so others get at the key: {command} it"


def test_a_damaged_key_is_named_and_never_replaced_behind_the_users_back(tmp_path: Path) -> None:
    open_authority(tmp_path / "ca", NOW)
    file = tmp_path / "ca" / "authority.pem"
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(SettingsError, match="no certificate authority of ours") as refused:
        open_authority(tmp_path / "ca", NOW)
    assert refused.value.value == str(file)
    assert len(file.read_bytes()) == 100


def test_a_folder_that_can_not_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="give a folder that can be written"):
        open_authority(tmp_path / "file" / "ca", NOW)
