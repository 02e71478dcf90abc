"""Writing a file so that it is never half written: beside its place, synced, renamed into it."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from tempfile import mkstemp


def write_whole(file: Path, data: bytes, *, private: bool = False) -> None:
    """Write ``data`` so that the file is the old one or the new one, whatever happens; ``private`` makes it 0600, else
    it gets the mode of a new file. Raises ``OSError`` that names the file."""
    try:
        handle, beside = mkstemp(prefix=f".{file.name}.", dir=file.parent)  # made with mode 0600
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(file)) from error
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(data)
            opened.flush()
            os.fsync(opened.fileno())
        if not private:
            os.chmod(beside, 0o666 & ~_umask())
        os.replace(beside, file)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(beside)
        raise
    with contextlib.suppress(OSError):  # not every file system lets a folder be synced
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
