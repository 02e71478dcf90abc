"""The folder of a user's certificate authority: ``authority.pem`` (key and certificate, 0600) and ``ca.pem``.

The folder is 0700. A file is written beside its place and renamed into it, under a lock, so that two processes that
start at once agree on one authority. ``ca.pem`` is what clients are told to trust; it follows ``authority.pem``.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from understudy.errors import SettingsError
from understudy.tls.certificates import Authority, new_authority, read_authority
from understudy.whole_file import write_whole

if sys.platform != "win32":
    import fcntl

SECRET: Final = "authority.pem"
PUBLIC: Final = "ca.pem"
LOCK: Final = ".lock"
OTHERS: Final = 0o077
SIZE_MAX: Final = 65_536  # bytes; a key and a certificate take one thousand
OPTION: Final = "--ca-dir"


def default_folder(environ: Mapping[str, str], home: Path, platform: str = sys.platform) -> Path:
    """Where the authority lies unless ``--ca-dir`` says so: ``$XDG_DATA_HOME/understudy/ca``, ``%LOCALAPPDATA%`` on
    Windows, else ``~/.understudy/ca``. (XDG Base Directory 0.8: a relative path there is to be ignored.)"""
    named = environ.get("LOCALAPPDATA" if platform == "win32" else "XDG_DATA_HOME", "")
    if named and Path(named).is_absolute():
        return Path(named) / "understudy" / "ca"
    return home / ".understudy" / "ca"


def open_authority(folder: Path, now: float) -> Authority:
    """The authority of ``folder``; made where there is none, renewed where its end is near (``now``: POSIX seconds).

    Raises ``SettingsError`` for a folder or key that others can read, a damaged file, a folder that can't be written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_shared(folder, "chmod 700")
        with _locked(folder):
            authority = _read(folder / SECRET)
            if authority is None or not authority.is_fresh(now):
                authority = new_authority(now)
                write_whole(folder / SECRET, authority.secret_pem, private=True)
            public = folder / PUBLIC
            if not public.is_file() or public.read_bytes() != authority.pem:
                write_whole(public, authority.pem, private=True)
            return authority
    except OSError as error:
        place = error.filename or folder
        raise SettingsError(OPTION, str(place), f"{error.strerror}: give a folder that can be written") from error


def _read(file: Path) -> Authority | None:
    if not file.exists():
        return None
    _refuse_shared(file, "chmod 600")
    try:
        with file.open("rb") as opened:
            return read_authority(opened.read(SIZE_MAX))
    except ValueError as error:
        remedy = f"no certificate authority of ours ({error}): remove it, and a new one is made that clients must trust"
        raise SettingsError(OPTION, str(file), remedy) from error


def _refuse_shared(path: Path, command: str) -> None:
    """A key that others can read vouches for nothing, and in a folder that they can write they may exchange it."""
    if sys.platform == "win32":  # the profile's folder is the user's own
        return
    found = path.stat()
    mode = stat.S_IMODE(found.st_mode)
    if mode & OTHERS:
        raise SettingsError(OPTION, str(path), f"its mode is {mode:04o}, so others get at the key: {command} it")
    if found.st_uid != os.geteuid():
        raise SettingsError(OPTION, str(path), "it belongs to another user: give a folder of your own")


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if sys.platform != "win32":  # elsewhere the rename alone must do: the last of two authorities stays
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
