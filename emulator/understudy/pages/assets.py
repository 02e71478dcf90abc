"""The files that pages load: scripts and styles below ``static``, by the path that they are served under.

A browser asks again each time and is told 304 as long as nothing changed: a new version of the emulator is never met by
an old script.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

STATIC: Final = Path(__file__).resolve().parent / "static"
FOLDERS: Final = {"/genesys-bootstrap/": "messenger", "/desktop/": "desktop"}  # served path → folder
TYPES: Final = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: its media type, its bytes, and the entity tag of them (RFC 9110 §8.8.3)."""

    type: str
    data: bytes
    tag: str


def asset(path: str) -> Asset | None:
    """The file of a path, or None."""
    file = _files().get(path)
    return _read(file) if file is not None else None


@cache
def _files() -> dict[str, Path]:
    """Path → file: what is not listed is not served, whatever a path says."""
    return {
        served + file.name: file
        for served, folder in FOLDERS.items()
        for file in sorted((STATIC / folder).iterdir())
        if file.suffix in TYPES
    }


@cache
def _read(file: Path) -> Asset:
    data = file.read_bytes()
    return Asset(TYPES[file.suffix], data, f'"{sha256(data).hexdigest()[:32]}"')
