"""The form of a snapshot: ``{"format", "version", "taken", "sha256", "body"}``. The checksum is over the body's JSON.

The form is checked before anything is done with it; each refusal names the file (or "snapshot"), and the remedy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

import orjson

from understudy.errors import SettingsError

FORMAT: Final = "understudy.snapshot"
VERSION: Final = 1
SIZE_MAX: Final = 64 * 1024 * 1024  # bytes of a whole document
KEYS: Final = ("org", "entities", "live", "clients", "integrations", "ids")
AGAIN: Final = "take it again with `understudy org snapshot`"


def seal(body: Mapping[str, Any], taken: str) -> dict[str, Any]:
    """A body with what vouches for it; raises ``SettingsError`` if it is too large."""
    data = _dumped(body)
    if len(data) > SIZE_MAX:
        raise SettingsError(
            "snapshot", f"{len(data)} bytes long", f"at most {SIZE_MAX} can be kept: remove what is not needed"
        )
    return {"format": FORMAT, "version": VERSION, "taken": taken, "sha256": _checksum(data), "body": body}


def unseal(document: Any, name: str = "snapshot") -> dict[str, Any]:
    """The body of a document that is whole and of this version; raises ``SettingsError``."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise SettingsError(name, "no snapshot", f"{AGAIN}; `understudy serve --org` takes an org file")
    version = document.get("version")
    if version != VERSION:
        remedy = f"this understudy reads version {VERSION}: {AGAIN}, or use the understudy that wrote it"
        raise SettingsError(f"{name}: version", version, remedy)
    body = document.get("body")
    if not isinstance(body, dict) or document.get("sha256") != _checksum(_dumped(body)):
        raise SettingsError(name, "damaged", f"its checksum is not that of its content: {AGAIN}")
    if missing := [key for key in KEYS if key not in body]:
        raise SettingsError(name, "incomplete", f"it has no {', '.join(missing)}: {AGAIN}")
    return body


def parse(data: bytes, name: str) -> Any:
    """A document from bytes; raises ``SettingsError`` for what ends too early or is no JSON."""
    if len(data) > SIZE_MAX:
        raise SettingsError(name, f"more than {SIZE_MAX} bytes long", "this is no snapshot of ours")
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise SettingsError(name, "damaged", f"it is cut off or no JSON ({error}): {AGAIN}") from error


def _dumped(body: Mapping[str, Any]) -> bytes:
    return orjson.dumps(body)


def _checksum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
