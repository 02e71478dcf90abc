"""Snapshots on disk: written whole or not at all, read whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from understudy.errors import SettingsError
from understudy.snapshot.document import SIZE_MAX, parse, unseal
from understudy.whole_file import write_whole


def write_snapshot(file: Path, document: Any) -> None:
    """A sealed document; it holds secrets, so the file is its owner's alone."""
    unseal(document, str(file))  # what came over a wire may have been cut
    write_whole(file, orjson.dumps(document), private=True)


def read_snapshot(file: Path) -> dict[str, Any]:
    """A document that is whole and of this version; raises ``SettingsError`` that names the file and the remedy."""
    try:
        with file.open("rb") as opened:
            data = opened.read(SIZE_MAX + 1)
    except OSError as error:
        raise SettingsError("snapshot", str(file), f"can't be read: {error.strerror}") from error
    document: dict[str, Any] = parse(data, str(file))
    unseal(document, str(file))
    return document
