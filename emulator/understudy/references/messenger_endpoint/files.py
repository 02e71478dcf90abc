"""Files that guests send: fetched for the suite, put where Genesys says with the headers that it gives (facts:
messaging §2.2, §2.3)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from mimetypes import guess_extension
from typing import Any, Final
from urllib.parse import urlsplit

import urllib3

from ..vendor_side.journal import log

SECONDS: Final = 10.0
FILE_MAX: Final = 11 << 20  # bytes; Genesys takes 10 MB and shall refuse more itself


class Refused(Exception):
    """A file can't be sent; the text says why."""


@dataclass(frozen=True, slots=True)
class File:
    """A file in hand."""

    name: str
    mime: str
    data: bytes

    def announced(self, attachment: str, tracing: str) -> dict[str, Any]:
        """``onAttachment``."""
        return {
            "action": "onAttachment",
            "attachmentId": attachment,
            "fileName": self.name,
            "fileType": self.mime,
            "fileSize": len(self.data),
            "fileMd5": hashlib.md5(self.data, usedforsecurity=False).hexdigest(),
            "errorsAsJson": True,
            "tracingId": tracing,
        }


class Files:
    """Fetches and puts."""

    def __init__(self, faults: frozenset[str]) -> None:
        self._faults = faults
        self._pool = urllib3.PoolManager(retries=False, timeout=SECONDS)

    def fetch(self, url: str, mime: str) -> File:
        """The file that lies at ``url``; raises Refused."""
        try:
            answer = self._pool.request("GET", url, preload_content=False)
            data = answer.read(FILE_MAX)
            answer.release_conn()
        except urllib3.exceptions.HTTPError as error:
            raise Refused(f"it can't be read: {type(error).__name__}") from error
        if answer.status != 200:
            raise Refused(f"it can't be read: {answer.status}")
        name = urlsplit(url).path.rpartition("/")[2] or "file"
        return File(name if "." in name else f"{name}{guess_extension(mime) or '.bin'}", mime, data)

    def put(self, file: File, url: str, headers: dict[str, str]) -> None:
        """Upload; how it went is told over the socket."""
        given = {} if "drops_upload_headers" in self._faults else headers
        try:
            answer = self._pool.request("PUT", url, body=file.data, headers=given)
        except (urllib3.exceptions.HTTPError, ValueError) as error:
            log(f"upload: {type(error).__name__}")
            return
        if answer.status >= 300:
            log(f"upload: {answer.status}")

    def close(self) -> None:
        """Close what is open."""
        self._pool.clear()
