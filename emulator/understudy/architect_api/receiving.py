"""What becomes of an upload that arrives: by the kind of what waits for it.

Clients put the bytes as they are (a presigned URL), or post them as the file of a form (a sample application of the
platform's import jobs does); both are taken everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from understudy.architect_api.jobs import deploy
from understudy.architect_api.prompt_resources import take_audio
from understudy.architect_api.table_jobs import take_file
from understudy.architect_api.uploads import FLOW, PROMPT, TABLE, expected
from understudy.errors import Refused
from understudy.world.org import Org

BOUNDARY: Final = re.compile(r'\bboundary=(?:"([^"]{1,70})"|([^\s;,"]{1,70}))', re.IGNORECASE)  # RFC 2046 §5.1.1
EMPTY_LINE: Final = re.compile(rb"\r?\n\r?\n")
RECEIVERS: Final[Mapping[str, Callable[[Org, str, bytes], None]]] = {
    FLOW: deploy,
    TABLE: take_file,
    PROMPT: take_audio,
}


def accept_upload(org: Org, upload_id: str, data: bytes, media_type: str = "") -> None:
    """Hand the bytes to whoever waits for them; ``media_type`` is the request's Content-Type. Refused 404 for an id
    that nobody gave out."""
    kind = expected(org).get(upload_id)
    if kind is None:
        raise Refused(404, "not.found", f"There is no upload {upload_id}.")
    RECEIVERS[kind](org, upload_id, content(data, media_type))


def content(data: bytes, media_type: str) -> bytes:
    """The file of a ``multipart/form-data`` body (its first part with a file name, else its first), or the body itself
    where it is none. Parts are taken as they are: transfer encodings are for mail (RFC 7578 §4.7)."""
    named = BOUNDARY.search(media_type) if media_type.casefold().startswith("multipart/") else None
    if named is None:
        return data
    mark = re.escape((named[1] or named[2]).encode("latin-1", "replace"))
    pieces = re.split(rb"\r?\n--" + mark + rb"(?:--)?[ \t]*(?=\r?\n|$)", b"\r\n" + data)[1:]
    parts = [(piece[: found.start()], piece[found.end() :]) for piece in pieces if (found := EMPTY_LINE.search(piece))]
    files = [file for head, file in parts if b"filename" in head.lower()] or [file for _, file in parts]
    return files[0] if files else data
